#include "simulate/presentation/jpeg.hpp"

#include <cstdio> // jpeglib.h needs FILE
#include <cstdlib>
#include <jpeglib.h>
#include <memory>
#include <stdexcept>

namespace calx::simulate {

namespace {

/// libjpeg's own answer to an error is exit().
[[noreturn]] void give_up(j_common_ptr) {
  throw std::runtime_error("libjpeg refused a picture that it should take");
}

jpeg_error_mgr throwing_errors() {
  jpeg_error_mgr errors{};
  jpeg_std_error(&errors);
  errors.error_exit = give_up;
  return errors;
}

} // namespace

std::string jpeg_bytes(const cv::Mat1b& picture, int quality) {
  jpeg_error_mgr errors = throwing_errors();
  jpeg_compress_struct encoder{};
  encoder.err = &errors;
  jpeg_create_compress(&encoder);
  const std::unique_ptr<jpeg_compress_struct, void (*)(jpeg_compress_struct*)> destroy(
      &encoder, jpeg_destroy_compress);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&encoder, &bytes, &size);
  encoder.image_width = static_cast<JDIMENSION>(picture.cols);
  encoder.image_height = static_cast<JDIMENSION>(picture.rows);
  encoder.input_components = 1;
  encoder.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, quality, TRUE);
  jpeg_start_compress(&encoder, TRUE);
  for (int y = 0; y < picture.rows; ++y) {
    auto* row = const_cast<JSAMPROW>(picture.ptr(y)); // libjpeg only reads it
    jpeg_write_scanlines(&encoder, &row, 1);
  }
  jpeg_finish_compress(&encoder);
  std::string result(reinterpret_cast<const char*>(bytes), size);
  std::free(bytes);
  return result;
}

cv::Mat1b through_jpeg(const cv::Mat1b& picture, int quality) {
  const std::string bytes = jpeg_bytes(picture, quality);
  jpeg_error_mgr errors = throwing_errors();
  jpeg_decompress_struct decoder{};
  decoder.err = &errors;
  jpeg_create_decompress(&decoder);
  const std::unique_ptr<jpeg_decompress_struct, void (*)(jpeg_decompress_struct*)> destroy(
      &decoder, jpeg_destroy_decompress);
  jpeg_mem_src(&decoder, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&decoder, TRUE);
  jpeg_start_decompress(&decoder);
  cv::Mat1b result(picture.size());
  while (decoder.output_scanline < decoder.output_height) {
    JSAMPROW row = result.ptr(static_cast<int>(decoder.output_scanline));
    jpeg_read_scanlines(&decoder, &row, 1);
  }
  jpeg_finish_decompress(&decoder);
  return result;
}

} // namespace calx::simulate

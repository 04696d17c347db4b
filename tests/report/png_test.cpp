#include "report/png.hpp"

#include "core/version.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <png.h>
#include <stdexcept>

namespace calx {
namespace {

/// Decodes with libpng, which shares no code with the writer.
cv::Mat decoded(const std::string& bytes, png_uint_32 format, int type) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_TRUE(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
  image.format = format;
  cv::Mat pixels(static_cast<int>(image.height), static_cast<int>(image.width), type);
  EXPECT_TRUE(png_image_finish_read(&image, nullptr, pixels.data, 0, nullptr)) << image.message;
  return pixels;
}

cv::Mat noise(int type) {
  cv::Mat image(37, 53, type);
  cv::theRNG().state = 7;
  cv::randu(image, 0, CV_MAT_DEPTH(type) == CV_16U ? 65536 : 256);
  return image;
}

TEST(Png, EightBitGreyAndColourComeBack) {
  const cv::Mat grey = noise(CV_8UC1), colour = noise(CV_8UC3);
  EXPECT_EQ(cv::norm(grey, decoded(png_bytes(grey), PNG_FORMAT_GRAY, CV_8UC1), cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(colour, decoded(png_bytes(colour), PNG_FORMAT_RGB, CV_8UC3), cv::NORM_INF), 0);
}

TEST(Png, SixteenBitLabelsComeBack) {
  // libpng's simplified reader would apply a gamma to 16 bits, so this one reads rows as stored.
  const cv::Mat labels = noise(CV_16UC1);
  std::string bytes = png_bytes(labels);
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  std::string_view rest = bytes;
  png_set_read_fn(png, &rest, [](png_structp p, png_bytep out, std::size_t count) {
    auto& source = *static_cast<std::string_view*>(png_get_io_ptr(p));
    source.copy(reinterpret_cast<char*>(out), count);
    source.remove_prefix(count);
  });
  png_read_png(png, info, PNG_TRANSFORM_SWAP_ENDIAN, nullptr);
  ASSERT_EQ(png_get_bit_depth(png, info), 16);
  for (int y = 0; y < labels.rows; ++y)
    EXPECT_EQ(std::memcmp(png_get_rows(png, info)[y], labels.ptr(y), labels.cols * 2U), 0) << y;
  png_destroy_read_struct(&png, &info, nullptr);
}

TEST(Png, TakesAViewOfAPictureAndSaysWhatItIsFor) {
  const cv::Mat whole = noise(CV_8UC1), part = whole(cv::Rect(5, 6, 20, 11));
  const std::string bytes = png_bytes(part);
  EXPECT_EQ(cv::norm(part, decoded(bytes, PNG_FORMAT_GRAY, CV_8UC1), cv::NORM_INF), 0);
  EXPECT_NE(bytes.find(kDisclaimer), std::string::npos);
  EXPECT_EQ(bytes, png_bytes(part.clone()));
}

TEST(Png, RefusesOtherPictures) {
  EXPECT_THROW(png_bytes(cv::Mat()), std::invalid_argument);
  EXPECT_THROW(png_bytes(noise(CV_8UC4)), std::invalid_argument);
}

} // namespace
} // namespace calx

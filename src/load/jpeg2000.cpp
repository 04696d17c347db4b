#include "load/jpeg2000.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <openjpeg.h>

namespace calx::load {
namespace {

struct Reader {
  std::span<const std::uint8_t> bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T read_bytes(void* to, OPJ_SIZE_T count, void* user) {
  auto& reader = *static_cast<Reader*>(user);
  const std::size_t got = std::min<std::size_t>(count, reader.bytes.size() - reader.at);
  if (got == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(to, reader.bytes.data() + reader.at, got);
  reader.at += got;
  return got;
}

OPJ_OFF_T skip_bytes(OPJ_OFF_T count, void* user) {
  auto& reader = *static_cast<Reader*>(user);
  const auto left = static_cast<OPJ_OFF_T>(reader.bytes.size() - reader.at);
  if (count < 0 || count > left) return -1;
  reader.at += static_cast<std::size_t>(count);
  return count;
}

OPJ_BOOL seek_to(OPJ_OFF_T offset, void* user) {
  auto& reader = *static_cast<Reader*>(user);
  if (offset < 0 || static_cast<std::size_t>(offset) > reader.bytes.size()) return OPJ_FALSE;
  reader.at = static_cast<std::size_t>(offset);
  return OPJ_TRUE;
}

void count_message(const char*, void* user) {
  ++*static_cast<int*>(user);
}
void ignore_message(const char*, void*) {}

using Stream = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using Decoder = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using Image = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

Stream make_stream(Reader& reader) {
  Stream stream(opj_stream_create(1 << 20, OPJ_TRUE), opj_stream_destroy);
  if (!stream) return stream;
  opj_stream_set_user_data(stream.get(), &reader, nullptr);
  opj_stream_set_user_data_length(stream.get(), reader.bytes.size());
  opj_stream_set_read_function(stream.get(), read_bytes);
  opj_stream_set_skip_function(stream.get(), skip_bytes);
  opj_stream_set_seek_function(stream.get(), seek_to);
  return stream;
}

auto damaged_jpeg2000() {
  return fail(ErrorCode::CorruptPixels,
              "the JPEG 2000 pixel data are damaged; fetch the file again");
}

template <class Sample>
void store(const opj_image_t& image, std::span<std::uint8_t> to) {
  const std::size_t components = image.numcomps;
  const std::size_t pixels = std::size_t(image.comps[0].w) * image.comps[0].h;
  auto* out = reinterpret_cast<Sample*>(to.data());
  for (std::size_t c = 0; c < components; ++c) {
    const OPJ_INT32* in = image.comps[c].data;
    if (components == 1)
      for (std::size_t i = 0; i < pixels; ++i) out[i] = static_cast<Sample>(in[i]);
    else
      for (std::size_t i = 0; i < pixels; ++i) out[i * components + c] = static_cast<Sample>(in[i]);
  }
}

/// A file may say YBR_ICT or YBR_RCT: OpenJPEG undoes both, so only plain YBR_FULL is left to do.
void ybr_full_to_rgb(std::span<std::uint8_t> to) {
  const auto byte = [](double v) {
    return static_cast<std::uint8_t>(std::clamp(v + 0.5, 0.0, 255.0));
  };
  for (std::size_t i = 0; i + 2 < to.size(); i += 3) {
    const double y = to[i], b = to[i + 1] - 128.0, r = to[i + 2] - 128.0;
    to[i] = byte(y + 1.402 * r);
    to[i + 1] = byte(y - 0.344136 * b - 0.714136 * r);
    to[i + 2] = byte(y + 1.772 * b);
  }
}

bool as_described(const opj_image_t& image, const PixelDescription& pixel) {
  if (image.numcomps != OPJ_UINT32(pixel.samples_per_pixel)) return false;
  return std::all_of(image.comps, image.comps + image.numcomps, [&](const opj_image_comp_t& c) {
    return c.data != nullptr && c.w == OPJ_UINT32(pixel.columns) && c.h == OPJ_UINT32(pixel.rows) &&
           c.prec <= OPJ_UINT32(pixel.bits_allocated);
  });
}

} // namespace

Result<void> decode_jpeg2000(std::span<const std::uint8_t> bytes, const PixelDescription& pixel,
                             std::span<std::uint8_t> to) {
  Reader reader{bytes};
  const Stream stream = make_stream(reader);
  const Decoder decoder(opj_create_decompress(OPJ_CODEC_J2K), opj_destroy_codec);
  if (!stream || !decoder) return fail(ErrorCode::TooLarge, "there is not enough memory");
  // OpenJPEG patches up what it can and only warns: a film must not be patched up.
  int complaints = 0;
  opj_set_info_handler(decoder.get(), ignore_message, nullptr);
  opj_set_warning_handler(decoder.get(), count_message, &complaints);
  opj_set_error_handler(decoder.get(), count_message, &complaints);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* raw = nullptr;
  bool sound = opj_setup_decoder(decoder.get(), &parameters) &&
               opj_decoder_set_strict_mode(decoder.get(), OPJ_TRUE) &&
               opj_read_header(stream.get(), decoder.get(), &raw);
  const Image image(raw, opj_image_destroy);
  sound = sound && opj_decode(decoder.get(), stream.get(), image.get()) &&
          opj_end_decompress(decoder.get(), stream.get());
  if (!sound || complaints > 0 || !as_described(*image, pixel)) return damaged_jpeg2000();
  if (to.size() != pixel.frame_bytes()) return damaged_jpeg2000();
  if (pixel.bits_allocated == 8)
    store<std::uint8_t>(*image, to);
  else
    store<std::uint16_t>(*image, to);
  if (pixel.photometric == "YBR_FULL") ybr_full_to_rgb(to);
  return {};
}

} // namespace calx::load

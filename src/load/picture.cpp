#include "load/picture.hpp"

#include "load/value_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace calx::load {
namespace {

/// The median difference of two channels, in 256ths of full scale: the picture's tint.
int common_difference(const std::array<std::uint32_t, 511>& counts) {
  std::uint64_t total = 0, passed = 0;
  for (auto count : counts) total += count;
  for (int i = 0; i < 511; ++i) {
    passed += counts[std::size_t(i)];
    if (2 * passed >= total) return i - 255;
  }
  return 0;
}

/// The share of pixels whose hue differs from the picture's own tint. A film photographed on a
/// light box is tinted all over, an annotated film coloured in places; a photograph is neither.
template <class Sample>
double off_tint_share(const cv::Mat& samples) {
  const std::size_t n = std::size_t(samples.channels());
  constexpr int shift = 8 * (int(sizeof(Sample)) - 1);
  const auto each = [&](auto&& visit) { // a quarter of the pixels is plenty
    for (int y = 0; y < samples.rows; y += 2) {
      const Sample* p = samples.ptr<Sample>(y);
      for (int x = 0; x < samples.cols; x += 2, p += 2 * n)
        visit((p[0] >> shift) - (p[1] >> shift), (p[2] >> shift) - (p[1] >> shift));
    }
  };
  std::array<std::uint32_t, 511> reds{}, blues{};
  each([&](int red, int blue) {
    ++reds[std::size_t(red + 255)];
    ++blues[std::size_t(blue + 255)];
  });
  const int red_tint = common_difference(reds), blue_tint = common_difference(blues);
  constexpr int kNoticeable = 20; // of 255, beyond what JPEG does to grey
  double off = 0, count = 0;
  each([&](int red, int blue) {
    const int r = red - red_tint, b = blue - blue_tint;
    off += std::max({std::abs(r), std::abs(b), std::abs(r - b)}) > kNoticeable;
    ++count;
  });
  return off / count;
}

template <class Sample>
void luminance(const cv::Mat& samples, Radiograph& film) {
  const std::size_t n = std::size_t(samples.channels());
  const bool has_alpha = n == 2 || n == 4;
  const Sample half = std::numeric_limits<Sample>::max() / 2;
  film.pixels.create(samples.size());
  cv::Mat1b outside = cv::Mat1b::zeros(has_alpha ? samples.size() : cv::Size());
  for (int y = 0; y < samples.rows; ++y) {
    const Sample* p = samples.ptr<Sample>(y);
    float* to = film.pixels.ptr<float>(y);
    for (int x = 0; x < samples.cols; ++x, p += n) {
      // Whole numbers until the division: equal channels keep their exact value.
      to[x] = n < 3 ? float(p[0]) : float(299u * p[0] + 587u * p[1] + 114u * p[2]) / 1000.0f;
      if (has_alpha && p[n - 1] < half) outside(y, x) = 255;
    }
  }
  // Where everything is transparent the channel is merely unused, as in most 32-bit bitmaps.
  const int hidden = has_alpha ? cv::countNonZero(outside) : 0;
  if (hidden > 0 && hidden < samples.rows * samples.cols) film.outside = outside;
}

// Annotated films in colour reach a few hundredths, photographs start at a fifth.
constexpr double kMostOffTint = 0.15;

template <class Sample>
Result<void> colour_to_grey(const cv::Mat& samples, Radiograph& film) {
  if (samples.channels() >= 3) {
    const double off = off_tint_share<Sample>(samples);
    if (off > kMostOffTint)
      return fail(ErrorCode::NotARadiograph,
                  "the picture is in colour; give the radiograph itself");
    if (off > 0.001)
      film.acquisition.warnings.push_back("coloured marks in the picture were turned to grey");
  }
  luminance<Sample>(samples, film);
  return {};
}

bool all_finite(const cv::Mat1f& pixels) {
  for (int y = 0; y < pixels.rows; ++y) {
    const float* row = pixels.ptr<float>(y);
    if (!std::all_of(row, row + pixels.cols, [](float v) { return std::isfinite(v); }))
      return false;
  }
  return true;
}

Result<void> grey_samples(const cv::Mat& samples, Radiograph& film) {
  samples.convertTo(film.pixels, CV_32F);
  if (samples.depth() >= CV_32F && !all_finite(film.pixels))
    return fail(ErrorCode::CorruptPixels,
                "the image holds values that are no numbers; export it again");
  return {};
}

} // namespace

Result<void> picture_to_grey(const cv::Mat& samples, bool minimum_is_white, Radiograph& film) {
  if (samples.channels() == 1) {
    if (auto grey = grey_samples(samples, film); !grey) return grey;
  } else {
    auto grey = samples.depth() == CV_8U ? colour_to_grey<std::uint8_t>(samples, film)
                                         : colour_to_grey<std::uint16_t>(samples, film);
    if (!grey) return grey;
  }
  const bool bytes = samples.depth() == CV_8U;
  if (minimum_is_white) {
    const DisplayRange all = bytes                       ? DisplayRange{0, 255}
                             : samples.depth() == CV_16U ? DisplayRange{0, 65535}
                                                         : range_of(film.pixels, film.outside);
    film.pixels = all.black + all.white - film.pixels;
  }
  film.display = bytes ? DisplayRange{0, 255} : range_of(film.pixels, film.outside);
  return {};
}

} // namespace calx::load

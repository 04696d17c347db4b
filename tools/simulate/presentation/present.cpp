#include "simulate/presentation/present.hpp"

#include "simulate/presentation/exposure.hpp"
#include "simulate/presentation/jpeg.hpp"
#include "simulate/presentation/multiscale.hpp"
#include "simulate/presentation/overlay.hpp"
#include "simulate/presentation/tone.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

using Tone = Presentation::Tone;
using Format = Presentation::Format;

constexpr float darkest_signal = 1e-4F; ///< where the logarithm ends
constexpr double edge_mm = 1;           ///< the field's edge, which is not the patient

cv::Mat1f density_of(const cv::Mat1f& signal) {
  cv::Mat1f density;
  cv::log(cv::max(signal, darkest_signal), density);
  return -density;
}

cv::Mat1b without_edge(const cv::Mat1b& field, double pitch_mm) {
  const int reach = std::max(1, static_cast<int>(edge_mm / pitch_mm + 0.5));
  cv::Mat1b inner;
  cv::erode(field, inner, cv::Mat(), {-1, -1}, reach, cv::BORDER_CONSTANT, 255);
  return inner;
}

/// The film as if its field went on: outside `inner` the nearest density inside it, so that the
/// collimator's edge leaves no mark on the patient.
cv::Mat1f continued(const cv::Mat1f& density, const cv::Mat1b& inner) {
  constexpr double shrink = 8;
  cv::Mat1f coarse;
  cv::Mat1b coarse_inner;
  cv::resize(density, coarse, {}, 1 / shrink, 1 / shrink, cv::INTER_AREA);
  cv::resize(inner, coarse_inner, coarse.size(), 0, 0, cv::INTER_NEAREST);
  cv::Mat1f distance;
  cv::Mat1i labels;
  cv::distanceTransform(coarse_inner == 0, distance, labels, cv::DIST_L2, 5, cv::DIST_LABEL_PIXEL);
  double most = 0;
  cv::minMaxIdx(labels, nullptr, &most);
  std::vector<float> nearest(static_cast<std::size_t>(most) + 1, 0.F);
  for (int y = 0; y < coarse.rows; ++y)
    for (int x = 0; x < coarse.cols; ++x)
      if (coarse_inner(y, x)) nearest[static_cast<std::size_t>(labels(y, x))] = coarse(y, x);
  for (int y = 0; y < coarse.rows; ++y)
    for (int x = 0; x < coarse.cols; ++x)
      coarse(y, x) = nearest[static_cast<std::size_t>(labels(y, x))];
  cv::GaussianBlur(coarse, coarse, {}, 1);
  cv::Mat1f result;
  cv::resize(coarse, result, density.size(), 0, 0, cv::INTER_LINEAR);
  density.copyTo(result, inner);
  return result;
}

cv::Mat1f processed(const cv::Mat1f& density, const cv::Mat1b& field, double pitch_mm,
                    const Presentation& presentation) {
  const cv::Mat1b inner = without_edge(field, pitch_mm);
  const double inside = cv::countNonZero(inner);
  if (inside == 0 || inside == static_cast<double>(inner.total()))
    return equalise(density, pitch_mm, presentation);
  const cv::Mat1f whole = continued(density, inner);
  const cv::Mat1f unexposed = cv::max(density - whole, 0);
  return equalise(whole, pitch_mm, presentation) + presentation.latitude_gain * unexposed;
}

/// Where black and white lie on the stored scale, which goes from 0 to 1.
struct StoredScale {
  double black = 0, white = 1;
};

/// What a linear display of the scale shows black and white so that the greys are the wanted ones.
void set_window(StoredFilm& film, const StoredScale& scale, double highest) {
  const Presentation& p = film.presentation;
  const double reach = scale.white - scale.black,
               share = std::max(0.2, p.white_grey - p.black_grey);
  const double low = scale.black - reach * p.black_grey / share, high = low + reach / share;
  const double steepness = p.tone == Tone::Sigmoid ? std::max(0.4, p.sigmoid_slope) : 1;
  film.window_width = std::max(2.0, std::round((high - low) * highest / steepness));
  film.window_centre = std::round((low + high) / 2 * highest);
  if (!p.monochrome1) return;
  // PS3.3 C.11.2.1.2: LINEAR has its centre half a step off, the other functions have not.
  const double half_steps = p.tone == Tone::LinearExact || p.tone == Tone::Sigmoid ? 0 : 1;
  film.window_centre = highest - film.window_centre + half_steps;
}

void set_voi_lut(StoredFilm& film, const StoredScale& scale, const ToneCurve& tone) {
  const int entries = 1 << film.presentation.bits;
  constexpr double top = (1 << voi_lut_bits) - 1;
  film.voi_lut = cv::Mat1w(1, entries);
  for (int i = 0; i < entries; ++i) {
    const bool turned = film.presentation.monochrome1;
    const double stored = static_cast<double>(turned ? entries - 1 - i : i) / (entries - 1);
    const double place = (stored - scale.black) / (scale.white - scale.black);
    const double grey = std::clamp<double>(tone(static_cast<float>(place)), 0, 1);
    film.voi_lut(i) = cv::saturate_cast<std::uint16_t>((turned ? 1 - grey : grey) * top);
  }
}

/// Linear tones keep room beyond black and white.
StoredScale choose_scale(const Presentation& presentation, Random random) {
  if (presentation.tone == Tone::BurnedIn) return {};
  const double below = random.uniform(0.03, 0.4), above = random.uniform(0.1, 0.8);
  const double whole = 1 + below + above;
  return {below / whole, (1 + below) / whole};
}

/// The patient's part of the picture on the stored scale.
cv::Mat1f tone_mapped(const cv::Mat1f& density, const Latitude& latitude, const StoredScale& scale,
                      const ToneCurve* tone) {
  cv::Mat1f picture(density.size());
  for (int y = 0; y < density.rows; ++y)
    for (int x = 0; x < density.cols; ++x) {
      const float place = latitude.place(density(y, x));
      const double stored =
          tone ? (*tone)(place) : scale.black + (scale.white - scale.black) * place;
      picture(y, x) = static_cast<float>(std::clamp(stored, 0.0, 1.0));
    }
  return picture;
}

/// The detector's own linear scale, dense bright: what MONOCHROME1 turns into counts.
cv::Mat1f raw_linear(const cv::Mat1f& signal, const ExposedParts& parts, StoredScale& scale) {
  constexpr double open_field = 0.7; // of the detector's range
  cv::Mat1f picture = 1 - cv::min(open_field * signal, 1.0);
  cv::Mat1f coarse;
  cv::resize(picture, coarse, parts.body.size(), 0, 0, cv::INTER_AREA);
  scale.black = 1 - open_field;
  scale.white = std::max(quantile_within(coarse, parts.body, 0.99), scale.black + 0.05);
  return picture;
}

void draw_over(cv::Mat1f& picture, const cv::Mat1b& field, double pitch_mm,
               const Presentation& presentation, const Random& random) {
  draw_shutter(picture, field, pitch_mm, presentation, random.stream("shutter"));
  if (presentation.cr_border) draw_plate_border(picture, pitch_mm, random.stream("border"));
  draw_annotation(picture, pitch_mm, presentation, random);
  draw_camera(picture, presentation, random.stream("camera"));
}

cv::Mat1w quantised(const cv::Mat1f& picture, const Presentation& presentation) {
  const double highest = (1 << presentation.bits) - 1;
  const bool jpeg_file =
      presentation.format == Format::Jpeg || presentation.format == Format::DicomJpeg;
  cv::Mat1w pixels;
  picture.convertTo(pixels, CV_16U, highest);
  if (presentation.bits == 8 && presentation.jpeg_quality > 0 && !jpeg_file) {
    cv::Mat1b once;
    pixels.convertTo(once, CV_8U);
    through_jpeg(once, presentation.jpeg_quality).convertTo(pixels, CV_16U);
  }
  if (presentation.monochrome1) cv::subtract(cv::Scalar(highest), pixels, pixels);
  return pixels;
}

} // namespace

StoredFilm present(const cv::Mat1f& signal, const cv::Mat1b& field, double pitch_mm,
                   const Presentation& presentation, const Random& random) {
  StoredFilm film;
  film.presentation = presentation;
  StoredScale scale = choose_scale(presentation, random.stream("scale"));
  const cv::Mat1f density = density_of(signal);
  const ExposedParts parts = recognise_exposure(density, field, pitch_mm);
  const ToneCurve tone(presentation);
  cv::Mat1f picture;
  if (presentation.tone == Tone::Unprocessed && presentation.raw_linear) {
    picture = raw_linear(signal, parts, scale);
  } else {
    const bool raw = presentation.tone == Tone::Unprocessed;
    const cv::Mat1f shown = raw ? density : processed(density, field, pitch_mm, presentation);
    const Latitude latitude = find_latitude(shown, parts, presentation.skin_cut);
    picture =
        tone_mapped(shown, latitude, scale, presentation.tone == Tone::BurnedIn ? &tone : nullptr);
  }
  draw_over(picture, field, pitch_mm, presentation, random);
  film.pixels = quantised(picture, presentation);
  if (presentation.tone == Tone::VoiLut)
    set_voi_lut(film, scale, tone);
  else if (presentation.tone != Tone::BurnedIn)
    set_window(film, scale, (1 << presentation.bits) - 1);
  return film;
}

namespace {

/// The grey from 0 to 1 of one stored value, before MONOCHROME1 turns it over.
double shown_grey(const StoredFilm& film, int stored) {
  const Presentation& p = film.presentation;
  const double centre = film.window_centre, width = film.window_width;
  switch (p.tone) {
  case Tone::BurnedIn:
    return stored / static_cast<double>((1 << p.bits) - 1);
  case Tone::VoiLut:
    return film.voi_lut(stored) / static_cast<double>((1 << voi_lut_bits) - 1);
  case Tone::Sigmoid:
    return 1 / (1 + std::exp(-4 * (stored - centre) / width));
  case Tone::LinearExact:
    return (stored - centre) / width + 0.5;
  case Tone::Window:
  case Tone::Unprocessed:
    break;
  }
  return (stored - (centre - 0.5)) / (width - 1) + 0.5;
}

} // namespace

cv::Mat1b displayed(const StoredFilm& film) {
  std::vector<std::uint8_t> screen;
  for (int stored = 0; stored < 1 << film.presentation.bits; ++stored) {
    const double grey = std::clamp(shown_grey(film, stored), 0.0, 1.0);
    screen.push_back(
        cv::saturate_cast<std::uint8_t>(255 * (film.presentation.monochrome1 ? 1 - grey : grey)));
  }
  cv::Mat1b result(film.pixels.size());
  std::transform(film.pixels.begin(), film.pixels.end(), result.begin(),
                 [&](std::uint16_t stored) { return screen[stored]; });
  return result;
}

} // namespace calx::simulate

#include "normalise/normalise.hpp"

#include "core/statistics.hpp"
#include "normalise/field.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

Grid working_grid(const Radiograph& film, const NormaliseParams& params) {
  Grid grid;
  grid.calibrated = film.spacing.has_value();
  const double assumed = params.assumed_long_side_mm / std::max(film.pixels.rows, film.pixels.cols);
  const Spacing spacing = film.spacing.value_or(Spacing{assumed, assumed});
  // Never finer than the film, and never so coarse that nothing is left of a small one.
  const double finest = std::max(spacing.x_mm, spacing.y_mm);
  grid.pitch_mm = std::max(params.working_pitch_mm, finest);
  const auto size = [&](int pixels, double mm) {
    return std::max(16L, std::lround(pixels * mm / grid.pitch_mm));
  };
  grid.scale_x = film.pixels.cols / static_cast<double>(size(film.pixels.cols, spacing.x_mm));
  grid.scale_y = film.pixels.rows / static_cast<double>(size(film.pixels.rows, spacing.y_mm));
  return grid;
}

/// The film's grey scale: what is black, what is white, and the tones between air, tissue and bone.
struct Exposure {
  cv::Mat1b field;                                   ///< coarse
  double black = 0, range = 1;                       ///< in grey values of the image
  double ceiling = 1, air_below = 0, bone_above = 1; ///< tones
};

/// Square root of the grey value above black, clipped to 0..1: see NormalisedFilm::density.
cv::Mat1f tone(const cv::Mat1f& image, double black, double range) {
  cv::Mat1f out = cv::min(cv::max((image - black) * (1 / range), 0.0F), 1.0F);
  cv::sqrt(out, out);
  return out;
}

void measure_levels(const cv::Mat1f& image, Exposure& e) {
  const double low = percentile(image, e.field, 0.001);
  const double high = std::max(percentile(image, e.field, 0.999), low + 1e-6);
  const double air = Histogram(image, e.field, low, high).three_classes()[0];
  e.black = percentile(image, e.field & (image < air), 0.5, low);
  const cv::Mat1b tissue = e.field & (image >= air);
  e.range = std::max(percentile(image, tissue, 0.99, high) - e.black, (high - low) * 0.05);
  e.ceiling = std::sqrt(std::max((high - e.black) / e.range, 0.0));
  const auto [air_tone, bone_tone] =
      Histogram(tone(image, e.black, e.range), e.field, 0, 1).three_classes();
  e.air_below = air_tone;
  e.bone_above = bone_tone;
}

/// Field and grey scale hang together: a collimator's half-open blades look like air, and the air
/// in its window like tissue, until the window is found and the scale taken again inside it.
Exposure find_exposure(const cv::Mat1f& image, const cv::Mat1b& outside,
                       const NormaliseParams& params, std::vector<std::string>& warnings) {
  constexpr double kCoarseSide = 480;
  const double shrink = std::max(1.0, std::max(image.cols, image.rows) / kCoarseSide);
  const cv::Size size(std::max(16, static_cast<int>(image.cols / shrink)),
                      std::max(16, static_cast<int>(image.rows / shrink)));
  cv::Mat1f coarse;
  cv::resize(image, coarse, size, 0, 0, cv::INTER_AREA);
  cv::Mat1b masked;
  if (!outside.empty()) cv::resize(outside, masked, size, 0, 0, cv::INTER_NEAREST);

  Exposure e;
  e.field = find_field(coarse, masked, params);
  if (cv::countNonZero(e.field) < static_cast<int>(e.field.total() / 50)) {
    warnings.push_back("no exposed field was found; the whole picture is taken for it");
    e.field.setTo(255);
  }
  measure_levels(coarse, e);
  const cv::Mat1b tissue = e.field & (tone(coarse, e.black, e.range) >= e.air_below);
  if (const cv::Mat1b window = collimated_window(coarse, tissue, e.field, e.range);
      !window.empty()) {
    e.field = window;
    measure_levels(coarse, e);
  }
  return e;
}

/// Sharp-edged saturated shapes: letters, lead markers, metal. Dense bone can saturate as well in a
/// hard display window, but fades over millimetres at its edge.
cv::Mat1b find_foreign(const cv::Mat1f& density, const cv::Mat1b& field, double ceiling,
                       const NormaliseParams& params) {
  cv::Mat1b saturated = density >= params.saturation * ceiling;
  saturated &= field;
  cv::Mat1f low;
  cv::erode(density, low, cv::getStructuringElement(cv::MORPH_RECT, {7, 7}));
  const cv::Mat1f drop = density - low;
  cv::Mat1b inner;
  cv::erode(saturated, inner, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
  const cv::Mat1b edge = saturated & ~inner;

  cv::Mat1i label;
  const int count = cv::connectedComponents(saturated, label, 8, CV_32S);
  std::vector<double> sum(static_cast<std::size_t>(count), 0);
  std::vector<int> edge_pixels(static_cast<std::size_t>(count), 0);
  for (int y = 0; y < label.rows; ++y)
    for (int x = 0; x < label.cols; ++x)
      if (edge(y, x)) {
        const auto i = static_cast<std::size_t>(label(y, x));
        sum[i] += drop(y, x);
        ++edge_pixels[i];
      }
  cv::Mat1b foreign(density.size(), uchar(0));
  for (int y = 0; y < label.rows; ++y)
    for (int x = 0; x < label.cols; ++x) {
      const auto i = static_cast<std::size_t>(label(y, x));
      if (i > 0 && edge_pixels[i] >= 6 && sum[i] > params.marker_edge * ceiling * edge_pixels[i])
        foreign(y, x) = 255;
    }
  return foreign;
}

/// Immerkaer's estimate (CVIU 1996;64:300) with the median instead of the mean, so that edges of
/// anatomy do not count as noise.
double noise_level(const cv::Mat1f& density, const cv::Mat1b& where) {
  const cv::Mat1f kernel = (cv::Mat1f(3, 3) << 1, -2, 1, -2, 4, -2, 1, -2, 1) / 6;
  cv::Mat1f fine;
  cv::filter2D(density, fine, CV_32F, kernel);
  return percentile(cv::abs(fine), where, 0.5) / 0.6745;
}

} // namespace

void NormaliseParams::describe(ParameterList& list) {
  list.stage("normalise");
  list.add(
      "working_pitch_mm", working_pitch_mm, "mm", 0.05, 2,
      "pixel size of the working grid; films coarser than this keep their own; 0.2 keeps three "
      "pixels across a 0.7 mm speck");
  list.add("assumed_long_side_mm", assumed_long_side_mm, "mm", 20, 500,
           "length of the longer image side assumed for the choice of scales where the spacing is "
           "unknown (18 x 24 cm is the commonest small cassette); nothing is reported in mm then");
  list.add("frame_margin", frame_margin, "1", 0, 0.2,
           "share of each side in which a white frame is looked for");
  list.add("saturation", saturation, "1", 0.5, 1,
           "share of the film's ceiling above which a pixel is saturated");
  list.add(
      "marker_edge", marker_edge, "1", 0.05, 1,
      "mean fall of density within 3 pixels of its edge, as a share of the ceiling, from which "
      "a saturated shape is a letter, marker or metal rather than dense bone");
}

NormalisedFilm normalise(const Radiograph& film, const NormaliseParams& params,
                         const Trace& trace) {
  CV_Assert(film.pixels.rows >= 16 && film.pixels.cols >= 16);
  NormalisedFilm out;
  out.grid = working_grid(film, params);
  const cv::Size size(static_cast<int>(std::lround(film.pixels.cols / out.grid.scale_x)),
                      static_cast<int>(std::lround(film.pixels.rows / out.grid.scale_y)));
  cv::Mat1f image;
  cv::resize(film.pixels, image, size, 0, 0, cv::INTER_AREA);

  const Exposure exposure = find_exposure(image, film.outside, params, out.warnings);
  cv::resize(exposure.field, out.field, size, 0, 0, cv::INTER_NEAREST);
  out.density = cv::max((image - exposure.black) * (1 / exposure.range), 0.0F);
  cv::sqrt(out.density, out.density);
  out.air_below = exposure.air_below;
  out.bone_above = exposure.bone_above;
  out.foreign = find_foreign(out.density, out.field, exposure.ceiling, params);
  out.noise = noise_level(out.density, out.field & (out.density >= out.air_below));
  if (!out.grid.calibrated)
    out.warnings.push_back("the pixel spacing is unknown: nothing is given in mm and no rule about "
                           "size is used (give --spacing)");
  if (trace) {
    trace("2-normalise/density", out.density);
    trace("2-normalise/field", out.field);
    trace("2-normalise/foreign", out.foreign);
  }
  return out;
}

} // namespace calx

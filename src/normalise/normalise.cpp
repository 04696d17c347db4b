#include "normalise/normalise.hpp"

#include "core/statistics.hpp"
#include "normalise/field.hpp"
#include "normalise/polarity.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

/// Where not even the part of the body is known: of the commonest small cassette, 18 x 24 cm.
constexpr double kCommonLongSide_mm = 240;

Grid working_grid(const Radiograph& film, const NormaliseParams& params) {
  Grid grid;
  grid.calibrated = film.spacing.has_value();
  const double long_side_mm =
      params.assumed_long_side_mm > 0 ? params.assumed_long_side_mm : kCommonLongSide_mm;
  const double assumed = long_side_mm / std::max(film.pixels.rows, film.pixels.cols);
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

/// Square root of the grey value above black, in units of the range: see NormalisedFilm::density.
cv::Mat1f tone(const cv::Mat1f& image, double black, double range) {
  cv::Mat1f out;
  image.convertTo(out, CV_32F, 1 / range, -black / range);
  cv::max(out, 0, out);
  cv::sqrt(out, out);
  return out;
}

void measure_levels(const cv::Mat1f& image, Exposure& e) {
  auto [low, high] = percentiles(image, e.field, {0.001, 0.999});
  high = std::max(high, low + 1e-6);
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

  if (negative_evidence(coarse, masked) > kNegative)
    warnings.push_back("polarity-suspect: the film looks as if dense were dark; if bone is darker "
                       "than soft tissue, analyse it with --polarity inverted");
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

/// How far the tone falls within three pixels of a place.
double fall_around(const cv::Mat1f& density, cv::Point at) {
  const cv::Rect near = cv::Rect(at.x - 3, at.y - 3, 7, 7) & cv::Rect({}, density.size());
  double lowest = 0;
  cv::minMaxLoc(density(near), &lowest);
  return density(at) - lowest;
}

/// Is the tone even, as that of lead and of burned-in letters? A deposit that is the densest thing
/// on the film is thicker in its middle.
bool even(const cv::Mat1f& density, const cv::Mat1b& shape, double tolerance) {
  cv::Mat1b inner;
  cv::erode(shape, inner, cv::Mat::ones(3, 3, CV_8U));
  if (cv::countNonZero(inner) < 6) return true; // thin strokes: nothing but edge
  const auto [low, high] = percentiles(density, inner, {0.1, 0.9});
  return high - low <= tolerance;
}

/// Sharp-edged, even, saturated shapes: letters, lead markers, metal. Dense bone can saturate as
/// well in a hard display window, but fades over millimetres at its edge.
cv::Mat1b find_foreign(const cv::Mat1f& density, const cv::Mat1b& field, double ceiling,
                       const NormaliseParams& params) {
  cv::Mat1b foreign(density.size(), uchar(0));
  const cv::Mat1b saturated = field & (density >= params.saturation * ceiling);
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(saturated, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  for (std::size_t i = 0; i < outlines.size(); ++i) {
    if (outlines[i].size() < 6) continue;
    double fall = 0;
    for (const cv::Point& p : outlines[i]) fall += fall_around(density, p);
    if (fall <= params.marker_edge * ceiling * static_cast<double>(outlines[i].size())) continue;
    const cv::Rect box = cv::boundingRect(outlines[i]);
    cv::Mat1b shape(box.size(), uchar(0));
    cv::drawContours(shape, outlines, static_cast<int>(i), cv::Scalar(255), cv::FILLED, cv::LINE_8,
                     {}, 0, -box.tl());
    shape &= saturated(box);
    if (even(density(box), shape, params.marker_evenness * ceiling)) foreign(box).setTo(255, shape);
  }
  return foreign;
}

/// Immerkaer's estimate (CVIU 1996;64:300) with the median instead of the mean, so that edges of
/// anatomy do not count as noise. Every ninth pixel is plenty.
double noise_level(const cv::Mat1f& density, const cv::Mat1b& field, double air_below) {
  std::vector<float> fine;
  for (int y = 1; y + 1 < density.rows; y += 3) {
    const float* above = density[y - 1];
    const float* here = density[y];
    const float* below = density[y + 1];
    for (int x = 1; x + 1 < density.cols; x += 3)
      if (field(y, x) && here[x] >= air_below)
        fine.push_back(std::abs(above[x - 1] + above[x + 1] + below[x - 1] + below[x + 1] +
                                4 * here[x] -
                                2 * (above[x] + below[x] + here[x - 1] + here[x + 1])) /
                       6);
  }
  if (fine.empty()) return 0;
  const auto middle = fine.begin() + static_cast<std::ptrdiff_t>(fine.size() / 2);
  std::nth_element(fine.begin(), middle, fine.end());
  return *middle / 0.6745;
}

} // namespace

void NormaliseParams::describe(ParameterList& list) {
  list.stage("normalise");
  list.add(
      "working_pitch_mm", working_pitch_mm, "mm", 0.05, 2,
      "pixel size of the working grid; films coarser than this keep their own; 0.25 keeps three "
      "pixels across a 0.7 mm speck");
  list.add("assumed_long_side_mm", assumed_long_side_mm, "mm", 0, 500,
           "length of the longer image side assumed for the choice of scales where the spacing is "
           "unknown; nothing is reported in mm then; 0: what is usual for the part of the body, "
           "240 where that is unknown too");
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
  // From the display's black on: a film whose grey values all lie higher, as those of a negative
  // that the user turned round may, rounds alike and gives the same findings to the byte.
  const cv::Mat1f above_black = film.pixels - film.display.black;
  cv::Mat1f image;
  // Below a factor of 2 two by two neighbours cover the pixels in between; area weights cost
  // more.
  const bool slight = std::max(out.grid.scale_x, out.grid.scale_y) < 2;
  cv::resize(above_black, image, size, 0, 0, slight ? cv::INTER_LINEAR : cv::INTER_AREA);

  const Exposure exposure = find_exposure(image, film.outside, params, out.warnings);
  cv::resize(exposure.field, out.field, size, 0, 0, cv::INTER_NEAREST);
  out.density = tone(image, exposure.black, exposure.range);
  out.air_below = exposure.air_below;
  out.bone_above = exposure.bone_above;
  out.foreign = find_foreign(out.density, out.field, exposure.ceiling, params);
  out.noise = noise_level(out.density, out.field, out.air_below);
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

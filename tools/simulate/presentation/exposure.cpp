#include "simulate/presentation/exposure.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace calx::simulate {

namespace {

constexpr double open_field_density = 0.12; ///< scatter and fog stay below, a finger's rim above
constexpr double penumbra_mm = 1.5;         ///< no statistics this near to the field's edge
constexpr double metal_density = 2;         ///< so much above the body's middle is no bone
constexpr double analysis_pitch_mm = 0.5;   ///< anchors are of large areas: a coarse film will do

} // namespace

double quantile_within(const cv::Mat1f& image, const cv::Mat1b& mask, double share) {
  std::vector<float> values;
  for (int y = 0; y < image.rows; ++y)
    for (int x = 0; x < image.cols; ++x)
      if (mask(y, x)) values.push_back(image(y, x));
  if (values.empty()) return 0;
  const auto at = values.begin() +
                  static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

ExposedParts recognise_exposure(const cv::Mat1f& density, const cv::Mat1b& field, double pitch_mm) {
  const double shrink = std::max(1.0, analysis_pitch_mm / pitch_mm);
  cv::Mat1f coarse;
  cv::Mat1b inside;
  cv::resize(density, coarse, {}, 1 / shrink, 1 / shrink, cv::INTER_AREA);
  cv::resize(field, inside, coarse.size(), 0, 0, cv::INTER_NEAREST);
  const int reach = std::max(1, static_cast<int>(penumbra_mm / (pitch_mm * shrink) + 0.5));
  cv::erode(inside, inside, cv::Mat(), {-1, -1}, reach, cv::BORDER_CONSTANT, 0);
  ExposedParts parts;
  parts.direct = (coarse < open_field_density) & inside;
  parts.body = (coarse >= open_field_density) & inside;
  parts.body &= coarse < quantile_within(coarse, parts.body, 0.5) + metal_density;
  parts.skin = quantile_within(coarse, parts.body, 0.04);
  return parts;
}

} // namespace calx::simulate

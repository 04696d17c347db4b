#include "simulate/presentation/tone.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

constexpr double dense_share = 0.985; ///< of the body's pixels are less dense than "dense bone"
constexpr double least_direct = 0.01; ///< share of open field that makes it an anchor
constexpr double least_latitude = 0.1;

} // namespace

Latitude find_latitude(const cv::Mat1f& processed, const ExposedParts& parts, double skin_cut) {
  cv::Mat1f coarse;
  cv::resize(processed, coarse, parts.body.size(), 0, 0, cv::INTER_AREA);
  const double white = quantile_within(coarse, parts.body, dense_share);
  const double skin = quantile_within(coarse, parts.body, 0.04);
  const double direct_px = cv::countNonZero(parts.direct);
  const bool open = direct_px > least_direct * (direct_px + cv::countNonZero(parts.body));
  // A body that fills the field leaves no open field: black lies a little below its thinnest part.
  const double direct =
      open ? quantile_within(coarse, parts.direct, 0.5) : skin - 0.25 * (white - skin);
  Latitude latitude;
  latitude.black = direct + skin_cut * (skin - direct);
  latitude.white = std::max(white, latitude.black + least_latitude);
  return latitude;
}

ToneCurve::ToneCurve(const Presentation& presentation) {
  constexpr int steps = 4096;
  const double k = 4 * presentation.sigmoid_slope;
  const auto logistic = [k](double x) { return 1 / (1 + std::exp(-k * (x - 0.5))); };
  const double low = logistic(0), high = logistic(1);
  for (int i = 0; i <= steps; ++i) {
    const double x = std::pow(static_cast<double>(i) / steps, presentation.gamma);
    const double s = (logistic(x) - low) / (high - low);
    grey_.push_back(static_cast<float>(presentation.black_grey +
                                       (presentation.white_grey - presentation.black_grey) * s));
  }
}

float ToneCurve::operator()(float place) const {
  const auto last = static_cast<float>(grey_.size() - 1);
  return grey_[static_cast<std::size_t>(std::clamp(place, 0.0F, 1.0F) * last + 0.5F)];
}

} // namespace calx::simulate

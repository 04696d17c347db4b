#include "anatomy/place_names.hpp"

#include "anatomy/prominences.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr double kSame_mm = 4; ///< a convexity of the outline this near is the named prominence

/// The middle of what is left and right: the symphysis where it was seen, else the body's.
double middle_x(std::span<const NamedPoint> points, const cv::Mat1b& body) {
  const auto symphysis = std::ranges::find(points, "pubic_symphysis", &NamedPoint::name);
  if (symphysis != points.end()) return symphysis->at.x;
  const cv::Moments m = cv::moments(body, true);
  return m.m00 > 0 ? m.m10 / m.m00 : body.cols / 2.0;
}

bool is_paired(std::string_view name) {
  return name != "pubic_symphysis";
}

/// The best point of each name, with the name as outputs have it.
std::vector<NamedPoint> one_of_each(std::span<const NamedPoint> points, bool both_sides,
                                    double middle) {
  std::vector<NamedPoint> chosen;
  for (NamedPoint point : points) { // of a name the best comes first
    if (both_sides && is_paired(point.name))
      point.name = (point.at.x < middle ? "right_" : "left_") + point.name;
    if (std::ranges::find(chosen, point.name, &NamedPoint::name) == chosen.end())
      chosen.push_back(std::move(point));
  }
  return chosen;
}

} // namespace

void place_names(std::span<const NamedPoint> points, Region region, double pitch_mm,
                 AnatomyMap& map) {
  const bool both_sides = region == Region::Pelvis;
  for (const NamedPoint& point : one_of_each(points, both_sides, middle_x(points, map.body))) {
    const auto away = [&](const Prominence& p) { return cv::norm(p.point - point.at) * pitch_mm; };
    const auto nearest = std::ranges::min_element(map.prominences, {}, away);
    if (nearest != map.prominences.end() && nearest->name.empty() && away(*nearest) <= kSame_mm) {
      nearest->name = point.name;
      nearest->point = point.at;
    } else {
      map.prominences.push_back({point.at, 0, point.name});
    }
  }
  sort_prominences(map.prominences);
}

} // namespace calx

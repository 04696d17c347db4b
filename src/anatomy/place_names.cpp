#include "anatomy/place_names.hpp"

#include "anatomy/prominences.hpp"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr double kSame_mm = 4; ///< a convexity of the outline this near is the named prominence
/// Seen from the front no two prominences are nearer to each other, but the olecranon and the
/// coronoid process.
constexpr double kApart_mm = 5;

/// Joints, and the prominences of each that have no telling prefix.
enum Joint : unsigned { Fingers = 1, Elbow = 2, Shoulder = 4, Hip = 8, Knee = 16, Foot = 32 };

constexpr std::array<std::pair<std::string_view, Joint>, 25> kJointOf{
    {{"radial_styloid", Fingers},
     {"ulnar_styloid", Fingers},
     {"olecranon", Elbow},
     {"medial_epicondyle", Elbow},
     {"lateral_epicondyle", Elbow},
     {"coronoid_process", Elbow},
     {"radial_head", Elbow},
     {"acromion", Shoulder},
     {"coracoid_process", Shoulder},
     {"greater_tubercle", Shoulder},
     {"greater_trochanter", Hip},
     {"lesser_trochanter", Hip},
     {"ischial_tuberosity", Hip},
     {"pubic_symphysis", Hip},
     {"anterior_superior_iliac_spine", Hip},
     {"patella", Knee},
     {"medial_femoral_epicondyle", Knee},
     {"lateral_femoral_epicondyle", Knee},
     {"tibial_tuberosity", Knee},
     {"fibular_head", Knee},
     {"medial_malleolus", Foot},
     {"lateral_malleolus", Foot},
     {"calcaneal_tuberosity", Foot},
     {"fifth_metatarsal_base", Foot},
     {"first_metatarsal_head", Foot}}};

unsigned joints_on(Region region) {
  switch (region) {
  case Region::Hand:
  case Region::Wrist:
    return Fingers;
  case Region::Forearm:
    return Fingers | Elbow;
  case Region::Elbow:
    return Elbow;
  case Region::UpperArm:
    return Elbow | Shoulder;
  case Region::Shoulder:
    return Shoulder;
  case Region::Pelvis:
  case Region::Hip:
  case Region::Scrotum:
    return Hip;
  case Region::Thigh:
    return Hip | Knee;
  case Region::Knee:
    return Knee;
  case Region::Leg:
    return Knee | Foot;
  case Region::Ankle:
  case Region::Foot:
    return Foot;
  case Region::Other:
    break;
  }
  return ~0U;
}

bool can_show(Region region, std::string_view name) {
  const auto at = std::ranges::find(kJointOf, name, [](const auto& entry) { return entry.first; });
  const Joint joint = at != kJointOf.end() ? at->second : Fingers; // tufts and heads of fingers
  return (joints_on(region) & joint) != 0;
}

bool may_meet(std::string_view a, std::string_view b) {
  constexpr std::array kOneBehindTheOther{std::string_view("olecranon"),
                                          std::string_view("coronoid_process")};
  return std::ranges::find(kOneBehindTheOther, a) != kOneBehindTheOther.end() &&
         std::ranges::find(kOneBehindTheOther, b) != kOneBehindTheOther.end();
}

/// Names that the film can show, and of two that compete for one place the first, which is
/// likelier. What has a name already comes before all.
std::vector<NamedPoint> possible_points(std::span<const NamedPoint> points, Shown shown,
                                        double pitch_mm, std::span<const Prominence> named) {
  const bool may_overlap = shown.view == View::Lateral || shown.view == View::Oblique;
  std::vector<NamedPoint> possible;
  for (const NamedPoint& point : points) {
    const auto competes = [&](const std::string& name, cv::Point2d at) {
      return !name.empty() && name != point.name && !may_meet(name, point.name) &&
             cv::norm(at - point.at) * pitch_mm < kApart_mm;
    };
    const bool taken =
        std::ranges::any_of(possible, [&](const auto& p) { return competes(p.name, p.at); }) ||
        std::ranges::any_of(named, [&](const auto& p) { return competes(p.name, p.point); });
    if (can_show(shown.region, point.name) && (may_overlap || !taken)) possible.push_back(point);
  }
  return possible;
}

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
  for (NamedPoint point : points) { // the best come first
    if (both_sides && is_paired(point.name))
      point.name = (point.at.x < middle ? "right_" : "left_") + point.name;
    if (std::ranges::find(chosen, point.name, &NamedPoint::name) == chosen.end())
      chosen.push_back(std::move(point));
  }
  return chosen;
}

} // namespace

void place_names(std::span<const NamedPoint> points, Shown shown, double pitch_mm,
                 AnatomyMap& map) {
  const std::vector<NamedPoint> possible =
      possible_points(points, shown, pitch_mm, map.prominences);
  const bool both_sides = shown.region == Region::Pelvis;
  for (const NamedPoint& point : one_of_each(possible, both_sides, middle_x(possible, map.body))) {
    if (std::ranges::find(map.prominences, point.name, &Prominence::name) != map.prominences.end())
      continue;
    const auto away = [&](const Prominence& p) { return cv::norm(p.point - point.at) * pitch_mm; };
    const auto nearest = std::ranges::min_element(map.prominences, {}, away);
    if (nearest != map.prominences.end() && nearest->name.empty() && away(*nearest) <= kSame_mm) {
      nearest->name = point.name;
      nearest->point = point.at;
      nearest->name_confidence = point.confidence;
    } else {
      map.prominences.push_back({point.at, 0, point.name, point.confidence});
    }
  }
  sort_prominences(map.prominences);
}

} // namespace calx

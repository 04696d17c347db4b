#include "simulate/physics/expose.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace calx::simulate {

namespace {

constexpr int kSmallest_px = 1000, kLargest_px = 3000; ///< a side of the matrix

/// The height of the body's middle above the detector, as z of the film frame.
double body_depth_mm(const Anatomy& anatomy) {
  const Grid& skin = anatomy.soft.skin_distance_mm;
  double sum = 0, count = 0;
  for (int z = 0; z < skin.size[2]; ++z)
    for (int y = 0; y < skin.size[1]; y += 4)
      for (int x = 0; x < skin.size[0]; x += 4) {
        if (!(skin.at(x, y, z) < 0)) continue;
        const cv::Vec3d at = skin.node_mm(x, y, z);
        if (!anatomy.field_mm.contains({at[0], at[1]})) continue;
        sum += at[2];
        ++count;
      }
  return count > 0 ? sum / count : -20;
}

bool on_table(Region region) {
  return region == Region::Pelvis || region == Region::Hip || region == Region::Shoulder ||
         region == Region::Thigh;
}

double choose_pitch_mm(bool powder, Random& draw) {
  static constexpr std::array usual{0.139, 0.14, 0.143, 0.144, 0.148};
  static constexpr std::array fine{0.1, 0.124, 0.125, 0.115};
  static constexpr std::array plates{0.1, 0.1, 0.15, 0.168, 0.175, 0.2};
  if (powder) return draw.pick(std::span<const double>(plates));
  return draw.chance(0.7) ? draw.pick(std::span<const double>(usual))
                          : draw.pick(std::span<const double>(fine));
}

/// The anatomy's field as it falls on the detector.
cv::Rect2d projected_field(const Anatomy& anatomy, double magnification) {
  const cv::Rect2d& field = anatomy.field_mm;
  const cv::Point2d middle = (field.tl() + field.br()) * 0.5;
  const cv::Size2d size = field.size() * magnification;
  return {middle.x - size.width / 2, middle.y - size.height / 2, size.width, size.height};
}

} // namespace

Geometry choose_geometry(const Anatomy& anatomy, const Random& random) {
  Random draw = random.stream("geometry");
  Geometry geometry;
  geometry.sid_mm =
      on_table(anatomy.region)
          ? draw.pick(std::span<const double>(std::array{1100., 1150., 1000., 1200.}))
          : draw.pick(std::span<const double>(std::array{1000., 1020., 1050., 1100., 1150.}));
  const cv::Rect2d field = projected_field(anatomy, geometry.magnification(body_depth_mm(anatomy)));
  const cv::Point2d middle = (field.tl() + field.br()) * 0.5;
  geometry.source_mm = middle + cv::Point2d(draw.normal_within(0, 6, -15, 15) * field.width / 200,
                                            draw.normal_within(0, 6, -15, 15) * field.height / 200);

  // A plate has a rim around the field, a panel is cut down to the collimated part.
  const bool powder = choose_detector(anatomy.region, random).powder;
  double width = field.width * draw.uniform(1.02, powder ? 1.25 : 1.12),
         height = field.height * draw.uniform(1.02, powder ? 1.25 : 1.12);
  double pitch = choose_pitch_mm(powder, draw);
  const double larger = std::max(width, height);
  static constexpr std::array coarser{0.125, 0.139, 0.148, 0.168, 0.175, 0.2};
  for (const double next : coarser)
    if (larger / pitch > kLargest_px && next > pitch) pitch = next;
  geometry.pitch_mm = pitch;
  width = std::clamp(width, kSmallest_px * pitch, kLargest_px * pitch);
  height = std::clamp(height, kSmallest_px * pitch, kLargest_px * pitch);
  geometry.columns = static_cast<int>(std::lround(width / pitch));
  geometry.rows = static_cast<int>(std::lround(height / pitch));
  // Off centre by a part of the free rim.
  const double free_x = std::max(width - field.width, 0.0),
               free_y = std::max(height - field.height, 0.0);
  const cv::Point2d centre =
      middle + cv::Point2d(free_x * draw.uniform(-0.3, 0.3), free_y * draw.uniform(-0.3, 0.3));
  geometry.origin_mm = centre - cv::Point2d(geometry.columns - 1, geometry.rows - 1) * (pitch / 2);
  return geometry;
}

std::optional<cv::RotatedRect> choose_collimation(const Anatomy& anatomy, const Geometry& geometry,
                                                  const Random& random) {
  Random draw = random.stream("collimation");
  if (draw.chance(0.3)) return std::nullopt;
  const cv::Rect2d field = projected_field(anatomy, geometry.magnification(body_depth_mm(anatomy)));
  // From a little of the field cut off to a finger's breadth around it.
  const auto side = [&](double length) {
    return static_cast<float>(length * draw.normal_within(1.03, 0.04, 0.95, 1.12));
  };
  const cv::Point2d centre = (field.tl() + field.br()) * 0.5;
  const cv::Point2f shifted(
      static_cast<float>(centre.x + field.width * draw.normal_within(0, 0.01, -0.02, 0.02)),
      static_cast<float>(centre.y + field.height * draw.normal_within(0, 0.01, -0.02, 0.02)));
  const double tilt = draw.chance(0.35) ? draw.normal_within(0, 2.5, -7, 7) : 0;
  return cv::RotatedRect(shifted, {side(field.width), side(field.height)},
                         static_cast<float>(tilt));
}

} // namespace calx::simulate

#include "simulate/mesh/shapes.hpp"
#include "simulate/mesh/signed_distance.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

double sphere_distance(const cv::Vec3d& at, const cv::Vec3d& centre, double radius) {
  return cv::norm(at - centre) - radius;
}

double capsule_distance(const cv::Vec3d& at, const cv::Vec3d& from, const cv::Vec3d& to,
                        double from_radius, double to_radius) {
  const cv::Vec3d axis = to - from;
  const double length = cv::norm(axis), narrowing = from_radius - to_radius;
  if (length <= std::abs(narrowing)) // one ball holds the other
    return narrowing > 0 ? sphere_distance(at, from, from_radius)
                         : sphere_distance(at, to, to_radius);
  // In the half plane through the axis: along it and away from it; the cone's flank is a line.
  const double along = (at - from).dot(axis) / length;
  const double away = std::sqrt(std::max(cv::norm(at - from, cv::NORM_L2SQR) - along * along, 0.0));
  const double sine = narrowing / length, cosine = std::sqrt(1 - sine * sine);
  const double foot = along * cosine - away * sine; // position on the flank
  if (foot < 0) return std::hypot(along, away) - from_radius;
  if (foot > length * cosine) return std::hypot(along - length, away) - to_radius;
  return along * sine + away * cosine - from_radius;
}

double ellipsoid_distance(const cv::Vec3d& at, const cv::Vec3d& centre, const cv::Vec3d& radii) {
  cv::Vec3d once, twice;
  for (int axis = 0; axis < 3; ++axis) {
    once[axis] = (at[axis] - centre[axis]) / radii[axis];
    twice[axis] = once[axis] / radii[axis];
  }
  const double size = cv::norm(once), slope = cv::norm(twice);
  if (slope <= 0) return -std::min({radii[0], radii[1], radii[2]});
  return size * (size - 1) / slope;
}

double smooth_union(double a, double b, double blend) {
  if (blend <= 0) return std::min(a, b);
  const double near = std::max(blend - std::abs(a - b), 0.0) / blend;
  return std::min(a, b) - near * near * blend / 4;
}

Solid make_solid(std::string name, const std::function<double(const cv::Vec3d&)>& field,
                 const cv::Vec3d& low, const cv::Vec3d& high, double pitch_mm) {
  const cv::Vec3d margin = cv::Vec3d::all(2 + 2 * pitch_mm);
  Grid inside = Grid::covering(low - margin, high + margin, pitch_mm, 0, 0);
  cv::parallel_for_({0, inside.size[2]}, [&](const cv::Range& range) {
    for (int z = range.start; z < range.end; ++z)
      for (int y = 0; y < inside.size[1]; ++y)
        for (int x = 0; x < inside.size[0]; ++x)
          inside.at(x, y, z) = static_cast<float>(-field(inside.node_mm(x, y, z)));
  });
  return solid_of(std::move(name), signed_distance(inside, 0));
}

Solid make_sphere(std::string name, const cv::Vec3d& centre, double radius, double pitch_mm) {
  return make_capsule(std::move(name), centre, centre, radius, radius, pitch_mm);
}

Solid make_capsule(std::string name, const cv::Vec3d& from, const cv::Vec3d& to, double from_radius,
                   double to_radius, double pitch_mm) {
  cv::Vec3d low, high;
  for (int axis = 0; axis < 3; ++axis) {
    low[axis] = std::min(from[axis] - from_radius, to[axis] - to_radius);
    high[axis] = std::max(from[axis] + from_radius, to[axis] + to_radius);
  }
  return make_solid(
      std::move(name),
      [&](const cv::Vec3d& at) { return capsule_distance(at, from, to, from_radius, to_radius); },
      low, high, pitch_mm);
}

Solid solid_of(std::string name, Grid distance_mm) {
  Solid solid{std::move(name), std::move(distance_mm), {0, 0, 0}, {0, 0, 1}, 0, 0};
  const Grid& grid = solid.distance_mm;
  const float pitch = static_cast<float>(grid.pitch_mm);
  const auto part = [&](float d) { return std::clamp(0.5F - d / pitch, 0.F, 1.F); };
  const auto for_each_inside = [&](const auto& take) {
    for (int z = 0; z < grid.size[2]; ++z)
      for (int y = 0; y < grid.size[1]; ++y)
        for (int x = 0; x < grid.size[0]; ++x) {
          const double share = part(grid.at(x, y, z));
          if (share > 0) take(grid.node_mm(x, y, z), share);
        }
  };
  double nodes = 0;
  cv::Vec3d sum(0, 0, 0);
  for_each_inside([&](const cv::Vec3d& at, double share) {
    nodes += share;
    sum += at * share;
  });
  solid.distance_mm.outside = 2 * pitch + 2; // the margin of the lattices
  if (nodes <= 0) return solid;
  solid.volume_mm3 = nodes * std::pow(grid.pitch_mm, 3);
  solid.centre_mm = sum * (1 / nodes);

  cv::Matx33d moments = cv::Matx33d::zeros();
  for_each_inside([&](const cv::Vec3d& at, double share) {
    const cv::Vec3d arm = at - solid.centre_mm;
    moments += share * (arm * arm.t());
  });
  cv::Mat1d values, vectors;
  cv::eigen(cv::Mat(moments), values, vectors);
  cv::Vec3d axis(vectors(0, 0), vectors(0, 1), vectors(0, 2));
  int largest = 0; // of an axis and its opposite, the one whose largest part is positive
  for (int i = 1; i < 3; ++i)
    if (std::abs(axis[i]) > std::abs(axis[largest])) largest = i;
  solid.axis = axis[largest] < 0 ? -axis : axis;

  double low = 0, high = 0;
  for_each_inside([&](const cv::Vec3d& at, double) {
    const double along = (at - solid.centre_mm).dot(solid.axis);
    low = std::min(low, along);
    high = std::max(high, along);
  });
  solid.half_length_mm = (high - low) / 2;
  return solid;
}

} // namespace calx::simulate

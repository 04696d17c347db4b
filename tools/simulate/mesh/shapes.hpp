// Bodies made of formulas: where there is no mesh, and to test against closed forms.
#pragma once

#include "simulate/mesh/solid.hpp"

#include <functional>

namespace calx::simulate {

/// Distance to a ball of this radius, or to two joined by the cone that touches both; negative
/// inside. Exact.
double sphere_distance(const cv::Vec3d& at, const cv::Vec3d& centre, double radius);
double capsule_distance(const cv::Vec3d& at, const cv::Vec3d& from, const cv::Vec3d& to,
                        double from_radius, double to_radius);
/// Distance to an ellipsoid with its axes along x, y, z; exact on the surface, to first order near.
double ellipsoid_distance(const cv::Vec3d& at, const cv::Vec3d& centre, const cv::Vec3d& radii);
/// The smaller distance, with the crease filled over `blend` mm (Quilez's polynomial minimum).
double smooth_union(double a, double b, double blend);

/// The body where `field` is negative. The field need be a distance only near its surface, which
/// must lie between `low` and `high`; nothing is done about a body that is empty.
Solid make_solid(std::string name, const std::function<double(const cv::Vec3d&)>& field,
                 const cv::Vec3d& low, const cv::Vec3d& high, double pitch_mm);
Solid make_sphere(std::string name, const cv::Vec3d& centre, double radius, double pitch_mm);
Solid make_capsule(std::string name, const cv::Vec3d& from, const cv::Vec3d& to, double from_radius,
                   double to_radius, double pitch_mm);

/// Completes a solid from its distances: volume, centre and principal axis.
Solid solid_of(std::string name, Grid distance_mm);

} // namespace calx::simulate

// Operations on whole grids: what the soft tissue is shaped with.
#pragma once

#include "simulate/core/grid.hpp"

#include <functional>

namespace calx::simulate {

/// Calls `body(z)` for each of `slices` slices, in parallel. `body` writes its own slice only.
void each_slice(int slices, const std::function<void(int)>& body);

/// Replaces an implicit function by the signed distance, in mm, to its zero surface, which stays
/// where it is (fast sweeping: Zhao, Math. Comp. 74 (2005) 603). Beyond `reach_mm` the distance is
/// only a lower bound. `outside` becomes the largest distance found.
void redistance(Grid& field, double reach_mm);

/// Gaussian smoothing of the values; the border is repeated.
void smooth(Grid& field, double sigma_mm);

/// The same field on a lattice with another pitch over the same box, by trilinear interpolation.
Grid resampled(const Grid& field, double pitch_mm);

/// A distance field continued beyond its nodes: the distance at the border and the way there.
float far_distance(const Grid& distance, const cv::Vec3f& at);

/// A smooth minimum: equal to min(a, b) where they differ by more than `blend_mm`.
float smooth_min(float a, float b, float blend_mm);

/// 0 below `low`, 1 above `high`, smooth between.
float smooth_step(float low, float high, float at);

} // namespace calx::simulate

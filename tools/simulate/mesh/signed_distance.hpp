// Signed distances on a lattice out of any field that has the body as one of its level sets.
#pragma once

#include "simulate/core/grid.hpp"

namespace calx::simulate {

/// Distances to the surface `field == level`, negative where the field is above it. The surface is
/// placed between the nodes by linear interpolation; farther out the eikonal equation is solved by
/// fast sweeping (Zhao, Math. Comp. 74, 2005). Multiples of 1/512 mm, at most 60 mm, so that a
/// cache can keep them in 16 bits without loss.
Grid signed_distance(const Grid& field, float level);
inline constexpr float distance_step_mm = 1.0F / 512, farthest_mm = 60;

/// Gaussian blur of all three directions, zero beyond the nodes.
void blur(Grid& grid, double sigma_nodes);

} // namespace calx::simulate

// How much of each cell of a lattice lies inside a surface.
#pragma once

#include "simulate/mesh/solid.hpp"

namespace calx::simulate {

struct Voxels {
  Grid inside;                ///< 0 to 1: the part of the cell around each node
  double contested_share = 0; ///< inside cells for which the three directions disagree, of all
};

/// Counts crossings along lines in the three directions of the lattice, four lines a cell. A line
/// that meets a hole crosses the surface an odd number of times and is left out; where directions
/// still disagree, the two that agree win. Orientation of the triangles plays no part. `grid`
/// gives the lattice; no part of the mesh may be beyond it.
Voxels voxelise(const Mesh& mesh, Grid grid);

} // namespace calx::simulate

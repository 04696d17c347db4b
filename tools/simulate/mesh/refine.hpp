// Coarse meshes as the curved surfaces that they stand for.
#pragma once

#include "simulate/mesh/solid.hpp"

#include <optional>

namespace calx::simulate {

/// The mesh with vertices at one place made one, without triangles that have lost a side.
Mesh weld(const Mesh& mesh);

/// Replaces each triangle by a curved patch through its corners, square to the corners' normals,
/// cut into flat pieces of at most `edge_mm` (in the mesh's unit): curved PN triangles (Vlachos et
/// al., I3D 2001). Neighbours stay joined; sharp ridges become round.
Mesh refine(const Mesh& mesh, double edge_mm);

/// The volume that the flat triangles enclose, in the mesh's unit cubed, whichever way they are
/// turned; nothing for a surface that is open or joined in other ways than two by two.
std::optional<double> enclosed_volume(const Mesh& mesh);

} // namespace calx::simulate

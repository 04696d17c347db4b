// Bones out of formulas, for tests and samples that need no mesh.
#pragma once

#include "simulate/anatomy/catalogue.hpp"

namespace calx::simulate {

bool has_procedural_bone(std::string_view name);

/// A simple bone in the body frame, in place among the others; throws std::out_of_range for one
/// that there is no formula of.
Solid procedural_bone(const BoneRow& row);

} // namespace calx::simulate

// Limbs of capsules, quick to make: bones with joints between them, fat and muscle around.
#pragma once

#include "simulate/anatomy/anatomy.hpp"

namespace calx::simulate {

/// A grown-up's limb along y: two bones that meet at the origin's height, with landmarks of the
/// region's names on them, an artery beside them, and a field around it all. A hand has five rays.
Anatomy make_limb(Region region, double age_years = 60, Sex sex = Sex::Male);

} // namespace calx::simulate

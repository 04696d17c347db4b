// What age and size do to bones.
#pragma once

#include "simulate/anatomy/catalogue.hpp"

namespace calx::simulate {

/// A patient as films show them: mostly adults, some children, lean to obese.
Patient draw_patient(Region region, double fat_low_mm, double fat_high_mm, Random draw);

/// The tissue of a bone of this kind at this age and size.
BoneTissue tissue_of(BoneKind kind, const Patient& patient, Random draw);

/// The bone as it is at this age: with open growth plates and smaller ossified ends in a child.
/// Adults' bones are returned as they are.
RestBone grown(const RestBone& bone, const Patient& patient, Random draw);

} // namespace calx::simulate

// Puts the prominences that the network named among those measured on the outlines.
#pragma once

#include "anatomy/anatomy.hpp"

#include <span>

namespace calx {

/// Names that the region cannot show are left out, and so is, on a film that is not lateral or
/// oblique, the less probable of two for one place: no name is better than a wrong one. A name that
/// a prominence has already stays where it is. Another named point takes the place and height of
/// the measured prominence within a few mm of it, whose own point is less certain; without one it
/// is added with height 0. On a film of the pelvis, which shows both sides, names get left_ or
/// right_ (the patient's right is at the left of the film, PS3.3 C.7.6.1.1.1); elsewhere only the
/// best point of a name counts.
void place_names(std::span<const NamedPoint> points, Shown shown, double pitch_mm, AnatomyMap& map);

} // namespace calx

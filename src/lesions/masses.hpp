// Large dense masses: so bright and so sharp that they were outlined as bone.
#pragma once

#include "lesions/measure.hpp"

#include <vector>

namespace calx {

/// Pieces of the bone mask that stand alone, do not leave the field, are rounded rather than long
/// and as dense as the film's cortex all the way through. A tumour-like deposit is one; a patella
/// or a carpal bone lies closer to its neighbours or is less dense than cortex.
std::vector<Deposit> find_masses(const NormalisedFilm& film, const AnatomyMap& anatomy,
                                 const Surroundings& around, const LesionParams& params);

} // namespace calx

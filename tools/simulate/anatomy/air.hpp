// Air within the body: lungs, bowel gas.
#pragma once

#include "simulate/anatomy/lead_back.hpp"

namespace calx::simulate {

/// The part of air at the nodes of `skin`'s lattice; an empty grid for a region without air.
Grid air_fraction(const SoftRequest& request, const RestField& field, const Grid& skin,
                  const Random& random);

} // namespace calx::simulate

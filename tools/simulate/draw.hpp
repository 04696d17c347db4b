// What a film shows, where nobody says.
#pragma once

#include "simulate/anatomy/anatomy.hpp"
#include "simulate/core/random.hpp"

#include <vector>

namespace calx::simulate {

/// A region first, then one of its views: a region with many views is not seen more often.
/// Whatever the order of `films`, the same is drawn.
Projectable draw_film(std::vector<Projectable> films, Random random);

/// A pattern that fits the region, or none in this share of films.
Pattern draw_pattern(Region region, double normal_share, Random random);

} // namespace calx::simulate

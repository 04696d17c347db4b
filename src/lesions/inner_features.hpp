// What a region looks like inside, and what lies nearest: measured only for regions that are kept.
#pragma once

#include "lesions/measure.hpp"

namespace calx {

/// Fills saturated_fraction, rim_index, septa_density, texture, parallel_line_score and
/// horizontal_level_score. `ceiling` is the film's highest density.
void measure_inside(const NormalisedFilm& film, double ceiling, Deposit& deposit);

/// Fills the nearest bone edge, prominence and joint with their distances, and the neighbours.
void measure_neighbourhood(const NormalisedFilm& film, const AnatomyMap& anatomy,
                           const Surroundings& around, std::vector<Deposit>& deposits);

} // namespace calx

// What else is known of the simulated patient: what `calx analyze --context` takes.
#pragma once

#include "simulate/simulate.hpp"

#include <nlohmann/json.hpp>

namespace calx::simulate {

/// Age, sex and, on most films, laboratory values and history that fit the pattern. Drawn from the
/// film's seed.
nlohmann::ordered_json clinical_context(const Film& film);

} // namespace calx::simulate

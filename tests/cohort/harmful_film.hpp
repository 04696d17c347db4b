// Films that bring down the process that analyses them, as a defect in a codec or in calx would.
#pragma once

#include "core/trace.hpp"

#include <filesystem>

namespace calx::cohort::test {

/// What the analysis of such a film does.
enum class Harm {
  BadAccess, ///< writes where it may not: SIGSEGV
  Aborts,    ///< SIGABRT
  Throws,    ///< what no one expects
  Computes,  ///< without end
  Sleeps,    ///< without end
};

/// A whole film in every other way.
void write_harmful_film(const std::filesystem::path& file, int seed, Harm harm);

/// Given to the settings of a run, it has the analysis of such films do what they are to do. All
/// other films are analysed as ever; without it, these are too.
Trace harm_of_films();

} // namespace calx::cohort::test

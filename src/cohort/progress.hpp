// A run in one line for whoever waits for it.
#pragma once

#include "cohort/run.hpp"

#include <string>

namespace calx::cohort {

/// "1,234 of 5,000 files (24.7 %), 2.4 files/s, 26 min left, 3 without findings"
std::string progress_line(const RunCounts& counts, double elapsed_s);

/// "26 min", "3 h 10 min", "2 d 4 h"
std::string duration_text(double seconds);

/// How a run ended: a table of outcomes, with those of earlier runs beside.
std::string run_summary(const RunResult& result, double elapsed_s);

} // namespace calx::cohort

// What a run lets one file cost.
#pragma once

#include <cstdint>

namespace calx::cohort {

/// What one file may cost.
struct Limits {
  double wall_s = 120;
  double cpu_s = 120;
  std::uint64_t memory_mb = 4096; ///< beyond what the program itself takes
};

} // namespace calx::cohort

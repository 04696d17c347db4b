#pragma once

#include <sys/stat.h>

namespace calx {

/// Records, pictures and tables tell of patients: what the program writes from here on is for who
/// runs it alone, until they say otherwise.
inline void write_for_owner_alone() {
  constexpr mode_t kOthersMayNothing = 077;
  ::umask(kOthersMayNothing);
}

} // namespace calx

#include "core/memory.hpp"

#include <cstdlib> // says whether this is glibc

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace calx {

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kEveryImage = 1 << 30; // bytes: larger ones get a mapping of their own
  constexpr int kKept = 256 << 20;
  // Older releases refuse the first; the second alone would have every image mapped anew.
  if (mallopt(M_MMAP_THRESHOLD, kEveryImage) != 0) mallopt(M_TRIM_THRESHOLD, kKept);
#endif
}

} // namespace calx

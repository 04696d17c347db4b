// How a program of its own holds memory; the library leaves this to whoever links it.
#pragma once

namespace calx {

/// Keeps up to 256 MB of freed memory for each thread in place of handing it back to the system
/// after each image, which then has to clear it again: a tenth of a film's time (bench_analyse has
/// both). Only with glibc.
void keep_freed_memory();

} // namespace calx

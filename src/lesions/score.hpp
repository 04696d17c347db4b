// How sure the detector is that a region is something dense, and not texture, bone or a fold.
#pragma once

#include "lesions/lesions.hpp"

namespace calx {

/// 0..1; a monotone function of each feature it uses, so that "why" can be answered.
double deposit_score(const Deposit& deposit);

} // namespace calx

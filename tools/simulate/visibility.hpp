// Whether a reader could see a lesion against the film around it.
#pragma once

#include "simulate/truth.hpp"

namespace calx::simulate {

/// The response of a template of the lesion to the lesion itself, over its response to the film
/// without it, in the lesion's place and around it: a non-prewhitening observer with the anatomy as
/// its noise (Burgess, Li and Abbey, JOSA A 1997;14:2420). 1 is a lesion no stronger than what
/// looks like it nearby. The template is the lesion's own absorption less its plane fit, so that a
/// slope of the tissue counts neither way; of three channels, from the whole to the lesion's grain,
/// the best counts, as an eye that knows what it looks for takes the best. `mask` is 255 on the
/// lesion, of the size of `box`.
double clutter_ratio(const SignalPair& signal, const cv::Rect& box, const cv::Mat1b& mask,
                     double spacing_mm);

} // namespace calx::simulate

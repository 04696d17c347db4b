// Multiscale contrast equalisation of a film's density.
//
// P. Vuylsteke, E. Schoeters, Multiscale image contrast amplification (MUSICA), SPIE 2167 (1994):
// each level d of a Laplacian pyramid becomes M sign(d) |d/M|^p, so that faint detail gains and
// strong detail does not; the low-pass residual is weakened, which saves latitude.
#pragma once

#include "simulate/presentation/present.hpp"

namespace calx::simulate {

/// The film with the presentation's detail_power, latitude_gain, edge_gain and noise_suppression.
cv::Mat1f equalise(const cv::Mat1f& density, double pitch_mm, const Presentation& presentation);

} // namespace calx::simulate

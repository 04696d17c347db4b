// How a film's grey values stand for signal: estimated from its own air, soft tissue and bone.
#pragma once

#include "simulate/insertion/film_anatomy.hpp"

namespace calx::simulate {

/// Grey over attenuation (-ln of the signal, 0 in the open field): straight between soft tissue and
/// bone, with an exponential toe down to black and a shoulder up to white, smooth where they meet.
struct FilmTone {
  double black = 0, soft = 0, bone = 0, white = 1; ///< grey values
  double soft_attenuation = 1;
  double slope = 1; ///< grey per unit of attenuation between soft tissue and bone

  double grey(double attenuation) const;
  /// Inverse of `grey`, with grey values at or beyond black and white taken as just inside.
  double attenuation(double grey_value) const;
};

struct FilmQuality {
  FilmTone tone;
  double blur_px = 0.8; ///< standard deviation of the blur of its sharpest edges
  double noise = 0;     ///< of soft tissue, grey values
};

/// Errors: soft tissue and bone, or bone and white, are the same grey.
Result<FilmQuality> estimate_quality(const Radiograph& film, const FilmAnatomy& anatomy);

} // namespace calx::simulate

// The patterns of calcinosis: which deposits lie where.
#pragma once

#include "simulate/deposits/inclusion.hpp"
#include "simulate/deposits/noise.hpp"
#include "simulate/deposits/surroundings.hpp"

namespace calx::simulate {

/// The body to be filled. Where `yielding` is set, it is the anatomy that `space` looks at, and its
/// skin bulges over what lies right under it.
struct Scene {
  const Surroundings& space;
  const Noise& noise;
  Anatomy* yielding = nullptr;
};

/// Raises the skin over a ball, with a smooth foot; nothing if the skin is fixed.
void bulge(const Scene& scene, const cv::Vec3d& at_mm, double radius_mm);

/// Which way is down on this film, as a unit vector: down the film for patients who stand, towards
/// the detector for those who lie on the table, across the film for a horizontal beam.
cv::Vec3d draw_gravity(Region region, View view, Random& random);

/// Deposits of the pattern, largest first. Empty for Pattern::None, and for scrotal calcinosis on a
/// film that shows no scrotum.
std::vector<Inclusion> place_pattern(Pattern pattern, const Scene& scene, const Random& random);

std::vector<Inclusion> place_localized(const Scene& scene, Random random);
std::vector<Inclusion> place_limited(const Scene& scene, Random random);
std::vector<Inclusion> place_tumoral(const Scene& scene, Random random);
std::vector<Inclusion> place_universal(const Scene& scene, Random random);
std::vector<Inclusion> place_scrotal(const Scene& scene, Random random);

} // namespace calx::simulate

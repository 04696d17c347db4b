// A lobulated mass: many round lobules packed side by side with lucent septa between them.
#pragma once

#include "simulate/deposits/noise.hpp"
#include "simulate/deposits/surroundings.hpp"

namespace calx::simulate {

/// What fills one lobule.
enum class LobuleStyle {
  Dense,     ///< evenly calcified
  Amorphous, ///< clouds
  Rim,       ///< a calcified wall
  Level,     ///< fluid above settled calcium, with a horizontal surface between them
  Faint,     ///< barely more than soft tissue
};

struct Lobule {
  cv::Vec3f at_mm;
  float radius_mm = 5;
  LobuleStyle style = LobuleStyle::Dense;
  float fraction = 0.2F; ///< of apatite
  float level_mm = 0;    ///< of a Level: surface relative to the middle, along gravity
  float septum_mm = 1;
};

struct Mass {
  std::vector<Lobule> lobules;
  cv::Vec3f gravity{0, 1, 0}; ///< unit vector, film frame
  double pitch_mm = 0.45;
};

/// Packs lobules around `at_mm` into an ellipsoid of this largest diameter, as far as there is room
/// between bone and skin; none where there is no room at all.
Mass pack_lobules(const cv::Vec3d& at_mm, double size_mm, const cv::Vec3f& gravity,
                  const Surroundings& space, Random random);

/// Volume fraction of apatite, 0 in bone and outside the body.
Grid sculpt_mass(const Mass& mass, const Surroundings& space, const Noise& noise);

} // namespace calx::simulate

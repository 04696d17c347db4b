// A stone: one calcified nodule, from a speck to the size of a plum.
#pragma once

#include "simulate/deposits/noise.hpp"
#include "simulate/deposits/surroundings.hpp"

namespace calx::simulate {

/// How the inside of a nodule looks.
enum class StoneStyle {
  Solid,    ///< dense with a sharp edge
  Hazy,     ///< amorphous, fading outwards
  Granular, ///< grains and gaps, like a mulberry
  Rim,      ///< a shell around less
  Net,      ///< strands
};

struct Stone {
  cv::Vec3d at_mm;
  double size_mm = 5; ///< largest diameter
  StoneStyle style = StoneStyle::Solid;
  double fraction = 0.3;               ///< of apatite where it is densest, 0.05 to 0.6
  double slenderness = 0.7;            ///< shortest diameter over the largest
  double knobbiness = 0.5;             ///< 0: an egg; 1: several balls grown together
  int satellites = 0;                  ///< specks of dust around it
  std::optional<cv::Vec3d> along = {}; ///< direction of the largest diameter; random if none
  bool lying = false; ///< `along` is the shortest diameter instead: flattened in that direction
};

/// Volume fraction of apatite, 0 in bone and outside the body.
Grid sculpt_stone(const Stone& stone, const Surroundings& space, const Noise& noise, Random random);

} // namespace calx::simulate

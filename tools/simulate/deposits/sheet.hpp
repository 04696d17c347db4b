// A sheet: calcium along the subcutis or a fascia, bent with the limb.
#pragma once

#include "simulate/deposits/noise.hpp"
#include "simulate/deposits/surroundings.hpp"

namespace calx::simulate {

struct Sheet {
  cv::Vec3d at_mm; ///< its middle
  cv::Vec3d along; ///< unit vector of its length
  double length_mm = 40, width_mm = 15;
  double thickness_mm = 1.5;
  double depth_mm = 4; ///< the surface that it follows: so deep below the skin
  double fraction = 0.3;
  double meshes = 0;  ///< 0: closed; 1: a net of strands
  double mesh_mm = 5; ///< width of the net's meshes
};

/// Volume fraction of apatite, 0 in bone and outside the body.
Grid sculpt_sheet(const Sheet& sheet, const Surroundings& space, const Noise& noise, Random random);

} // namespace calx::simulate

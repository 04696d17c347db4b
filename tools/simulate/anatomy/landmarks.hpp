// Named points: bony prominences, joints and the course of the arteries.
#pragma once

#include "simulate/anatomy/pose.hpp"

namespace calx::simulate {

/// The vocabulary's prominences of the posed bones, in the film frame. A point that a film shows
/// as the most prominent of an outline is sought on the posed bone as seen from the tube.
std::vector<Landmark> find_prominences(const RestRegion& rest, const Pose& pose);

/// The joints that have names.
std::vector<Joint> find_joints(const RestRegion& rest, const Pose& pose);

/// The large arteries of the region, beside the bones that they follow. `random` shifts them.
std::vector<Vessel> find_vessels(const RestRegion& rest, const Pose& pose, const Random& random);

/// Moves a vessel out of the bones and below the skin.
void settle(Vessel& vessel, const Anatomy& anatomy);

} // namespace calx::simulate

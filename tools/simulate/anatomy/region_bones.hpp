// Which bones a region holds and how they hang together; read by regions.cpp alone.
#pragma once

#include "simulate/anatomy/regions.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace calx::simulate::region_tables {

constexpr RegionBone hand_bones[] = {
    {"capitate", ""},
    {"lunate", ""},
    {"scaphoid", ""},
    {"triquetrum", ""},
    {"pisiform", ""},
    {"trapezium", ""},
    {"trapezoid", ""},
    {"hamate", ""},
    {"radius", "lunate", JointKind::Head, 14, "wrist"},
    {"ulna", "radius"},
    {"thumb_metacarpal", "trapezium", JointKind::Head, 12, "thumb_cmc"},
    {"index_metacarpal", ""},
    {"middle_metacarpal", ""},
    {"ring_metacarpal", ""},
    {"little_metacarpal", ""},
    {"thumb_proximal_phalanx", "thumb_metacarpal", JointKind::Head, 14, "thumb_mcp"},
    {"thumb_distal_phalanx", "thumb_proximal_phalanx", JointKind::Head, 9, "thumb_ip"},
    {"index_proximal_phalanx", "index_metacarpal", JointKind::Head, 14, "index_mcp"},
    {"index_middle_phalanx", "index_proximal_phalanx", JointKind::Head, 9, "index_pip"},
    {"index_distal_phalanx", "index_middle_phalanx", JointKind::Head, 7, "index_dip"},
    {"middle_proximal_phalanx", "middle_metacarpal", JointKind::Head, 14, "middle_mcp"},
    {"middle_middle_phalanx", "middle_proximal_phalanx", JointKind::Head, 9, "middle_pip"},
    {"middle_distal_phalanx", "middle_middle_phalanx", JointKind::Head, 7, "middle_dip"},
    {"ring_proximal_phalanx", "ring_metacarpal", JointKind::Head, 14, "ring_mcp"},
    {"ring_middle_phalanx", "ring_proximal_phalanx", JointKind::Head, 9, "ring_pip"},
    {"ring_distal_phalanx", "ring_middle_phalanx", JointKind::Head, 7, "ring_dip"},
    {"little_proximal_phalanx", "little_metacarpal", JointKind::Head, 14, "little_mcp"},
    {"little_middle_phalanx", "little_proximal_phalanx", JointKind::Head, 9, "little_pip"},
    {"little_distal_phalanx", "little_middle_phalanx", JointKind::Head, 7, "little_dip"},
};

constexpr RegionBone forearm_bones[] = {
    {"ulna", ""},
    {"radius", ""},
    {"lunate", "radius"},
    {"scaphoid", "radius"},
    {"triquetrum", "radius"},
    {"pisiform", "radius"},
    {"trapezium", "radius"},
    {"trapezoid", "radius"},
    {"capitate", "radius"},
    {"hamate", "radius"},
    {"thumb_metacarpal", "capitate"},
    {"index_metacarpal", "capitate"},
    {"middle_metacarpal", "capitate"},
    {"ring_metacarpal", "capitate"},
    {"little_metacarpal", "capitate"},
    {"humerus", "ulna", JointKind::Socket, 24, "elbow"},
};

constexpr RegionBone elbow_bones[] = {
    {"humerus", ""},
    {"ulna", "humerus", JointKind::Head, 24, "elbow"},
    {"radius", "ulna"},
};

constexpr RegionBone upper_arm_bones[] = {
    {"humerus", ""},
    {"scapula", "humerus", JointKind::Head, 40, "shoulder"},
    {"ulna", "humerus", JointKind::Head, 24, "elbow"},
    {"radius", "ulna"},
};

constexpr RegionBone shoulder_bones[] = {
    {"scapula", ""},     {"clavicle", ""},
    {"first_rib", ""},   {"second_rib", ""},
    {"third_rib", ""},   {"fourth_rib", ""},
    {"fifth_rib", ""},   {"sixth_rib", ""},
    {"seventh_rib", ""}, {"eighth_rib", ""},
    {"ninth_rib", ""},   {"humerus", "scapula", JointKind::Socket, 40, "shoulder"},
};

constexpr RegionBone pelvis_bones[] = {
    {"hip_bone", ""},
    {"sacrum", ""},
    {"coccyx", ""},
    {"fourth_lumbar_vertebra", ""},
    {"fifth_lumbar_vertebra", ""},
    {"femur", "hip_bone", JointKind::Socket, 44, "hip"},
};

constexpr RegionBone hip_bones[] = {
    {"hip_bone", ""},
    {"sacrum", ""},
    {"femur", "hip_bone", JointKind::Socket, 44, "hip"},
};

constexpr RegionBone thigh_bones[] = {
    {"femur", ""},
    {"hip_bone", "femur", JointKind::Head, 44, "hip"},
    {"tibia", "femur", JointKind::Head, 45, "knee"},
    {"fibula", "tibia"},
    {"patella", "femur", JointKind::Head, 45},
};

constexpr RegionBone knee_bones[] = {
    {"femur", ""},
    {"tibia", "femur", JointKind::Head, 45, "knee"},
    {"fibula", "tibia"},
    {"patella", "femur", JointKind::Head, 45},
};

constexpr RegionBone foot_bones[] = {
    {"talus", ""},
    {"calcaneus", ""},
    {"navicular", ""},
    {"cuboid", ""},
    {"medial_cuneiform", ""},
    {"intermediate_cuneiform", ""},
    {"lateral_cuneiform", ""},
    {"first_metatarsal", ""},
    {"second_metatarsal", ""},
    {"third_metatarsal", ""},
    {"fourth_metatarsal", ""},
    {"fifth_metatarsal", ""},
    {"tibia", "talus", JointKind::Head, 26, "ankle"},
    {"fibula", "tibia"},
    {"big_toe_proximal_phalanx", "first_metatarsal", JointKind::Head, 12, "first_mtp"},
    {"big_toe_distal_phalanx", "big_toe_proximal_phalanx", JointKind::Head, 7},
    {"second_toe_proximal_phalanx", "second_metatarsal", JointKind::Head, 12, "second_mtp"},
    {"second_toe_middle_phalanx", "second_toe_proximal_phalanx", JointKind::Head, 7},
    {"second_toe_distal_phalanx", "second_toe_middle_phalanx", JointKind::Head, 7},
    {"third_toe_proximal_phalanx", "third_metatarsal", JointKind::Head, 12, "third_mtp"},
    {"third_toe_middle_phalanx", "third_toe_proximal_phalanx", JointKind::Head, 7},
    {"third_toe_distal_phalanx", "third_toe_middle_phalanx", JointKind::Head, 7},
    {"fourth_toe_proximal_phalanx", "fourth_metatarsal", JointKind::Head, 12, "fourth_mtp"},
    {"fourth_toe_middle_phalanx", "fourth_toe_proximal_phalanx", JointKind::Head, 7},
    {"fourth_toe_distal_phalanx", "fourth_toe_middle_phalanx", JointKind::Head, 7},
    {"little_toe_proximal_phalanx", "fifth_metatarsal", JointKind::Head, 12, "fifth_mtp"},
    {"little_toe_middle_phalanx", "little_toe_proximal_phalanx", JointKind::Head, 7},
    {"little_toe_distal_phalanx", "little_toe_middle_phalanx", JointKind::Head, 7},
    {"foot_sesamoids", ""},
};

/// These bones and the rest of the foot, as one piece on the talus: a leg or an ankle seen from the
/// front is seen along it.
template <std::size_t N>
consteval auto with_foot(const std::array<RegionBone, N>& own) {
  constexpr std::size_t both = 3; // talus, tibia and fibula
  std::array<RegionBone, N + std::size(foot_bones) - both> all;
  auto next = std::ranges::copy(own, all.begin()).out;
  for (const RegionBone& bone : foot_bones)
    if (std::ranges::find(own, bone.name, &RegionBone::name) == own.end())
      *next++ = {bone.name, "talus"};
  return all;
}

constexpr auto leg_bones = with_foot(std::to_array<RegionBone>({
    {"tibia", ""},
    {"fibula", ""},
    {"femur", "tibia", JointKind::Socket, 45, "knee"},
    {"patella", "femur"},
    {"talus", "tibia", JointKind::Socket, 26, "ankle"},
}));

constexpr auto ankle_bones = with_foot(std::to_array<RegionBone>({
    {"tibia", ""},
    {"fibula", ""},
    {"talus", "tibia", JointKind::Socket, 26, "ankle"},
}));

} // namespace calx::simulate::region_tables

#include "simulate/anatomy/catalogue.hpp"

#include "simulate/anatomy/procedural.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <stdexcept>

namespace calx::simulate {

namespace {

// Cortex and trabeculae: bone densitometry and histomorphometry of adults, rounded.
// clang-format off
constexpr std::array<BoneTraits, 16> trait_table{{
    // cortex      trabeculae    pitch smooth pad  back beside tubular
    {1.0, 0.35,    0.22, 0.06,   0.35, 0.70,  4.5, 2.0, 1.0,  true},  // DistalPhalanx
    {1.3, 0.35,    0.20, 0.03,   0.35, 0.80,  5.0, 2.5, 1.0,  true},  // Phalanx
    {2.0, 0.40,    0.20, 0.02,   0.40, 0.90,  11., 3.0, 0.75, true},  // Metacarpal
    {0.5, 0.45,    0.26, 0.26,   0.35, 0.80,  11., 5.0, 0.85, false}, // Carpal
    {3.2, 0.60,    0.20, 0.02,   0.55, 1.00,  11., 14., 0.35, true},  // Forearm
    {3.8, 0.60,    0.18, 0.02,   0.70, 1.10,  26., 24., 0.20, true},  // Humerus
    {6.2, 0.70,    0.20, 0.02,   0.80, 1.20,  42., 40., 0.10, true},  // Femur
    {5.0, 0.70,    0.20, 0.02,   0.80, 1.20,  36., 6.0, 0.10, true},  // Tibia
    {2.4, 0.50,    0.18, 0.03,   0.60, 1.00,  14., 9.0, 0.20, true},  // Fibula
    {1.2, 0.90,    0.28, 0.28,   0.50, 1.00,  4.0, 4.0, 1.0,  false}, // Patella
    {0.8, 0.55,    0.26, 0.22,   0.60, 1.00,  12., 4.0, 0.9,  false}, // Tarsal
    {2.0, 0.45,    0.20, 0.03,   0.50, 0.95,  11., 4.0, 0.85, true},  // Metatarsal
    {1.0, 0.35,    0.20, 0.06,   0.40, 0.80,  5.0, 3.0, 1.0,  true},  // Toe
    {1.3, 0.80,    0.18, 0.14,   0.80, 1.10,  8.0, 8.0, 0.3,  false}, // Girdle
    {0.9, 0.70,    0.16, 0.14,   0.70, 1.00,  6.0, 6.0, 0.8,  false}, // Rib
    {0.7, 0.50,    0.16, 0.13,   0.90, 1.10,  12., 12., 0.8,  false}, // Vertebra
}};

constexpr auto bone_table = std::to_array<BoneRow>({
    {"scaphoid", "24435", "Scaphoid_bone.r", "scaphoid", BoneKind::Carpal},
    {"lunate", "24437", "Lunate_bone.r", "lunate", BoneKind::Carpal},
    {"triquetrum", "24439", "Triquetrum_bone.r", "triquetrum", BoneKind::Carpal},
    {"pisiform", "24441", "Pisiform_bone.r", "pisiform", BoneKind::Carpal},
    {"trapezium", "24443", "Trapezium_bone.r", "trapezium", BoneKind::Carpal},
    {"trapezoid", "23725", "Trapezoid_bone.r", "trapezoid", BoneKind::Carpal},
    {"capitate", "24446", "Capitate_bone.r", "capitate", BoneKind::Carpal},
    {"hamate", "24448", "Hamate_bone.r", "hamate", BoneKind::Carpal},
    {"thumb_metacarpal", "24464", "First_metacarpal_bone.r", "1mc", BoneKind::Metacarpal},
    {"thumb_proximal_phalanx", "24450", "Proximal_phalanx_of_first_finger_of_hand.r", "thumbprox", BoneKind::Phalanx},
    {"thumb_distal_phalanx", "24459", "Distal_phalanx_of_first_finger_of_hand.r", "thumbdist", BoneKind::DistalPhalanx},
    {"index_metacarpal", "24466", "Second_metacarpal_bone.r", "2mc", BoneKind::Metacarpal},
    {"index_proximal_phalanx", "24451", "Proximal_phalanx_of_second_finger_of_hand.r", "2proxph", BoneKind::Phalanx},
    {"index_middle_phalanx", "24455", "Middle_phalanx_of_second_finger_of_hand.r", "2midph", BoneKind::Phalanx},
    {"index_distal_phalanx", "24460", "Distal_phalanx_of_second_finger_of_hand.r", "2distph", BoneKind::DistalPhalanx},
    {"middle_metacarpal", "24468", "Third_metacarpal_bone.r", "3mc", BoneKind::Metacarpal},
    {"middle_proximal_phalanx", "24452", "Proximal_phalanx_of_third_finger_of_hand.r", "3proxph", BoneKind::Phalanx},
    {"middle_middle_phalanx", "24456", "Middle_phalanx_of_third_finger_of_hand.r", "3midph", BoneKind::Phalanx},
    {"middle_distal_phalanx", "24461", "Distal_phalanx_of_third_finger_of_hand.r", "3distph", BoneKind::DistalPhalanx},
    {"ring_metacarpal", "24470", "Fourth_metacarpal_bone.r", "4mc", BoneKind::Metacarpal},
    {"ring_proximal_phalanx", "24453", "Proximal_phalanx_of_fourth_finger_of_hand.r", "4proxph", BoneKind::Phalanx},
    {"ring_middle_phalanx", "24457", "Middle_phalanx_of_fourth_finger_of_hand.r", "4midph", BoneKind::Phalanx},
    {"ring_distal_phalanx", "24462", "Distal_phalanx_of_fourth_finger_of_hand.r", "4distph", BoneKind::DistalPhalanx},
    {"little_metacarpal", "24472", "Fifth_metacarpal_bone.r", "5mc", BoneKind::Metacarpal},
    {"little_proximal_phalanx", "24454", "Proximal_phalanx_of_fifth_finger_of_hand.r", "5proxph", BoneKind::Phalanx},
    {"little_middle_phalanx", "24458", "Middle_phalanx_of_fifth_finger_of_hand.r", "5midph", BoneKind::Phalanx},
    {"little_distal_phalanx", "24463", "Distal_phalanx_of_fifth_finger_of_hand.r", "5distph", BoneKind::DistalPhalanx},
    {"radius", "23464", "Radius.r", "radius", BoneKind::Forearm},
    {"ulna", "23467", "Ulna.r", "ulna", BoneKind::Forearm},
    {"humerus", "23130", "Humerus.r", "", BoneKind::Humerus},
    {"scapula", "13395", "Scapula.r", "", BoneKind::Girdle},
    {"clavicle", "13322", "Clavicle.r", "", BoneKind::Girdle},
    {"first_rib", "7857", "First_rib.r", "", BoneKind::Rib},
    {"second_rib", "7882", "Second_rib.r", "", BoneKind::Rib},
    {"third_rib", "7909", "Third_rib.r", "", BoneKind::Rib},
    {"fourth_rib", "7957", "Fourth_rib.r", "", BoneKind::Rib},
    {"fifth_rib", "8066", "Fifth_rib.r", "", BoneKind::Rib},
    {"sixth_rib", "8175", "Sixth_rib.r", "", BoneKind::Rib},
    {"seventh_rib", "8229", "Seventh_rib.r", "", BoneKind::Rib},
    {"eighth_rib", "8283", "Eighth_rib.r", "", BoneKind::Rib},
    {"ninth_rib", "8364", "Ninth_rib.r", "", BoneKind::Rib},
    {"hip_bone", "16586", "Hip_bone.r", "", BoneKind::Girdle},
    {"sacrum", "", "Sacrum", "", BoneKind::Girdle},
    {"coccyx", "", "Coccyx", "", BoneKind::Vertebra},
    {"fourth_lumbar_vertebra", "13075", "Vertebra_L4", "", BoneKind::Vertebra},
    {"fifth_lumbar_vertebra", "13076", "Vertebra_L5", "", BoneKind::Vertebra},
    {"femur", "24474", "Femur.r", "", BoneKind::Femur},
    {"patella", "24486", "Patella.r", "", BoneKind::Patella},
    {"tibia", "24477", "Tibia.r", "", BoneKind::Tibia},
    {"fibula", "24480", "Fibula.r", "", BoneKind::Fibula},
    {"talus", "24482", "Talus.r", "", BoneKind::Tarsal},
    {"calcaneus", "24497", "Calcaneus.r", "", BoneKind::Tarsal},
    {"navicular", "24500", "Navicular_bone.r", "", BoneKind::Tarsal},
    {"cuboid", "24528", "Cuboid_bone.r", "", BoneKind::Tarsal},
    {"medial_cuneiform", "24521", "Medial_cuneiform_bone.r", "", BoneKind::Tarsal},
    {"intermediate_cuneiform", "24523", "Intermediate_cuneiform_bone.r", "", BoneKind::Tarsal},
    {"lateral_cuneiform", "24525", "Lateral_cuneiform_bone.r", "", BoneKind::Tarsal},
    {"first_metatarsal", "24507", "First_metatarsal_bone.r", "", BoneKind::Metatarsal},
    {"second_metatarsal", "24509", "Second_metatarsal_bone.r", "", BoneKind::Metatarsal},
    {"third_metatarsal", "24511", "Third_metatarsal_bone.r", "", BoneKind::Metatarsal},
    {"fourth_metatarsal", "24513", "Fourth_metatarsal_bone.r", "", BoneKind::Metatarsal},
    {"fifth_metatarsal", "24515", "Fifth_metatarsal_bone.r", "", BoneKind::Metatarsal},
    {"big_toe_proximal_phalanx", "43253", "Proximal_phalanx_of_first_finger_of_foot.r", "", BoneKind::Toe},
    {"big_toe_distal_phalanx", "32650", "Distal_phalanx_of_first_finger_of_foot.r", "", BoneKind::Toe},
    {"second_toe_proximal_phalanx", "32634", "Proximal_phalanx_of_second_finger_of_foot.r", "", BoneKind::Toe},
    {"second_toe_middle_phalanx", "32642", "Middle_phalanx_of_second_finger_of_foot.r", "", BoneKind::Toe},
    {"second_toe_distal_phalanx", "32652", "Distal_phalanx_of_second_finger_of_foot.r", "", BoneKind::Toe},
    {"third_toe_proximal_phalanx", "32636", "Proximal_phalanx_of_third_finger_of_foot.r", "", BoneKind::Toe},
    {"third_toe_middle_phalanx", "32644", "Middle_phalanx_of_third_finger_of_foot.r", "", BoneKind::Toe},
    {"third_toe_distal_phalanx", "32654", "Distal_phalanx_of_third_finger_of_foot.r", "", BoneKind::Toe},
    {"fourth_toe_proximal_phalanx", "32638", "Proximal_phalanx_of_fourth_finger_of_foot.r", "", BoneKind::Toe},
    {"fourth_toe_middle_phalanx", "32646", "Middle_phalanx_of_fourth_finger_of_foot.r", "", BoneKind::Toe},
    {"fourth_toe_distal_phalanx", "32656", "Distal_phalanx_of_fourth_finger_of_foot.r", "", BoneKind::Toe},
    {"little_toe_proximal_phalanx", "32640", "Proximal_phalanx_of_fifth_finger_of_foot.r", "", BoneKind::Toe},
    {"little_toe_middle_phalanx", "230986", "Middle_phalanx_of_fifth_finger_of_foot.r", "", BoneKind::Toe},
    {"little_toe_distal_phalanx", "32658", "Distal_phalanx_of_fifth_finger_of_foot.r", "", BoneKind::Toe},
    {"foot_sesamoids", "45097", "Sesamoid_bones_of_foot.r", "", BoneKind::Toe},
});
// clang-format on

constexpr std::array<std::string_view, 4> skeletons{"bodyparts3d", "z-anatomy", "opensim",
                                                    "procedural"};

} // namespace

const BoneTraits& traits(BoneKind kind) {
  return trait_table.at(static_cast<std::size_t>(kind));
}

cv::Vec3d pad_side(BoneKind kind) {
  switch (kind) {
  case BoneKind::DistalPhalanx:
  case BoneKind::Phalanx:
  case BoneKind::Metacarpal:
  case BoneKind::Carpal:
  case BoneKind::Forearm:
    return {0, -1, 0};
  case BoneKind::Tarsal:
  case BoneKind::Metatarsal:
  case BoneKind::Toe:
    return {0, 0, -1};
  default:
    return {0, 1, 0};
  }
}

std::span<const BoneRow> bone_rows() {
  return bone_table;
}

const BoneRow& bone_row(std::string_view name) {
  const auto row = std::ranges::find(bone_table, name, &BoneRow::name);
  if (row == bone_table.end()) throw std::out_of_range(fmt::format("no bone is named {}", name));
  return *row;
}

std::span<const std::string_view> skeleton_names() {
  return skeletons;
}

bool has_bone(std::string_view skeleton, const BoneRow& bone) {
  if (skeleton == "opensim") return !bone.opensim.empty();
  // BodyParts3D's own sacrum and coccyx are damaged or absent: Z-Anatomy's stand in.
  if (skeleton == "bodyparts3d") return !bone.bodyparts3d.empty() || !bone.z_anatomy.empty();
  if (skeleton == "procedural") return has_procedural_bone(bone.name);
  return !bone.z_anatomy.empty();
}

std::string attribution(std::string_view skeleton) {
  constexpr std::string_view bodyparts3d =
      "BodyParts3D, (c) The Database Center for Life Science, CC BY-SA 2.1 JP";
  constexpr std::string_view z_anatomy =
      "Z-Anatomy - The open source atlas of anatomy - CC BY-SA 4.0";
  if (skeleton == "bodyparts3d" || skeleton == "z-anatomy")
    return fmt::format("{}; {}", bodyparts3d, z_anatomy);
  if (skeleton == "opensim") return "MoBL-ARMS upper limb, OpenSim project, Apache-2.0";
  return "procedural shapes of the simulator";
}

} // namespace calx::simulate

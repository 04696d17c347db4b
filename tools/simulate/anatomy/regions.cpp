#include "simulate/anatomy/regions.hpp"

#include "simulate/anatomy/region_bones.hpp"
#include "simulate/anatomy/region_muscles.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <stdexcept>

namespace calx::simulate {

namespace {

using namespace region_tables;
using What = Filler::What;

// clang-format off
constexpr FrameRule hand_frame{"capitate", "middle_metacarpal", "index_metacarpal", "little_metacarpal", {}, {}};
constexpr FrameRule forearm_frame{"ulna", "lunate", "radius", "ulna", {}, {}};
constexpr FrameRule elbow_frame{"humerus", "ulna", "radius", "ulna", {}, {}};
constexpr FrameRule knee_frame{"femur", "tibia", {}, {}, {}, {}};
constexpr FrameRule foot_frame{{}, {}, {}, {}, "third_metatarsal", "calcaneus"};
constexpr FrameRule body_frame{};

const Filler shoulder_fillers[] = {
    {What::Flesh, "scapula", {-45, -92, 1220}, {92, 100, 190}},
    {What::Flesh, "scapula", {0, -50, 1400}, {62, 62, 130}},
    {What::Air, "scapula", {-70, -92, 1205}, {52, 74, 172}},
};
const Filler pelvis_fillers[] = {
    {What::Flesh, "hip_bone", {-25, -85, 935}, {125, 100, 165}},
    {What::Flesh, "hip_bone", {-10, -115, 800}, {62, 48, 70}},
};
const Filler scrotum_fillers[] = {
    {What::Flesh, "hip_bone", {-25, -85, 935}, {125, 100, 165}},
    {What::Flesh, "hip_bone", {-10, -115, 800}, {62, 48, 70}},
    {What::Flesh, "hip_bone", {-20, -158, 728}, {26, 28, 44}},
    {What::Flesh, "hip_bone", {0, -172, 745}, {17, 18, 52}},
};
const Filler elbow_fillers[] = {
    {What::Flesh, "ulna", {-212, -56, 1030}, {20, 17, 42}}, // where the forearm's bellies begin
};
const Filler knee_fillers[] = {
    {What::Flesh, "patella", {-84, -102, 400}, {26, 8, 42}},
    {What::Fat, "femur", {-80, -15, 425}, {26, 14, 40}},
};
const Filler foot_fillers[] = {
    {What::Flesh, "calcaneus", {-80, -38, 10}, {22, 30, 17}},
    {What::Flesh, "first_metatarsal", {-78, -165, 0}, {16, 20, 10}},
    {What::Flesh, "fourth_metatarsal", {-115, -120, 6}, {16, 42, 11}},
};

const std::array<RegionRow, 14> region_table{{
    // region, bones, frame, both sides, muscles, fillers, pitch, fat, closing, blend, gap
    {Region::Hand, hand_bones, hand_frame, false, hand_muscles, {}, 1.0, 0.6, 3.5, 0, 2.5, 1, 6},
    {Region::Wrist, hand_bones, hand_frame, false, hand_muscles, {}, 1.0, 0.8, 5, 2, 4, 1, 8},
    {Region::Forearm, forearm_bones, forearm_frame, false, forearm_muscles, elbow_fillers, 1.5, 1.5, 11, 14, 5, 1, 12},
    {Region::Elbow, elbow_bones, elbow_frame, false, forearm_muscles, elbow_fillers, 1.5, 2, 15, 14, 6, 1, 15},
    {Region::UpperArm, upper_arm_bones, elbow_frame, false, arm_muscles, {}, 2, 3, 20, 14, 6, 5, 40},
    {Region::Shoulder, shoulder_bones, body_frame, false, shoulder_muscles, shoulder_fillers, 2, 4, 26, 16, 10, 10, 40},
    {Region::Pelvis, pelvis_bones, body_frame, true, pelvis_muscles, pelvis_fillers, 2, 5, 32, 16, 12, 10, 40},
    {Region::Hip, hip_bones, body_frame, false, pelvis_muscles, pelvis_fillers, 2, 5, 32, 16, 12, 10, 40},
    {Region::Thigh, thigh_bones, knee_frame, false, thigh_muscles, {}, 2, 4, 26, 10, 8, 5, 40},
    {Region::Knee, knee_bones, knee_frame, false, leg_muscles, knee_fillers, 1.5, 3, 18, 8, 8, 2, 30},
    {Region::Leg, leg_bones, knee_frame, false, leg_muscles, {}, 2, 3, 16, 8, 6, 2, 25},
    {Region::Ankle, ankle_bones, foot_frame, false, foot_muscles, foot_fillers, 1.5, 1.5, 9, 5, 5, 1, 15},
    {Region::Foot, foot_bones, foot_frame, false, foot_muscles, foot_fillers, 1.2, 1, 5, 1.5, 3, 1, 8},
    {Region::Scrotum, pelvis_bones, body_frame, true, pelvis_muscles, scrotum_fillers, 2, 5, 26, 14, 9, 10, 40},
}};

const Facing facing_ap{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
const Facing facing_pa_up{{1, 0, 0}, {0, -1, 0}, {0, 0, -1}};       // fingers up
const Facing medial_down_up{{0, 0, 1}, {0, -1, 0}, {1, 0, 0}};      // ulnar side on the detector
const Facing medial_down{{0, 0, -1}, {0, 1, 0}, {1, 0, 0}};
const Facing lateral_down{{0, 0, 1}, {0, 1, 0}, {-1, 0, 0}};
const Facing sole_down{{-1, 0, 0}, {0, 0, 1}, {0, 1, 0}};           // toes up

constexpr BonePart hand_field[] = {{"middle_distal_phalanx"}, {"thumb_distal_phalanx"}, {"little_distal_phalanx"},
    {"index_distal_phalanx"}, {"ring_distal_phalanx"}, {"thumb_metacarpal"}, {"radius", 0.88, 1}, {"ulna", 0.9, 1}};
constexpr BonePart wrist_field[] = {{"middle_metacarpal", 0, 0.75}, {"thumb_metacarpal", 0, 0.8},
    {"little_metacarpal", 0, 0.75}, {"radius", 0.8, 1}, {"ulna", 0.8, 1}};
constexpr BonePart forearm_field[] = {{"radius"}, {"ulna"}, {"humerus", 0.93, 1}, {"capitate"}};
constexpr BonePart elbow_field[] = {{"humerus", 0.8, 1}, {"ulna", 0, 0.3}, {"radius", 0, 0.28}};
constexpr BonePart upper_arm_field[] = {{"humerus"}};
constexpr BonePart shoulder_field[] = {{"humerus", 0, 0.42}, {"scapula"}, {"clavicle", 0, 0.3}};
constexpr BonePart pelvis_field[] = {{"hip_bone"}, {"femur", 0, 0.18}};
constexpr BonePart hip_field[] = {{"hip_bone", 0.25, 1}, {"femur", 0, 0.32}};
constexpr BonePart thigh_field[] = {{"femur", 0.12, 1}};
constexpr BonePart knee_field[] = {{"femur", 0.82, 1}, {"tibia", 0, 0.2}, {"fibula", 0, 0.17}, {"patella"}};
constexpr BonePart leg_field[] = {{"tibia"}, {"fibula"}};
constexpr BonePart ankle_field[] = {{"tibia", 0.78, 1}, {"fibula", 0.8, 1}, {"talus"}, {"calcaneus"}};
constexpr BonePart foot_field[] = {{"calcaneus"}, {"big_toe_distal_phalanx"}, {"second_toe_distal_phalanx"},
    {"little_toe_distal_phalanx"}, {"fifth_metatarsal"}, {"first_metatarsal"}, {"talus"}};
constexpr BonePart scrotum_field[] = {{"hip_bone", 0.6, 1}, {"femur", 0.08, 0.3}};

const auto view_table = std::to_array<ViewRow>({
    // region, view, facing, turn, spread, field, margin, tears muscles
    {Region::Hand, View::Pa, facing_pa_up, {0, 0, 0}, {6, 8, 7}, hand_field, 14, 30},
    {Region::Hand, View::Oblique, facing_pa_up, {0, -42, 0}, {8, 12, 10}, hand_field, 14, 30},
    {Region::Hand, View::Lateral, medial_down_up, {0, 0, 0}, {8, 10, 10}, hand_field, 14, 30},
    {Region::Wrist, View::Pa, facing_pa_up, {0, 0, 0}, {6, 8, 7}, wrist_field, 10, 25},
    {Region::Wrist, View::Oblique, facing_pa_up, {0, -42, 0}, {8, 12, 8}, wrist_field, 12, 26},
    {Region::Wrist, View::Lateral, medial_down_up, {0, 0, 0}, {8, 8, 8}, wrist_field, 14, 28},
    {Region::Forearm, View::Ap, facing_ap, {0, 0, 0}, {5, 10, 6}, forearm_field, 20, 40},
    {Region::Forearm, View::Lateral, medial_down, {0, 0, 0}, {5, 10, 6}, forearm_field, 20, 40},
    {Region::Elbow, View::Ap, facing_ap, {0, 0, 0}, {8, 10, 8}, elbow_field, 18, 35},
    {Region::Elbow, View::Oblique, facing_ap, {0, -42, 0}, {8, 12, 8}, elbow_field, 18, 35},
    {Region::Elbow, View::Lateral, medial_down, {0, 0, 0}, {8, 10, 12}, elbow_field, 18, 35},
    {Region::UpperArm, View::Ap, facing_ap, {0, 0, 0}, {5, 12, 6}, upper_arm_field, 25, 50},
    {Region::Shoulder, View::Ap, facing_ap, {0, 8, 0}, {8, 18, 6}, shoulder_field, 12, 35},
    {Region::Shoulder, View::Oblique, facing_ap, {0, -34, 0}, {8, 8, 6}, shoulder_field, 12, 35},
    {Region::Pelvis, View::Ap, facing_ap, {0, 0, 0}, {8, 6, 4}, pelvis_field, 15, 45},
    {Region::Hip, View::Ap, facing_ap, {0, 0, 0}, {8, 8, 6}, hip_field, 12, 40},
    {Region::Hip, View::Lateral, facing_ap, {0, -8, 0}, {8, 10, 8}, hip_field, 12, 40, true},
    {Region::Thigh, View::Ap, facing_ap, {0, 0, 0}, {5, 10, 5}, thigh_field, 25, 55},
    {Region::Knee, View::Ap, facing_ap, {0, 0, 0}, {7, 8, 6}, knee_field, 18, 40},
    {Region::Knee, View::Oblique, facing_ap, {0, 42, 0}, {7, 12, 6}, knee_field, 18, 40},
    {Region::Knee, View::Lateral, lateral_down, {0, 0, 0}, {7, 8, 12}, knee_field, 22, 45},
    {Region::Leg, View::Ap, facing_ap, {0, 0, 0}, {5, 10, 5}, leg_field, 25, 50},
    {Region::Leg, View::Lateral, lateral_down, {0, 0, 0}, {5, 10, 6}, leg_field, 25, 50},
    {Region::Ankle, View::Ap, facing_ap, {0, 8, 0}, {6, 9, 6}, ankle_field, 14, 28},
    {Region::Ankle, View::Oblique, facing_ap, {0, 42, 0}, {6, 10, 6}, ankle_field, 14, 28},
    {Region::Ankle, View::Lateral, lateral_down, {0, 0, 0}, {6, 8, 8}, ankle_field, 14, 28},
    {Region::Foot, View::Ap, sole_down, {-8, 0, 0}, {7, 6, 8}, foot_field, 12, 26},
    {Region::Foot, View::Oblique, sole_down, {0, 35, 0}, {7, 10, 8}, foot_field, 12, 26},
    {Region::Foot, View::Lateral, lateral_down, {0, 0, 0}, {7, 8, 8}, foot_field, 12, 26},
    {Region::Scrotum, View::Ap, facing_ap, {0, 0, 0}, {8, 6, 4}, scrotum_field, 10, 40},
});
// clang-format on

} // namespace

std::span<const RegionRow> region_rows() {
  return region_table;
}

const RegionRow& region_row(Region region) {
  const auto row = std::ranges::find(region_table, region, &RegionRow::region);
  if (row == region_table.end())
    throw std::out_of_range(fmt::format("no anatomy of the region {}", to_string(region)));
  return *row;
}

std::span<const ViewRow> view_rows() {
  return view_table;
}

bool has_region(std::string_view skeleton, const RegionRow& region) {
  return std::ranges::all_of(region.bones, [&](const RegionBone& bone) {
    return has_bone(skeleton, bone_row(bone.name));
  });
}

} // namespace calx::simulate

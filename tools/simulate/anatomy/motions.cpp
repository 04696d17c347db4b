#include "simulate/anatomy/regions.hpp"

#include <array>

namespace calx::simulate {

namespace {

using Way = Motion::Way;

// Right-handed turns in the region frame. About `across` (medial): flexion of what points distally
// towards the front is negative. About `along` (distal): outward rotation is positive. About
// `sagittal` (posterior): abduction is positive.
const cv::Vec3d across(1, 0, 0), along(0, 1, 0), sagittal(0, 0, 1);

// clang-format off
// New rows go last: a row's place in the table seeds its draw.
const auto motion_table = std::to_array<Motion>({
    {Region::Hand, View::Unknown, "radius", Way::Aim, {}, 0, 8, 0, 9, true},
    {Region::Hand, View::Unknown, "index_proximal_phalanx", Way::Aim, {}, 4, 6, 7, 5, true},
    {Region::Hand, View::Unknown, "index_middle_phalanx", Way::Aim, {}, 6, 7, 0, 2},
    {Region::Hand, View::Unknown, "index_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Unknown, "middle_proximal_phalanx", Way::Aim, {}, 4, 6, 1, 5, true},
    {Region::Hand, View::Unknown, "middle_middle_phalanx", Way::Aim, {}, 6, 7, 0, 2},
    {Region::Hand, View::Unknown, "middle_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Unknown, "ring_proximal_phalanx", Way::Aim, {}, 4, 6, -5, 5, true},
    {Region::Hand, View::Unknown, "ring_middle_phalanx", Way::Aim, {}, 6, 7, 0, 2},
    {Region::Hand, View::Unknown, "ring_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Unknown, "little_proximal_phalanx", Way::Aim, {}, 4, 6, -13, 5, true},
    {Region::Hand, View::Unknown, "little_middle_phalanx", Way::Aim, {}, 6, 7, 0, 2},
    {Region::Hand, View::Unknown, "little_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Unknown, "thumb_metacarpal", Way::Aim, {}, 12, 8, 36, 9, true},
    {Region::Hand, View::Unknown, "thumb_proximal_phalanx", Way::Aim, {}, 6, 8, -8, 9},
    {Region::Hand, View::Unknown, "thumb_distal_phalanx", Way::Aim, {}, 4, 8, -3, 9},
    {Region::Hand, View::Oblique, "index_proximal_phalanx", Way::Aim, {}, 10, 6, 7, 5, true},
    {Region::Hand, View::Oblique, "index_middle_phalanx", Way::Aim, {}, 10, 7, 0, 2},
    {Region::Hand, View::Oblique, "index_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Oblique, "middle_proximal_phalanx", Way::Aim, {}, 10, 6, 1, 5, true},
    {Region::Hand, View::Oblique, "middle_middle_phalanx", Way::Aim, {}, 10, 7, 0, 2},
    {Region::Hand, View::Oblique, "middle_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Oblique, "ring_proximal_phalanx", Way::Aim, {}, 10, 6, -5, 5, true},
    {Region::Hand, View::Oblique, "ring_middle_phalanx", Way::Aim, {}, 10, 7, 0, 2},
    {Region::Hand, View::Oblique, "ring_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Oblique, "little_proximal_phalanx", Way::Aim, {}, 10, 6, -13, 5, true},
    {Region::Hand, View::Oblique, "little_middle_phalanx", Way::Aim, {}, 10, 7, 0, 2},
    {Region::Hand, View::Oblique, "little_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Oblique, "thumb_metacarpal", Way::Aim, {}, 12, 8, 36, 9, true},
    {Region::Hand, View::Oblique, "thumb_proximal_phalanx", Way::Aim, {}, 6, 8, -8, 9},
    {Region::Hand, View::Oblique, "thumb_distal_phalanx", Way::Aim, {}, 4, 8, -3, 9},
    {Region::Hand, View::Lateral, "index_proximal_phalanx", Way::Aim, {}, 4, 6, 2.1, 5, true},
    {Region::Hand, View::Lateral, "index_middle_phalanx", Way::Aim, {}, 14, 7, 0, 2},
    {Region::Hand, View::Lateral, "index_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Lateral, "middle_proximal_phalanx", Way::Aim, {}, 20, 6, 0.3, 5, true},
    {Region::Hand, View::Lateral, "middle_middle_phalanx", Way::Aim, {}, 14, 7, 0, 2},
    {Region::Hand, View::Lateral, "middle_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Lateral, "ring_proximal_phalanx", Way::Aim, {}, 36, 6, -1.5, 5, true},
    {Region::Hand, View::Lateral, "ring_middle_phalanx", Way::Aim, {}, 14, 7, 0, 2},
    {Region::Hand, View::Lateral, "ring_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Lateral, "little_proximal_phalanx", Way::Aim, {}, 50, 6, -3.9, 5, true},
    {Region::Hand, View::Lateral, "little_middle_phalanx", Way::Aim, {}, 14, 7, 0, 2},
    {Region::Hand, View::Lateral, "little_distal_phalanx", Way::Aim, {}, 5, 6, 0, 2},
    {Region::Hand, View::Lateral, "thumb_metacarpal", Way::Aim, {}, 30, 8, 20, 9, true},
    {Region::Hand, View::Lateral, "thumb_proximal_phalanx", Way::Aim, {}, 6, 8, -8, 9},
    {Region::Hand, View::Lateral, "thumb_distal_phalanx", Way::Aim, {}, 4, 8, -3, 9},
    {Region::Wrist, View::Unknown, "radius", Way::Aim, {}, 0, 8, 0, 9, true},
    {Region::Wrist, View::Unknown, "thumb_metacarpal", Way::Aim, {}, 14, 8, 32, 9, true},
    {Region::Forearm, View::Ap, "humerus", Way::Turn, across, 8, 8},
    {Region::Forearm, View::Lateral, "humerus", Way::Turn, across, 88, 16},
    {Region::Elbow, View::Ap, "ulna", Way::Turn, across, -6, 8},
    {Region::Elbow, View::Lateral, "ulna", Way::Turn, across, -88, 18},
    {Region::UpperArm, View::Ap, "ulna", Way::Turn, across, -12, 12},
    {Region::UpperArm, View::Ap, "scapula", Way::Turn, sagittal, 0, 8},
    {Region::Shoulder, View::Ap, "humerus", Way::Turn, along, 5, 38},
    {Region::Shoulder, View::Ap, "humerus", Way::Turn, sagittal, 10, 14},
    {Region::Pelvis, View::Ap, "femur", Way::Turn, along, -8, 12},
    {Region::Pelvis, View::Ap, "femur", Way::Turn, sagittal, 6, 6},
    {Region::Scrotum, View::Ap, "femur", Way::Turn, along, -8, 12},
    {Region::Scrotum, View::Ap, "femur", Way::Turn, sagittal, 10, 6},
    {Region::Hip, View::Ap, "femur", Way::Turn, along, -8, 14},
    {Region::Hip, View::Ap, "femur", Way::Turn, sagittal, 4, 7},
    {Region::Hip, View::Lateral, "femur", Way::Turn, along, 68, 12},
    {Region::Hip, View::Lateral, "femur", Way::Turn, sagittal, 32, 10},
    {Region::Thigh, View::Ap, "tibia", Way::Turn, across, 5, 5, 0, 0, false, "knee"},
    {Region::Thigh, View::Ap, "patella", Way::Turn, across, 4, 4, 0, 0, false, "knee"},
    {Region::Knee, View::Ap, "tibia", Way::Turn, across, 5, 6, 0, 0, false, "knee"},
    {Region::Knee, View::Ap, "patella", Way::Turn, across, 4, 4.5, 0, 0, false, "knee"},
    {Region::Knee, View::Lateral, "tibia", Way::Turn, across, 34, 20, 0, 0, false, "knee"},
    {Region::Knee, View::Lateral, "patella", Way::Turn, across, 24, 14, 0, 0, false, "knee"},
    {Region::Leg, View::Ap, "femur", Way::Turn, across, 5, 5},
    {Region::Leg, View::Lateral, "femur", Way::Turn, across, -20, 12},
    {Region::Leg, View::Unknown, "talus", Way::Turn, across, 4, 10},
    {Region::Ankle, View::Unknown, "talus", Way::Turn, across, 4, 11},
    {Region::Foot, View::Ap, "tibia", Way::Turn, across, -34, 9},
    {Region::Foot, View::Oblique, "tibia", Way::Turn, across, -30, 9},
    {Region::Foot, View::Lateral, "tibia", Way::Turn, across, 2, 9},
    {Region::Foot, View::Unknown, "big_toe_proximal_phalanx", Way::Turn, across, 0, 7, 0, 0, false, "toes"},
    {Region::Foot, View::Unknown, "big_toe_proximal_phalanx", Way::Turn, along, 0, 5},
    {Region::Foot, View::Unknown, "second_toe_proximal_phalanx", Way::Turn, across, 0, 7, 0, 0, false, "toes"},
    {Region::Foot, View::Unknown, "second_toe_proximal_phalanx", Way::Turn, along, 0, 5},
    {Region::Foot, View::Unknown, "third_toe_proximal_phalanx", Way::Turn, across, 0, 7, 0, 0, false, "toes"},
    {Region::Foot, View::Unknown, "third_toe_proximal_phalanx", Way::Turn, along, 0, 5},
    {Region::Foot, View::Unknown, "fourth_toe_proximal_phalanx", Way::Turn, across, 0, 7, 0, 0, false, "toes"},
    {Region::Foot, View::Unknown, "fourth_toe_proximal_phalanx", Way::Turn, along, 0, 5},
    {Region::Foot, View::Unknown, "little_toe_proximal_phalanx", Way::Turn, across, 0, 7, 0, 0, false, "toes"},
    {Region::Foot, View::Unknown, "little_toe_proximal_phalanx", Way::Turn, along, 0, 5},
    {Region::Elbow, View::Oblique, "ulna", Way::Turn, across, -10, 10},
    {Region::Shoulder, View::Oblique, "humerus", Way::Turn, along, 5, 38},
    {Region::Shoulder, View::Oblique, "humerus", Way::Turn, sagittal, 10, 14},
    {Region::Knee, View::Oblique, "tibia", Way::Turn, across, 5, 6, 0, 0, false, "knee"},
    {Region::Knee, View::Oblique, "patella", Way::Turn, across, 4, 4.5, 0, 0, false, "knee"},
});
// clang-format on

} // namespace

std::span<const Motion> motions() {
  return motion_table;
}

} // namespace calx::simulate

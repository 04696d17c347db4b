#include "simulate/anatomy/anatomy.hpp"

#include "simulate/anatomy/landmarks.hpp"
#include "simulate/anatomy/pose.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace calx::simulate {
namespace {

AnatomySpec procedural(Region region, View view, Laterality side) {
  AnatomySpec spec;
  spec.region = region;
  spec.view = view;
  spec.laterality = side;
  spec.skeleton = "procedural";
  return spec;
}

Anatomy made(const AnatomySpec& spec, std::uint64_t seed) {
  static SolidLibrary solids;
  auto anatomy = make_anatomy(spec, solids, Random(seed));
  if (!anatomy) throw std::runtime_error(anatomy.error().to_string());
  return *std::move(anatomy);
}

cv::Vec3d prominence(const Anatomy& anatomy, std::string_view name) {
  const auto found = std::ranges::find(anatomy.prominences, name, &Landmark::name);
  if (found == anatomy.prominences.end()) throw std::runtime_error("missing " + std::string(name));
  return found->at_mm;
}

/// One hand for all tests of it.
const Anatomy& right_hand() {
  static const Anatomy hand = made(procedural(Region::Hand, View::Pa, Laterality::Right), 11);
  return hand;
}

bool shown(const Anatomy& anatomy, const cv::Vec3d& at) {
  return anatomy.field_mm.contains(cv::Point2d(at[0], at[1]));
}

TEST(Anatomy, ProceduralHandNeedsNoFilesAndHoldsEveryFinger) {
  const Anatomy& hand = right_hand();
  EXPECT_EQ(hand.region, Region::Hand);
  EXPECT_EQ(hand.view, View::Pa);
  EXPECT_EQ(hand.laterality, Laterality::Right);
  EXPECT_GE(hand.bones.size(), 21U); // a child's carpals may be cartilage
  for (const char* tuft : {"thumb_tuft", "index_tuft", "middle_tuft", "ring_tuft", "little_tuft"})
    EXPECT_TRUE(shown(hand, prominence(hand, tuft))) << tuft;
}

TEST(Anatomy, RightHandSeenFromItsBackHasTheThumbOnTheLeftAndFingersUp) {
  const Anatomy& hand = right_hand();
  EXPECT_LT(prominence(hand, "thumb_tuft")[0], prominence(hand, "little_tuft")[0]);
  EXPECT_LT(prominence(hand, "index_mcp_head")[0], prominence(hand, "ring_mcp_head")[0]);
  EXPECT_LT(prominence(hand, "middle_tuft")[1], prominence(hand, "radial_styloid")[1]);
}

TEST(Anatomy, BonesLieWithinTheSkinAboveTheDetector) {
  const Anatomy& hand = right_hand();
  for (const Bone& bone : hand.bones)
    for (const cv::Vec3d& at : surface_points(*bone.solid)) {
      const cv::Vec3d posed = bone.to_film * at;
      if (!shown(hand, posed)) continue;
      EXPECT_LT(hand.skin_distance_mm(posed), 0) << bone.name << posed;
      ASSERT_LT(posed[2], 0);
    }
}

TEST(Anatomy, TheTruthTellsWhereEachBoneWasPut) {
  const Anatomy& hand = right_hand();
  const nlohmann::json bones = to_json(hand)["bones"];
  ASSERT_EQ(bones.size(), hand.bones.size());
  for (std::size_t i = 0; i < bones.size(); ++i) {
    const std::vector<double> m = bones[i]["to_film"];
    ASSERT_EQ(m.size(), 12u) << bones[i]["name"];
    const cv::Vec3d at = hand.bones[i].solid->centre_mm;
    for (std::size_t row = 0; row < 3; ++row)
      EXPECT_NEAR(m[4 * row] * at[0] + m[4 * row + 1] * at[1] + m[4 * row + 2] * at[2] +
                      m[4 * row + 3],
                  bones[i]["centre_mm"][row].get<double>(), 1e-3);
  }
}

TEST(Anatomy, ProminencesLieOnBone) {
  for (const Landmark& each : right_hand().prominences)
    if (each.name.ends_with("_head") && each.name != "radial_head") {
      EXPECT_LT(right_hand().bone_distance_mm(each.at_mm), -1.5) << each.name; // its middle
    } else {
      EXPECT_NEAR(right_hand().bone_distance_mm(each.at_mm), 0, 1.5) << each.name;
    }
}

TEST(Anatomy, TissueFractionsAreFractions) {
  const auto& values = right_hand().soft.muscle_fraction.values;
  EXPECT_GE(*std::ranges::min_element(values), 0);
  EXPECT_LE(*std::ranges::max_element(values), 1);
  EXPECT_GT(std::ranges::count_if(values, [](float value) { return value > 0.5F; }), 1000);
}

TEST(Anatomy, VesselsRunInTheFleshBesideTheBones) {
  const Anatomy& hand = right_hand();
  ASSERT_FALSE(hand.vessels.empty());
  for (const Vessel& vessel : hand.vessels)
    for (const cv::Vec3d& at : vessel.path_mm) {
      if (!shown(hand, at)) continue;
      EXPECT_LT(hand.skin_distance_mm(at), 0) << vessel.name;
      EXPECT_GT(hand.bone_distance_mm(at), -0.5) << vessel.name;
    }
}

TEST(Anatomy, TheLeftSideIsTheMirrorImageOfTheRight) {
  const Anatomy right = made(procedural(Region::Knee, View::Lateral, Laterality::Right), 3);
  const Anatomy left = made(procedural(Region::Knee, View::Lateral, Laterality::Left), 3);
  ASSERT_EQ(right.prominences.size(), left.prominences.size());
  for (std::size_t i = 0; i < right.prominences.size(); ++i) {
    const cv::Vec3d &a = right.prominences[i].at_mm, &b = left.prominences[i].at_mm;
    EXPECT_NEAR(a[0], -b[0], 1e-6) << right.prominences[i].name;
    EXPECT_NEAR(a[1], b[1], 1e-6);
  }
  EXPECT_NEAR(right.field_mm.x, -(left.field_mm.x + left.field_mm.width), 1e-6);
  const cv::Vec3d femur = right.bones.front().to_film * right.bones.front().solid->centre_mm;
  for (double x = -60; x <= 60; x += 7)
    EXPECT_NEAR(right.skin_distance_mm(femur + cv::Vec3d(x, 150, 5)),
                left.skin_distance_mm({-femur[0] - x, femur[1] + 150, femur[2] + 5}), 1.5);
}

TEST(Anatomy, KneeFromTheFrontHasTheFibulaLateral) {
  const Anatomy knee = made(procedural(Region::Knee, View::Ap, Laterality::Right), 5);
  EXPECT_LT(prominence(knee, "fibular_head")[0], prominence(knee, "patella")[0]);
  EXPECT_LT(prominence(knee, "lateral_femoral_epicondyle")[0],
            prominence(knee, "medial_femoral_epicondyle")[0]);
  EXPECT_LT(prominence(knee, "patella")[1], prominence(knee, "tibial_tuberosity")[1]);
  EXPECT_LT(prominence(knee, "patella")[2], prominence(knee, "fibular_head")[2]); // nearer the tube
}

TEST(Pose, ABentElbowCarriesTheForearmRoundTheJoint) {
  static SolidLibrary solids;
  const RegionRow& elbow = region_row(Region::Elbow);
  std::vector<std::string_view> names;
  for (const RegionBone& bone : elbow.bones) names.push_back(bone.name);
  auto bones = load_bones("procedural", {}, names, solids);
  ASSERT_TRUE(bones);
  const RestRegion rest = make_rest_region(elbow, *std::move(bones));
  const auto view_of = [](View view) {
    return *std::ranges::find_if(view_rows(), [view](const ViewRow& row) {
      return row.region == Region::Elbow && row.view == view;
    });
  };
  constexpr double degrees = 180 / CV_PI;
  double least = 180, most = 0;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto posed = [&](View view) {
      return draw_pose(rest, view_of(view), {1, 1, 1}, seed % 2 == 1, Random(seed)).bones;
    };
    const auto flexion = [&](const std::vector<PosedBone>& pose) {
      return cv::norm((pose[0].body_to_film.inv() * pose[1].body_to_film).rvec()) * degrees;
    };
    const std::vector<PosedBone> lateral = posed(View::Lateral);
    ASSERT_EQ(lateral.size(), 3U); // humerus, ulna, radius
    EXPECT_NEAR(flexion(lateral), 88, 18.01);
    EXPECT_LE(flexion(posed(View::Ap)), 14.01);
    least = std::min(least, flexion(lateral));
    most = std::max(most, flexion(lateral));
    // The joint's centre stays with both bones; the radius goes with the ulna.
    ASSERT_TRUE(lateral[1].joint_mm);
    const cv::Vec3d centre = *lateral[1].joint_mm;
    EXPECT_LT(
        cv::norm(lateral[0].body_to_film.inv() * centre - lateral[1].body_to_film.inv() * centre),
        1e-6);
    EXPECT_LT(
        cv::norm(lateral[1].body_to_film.matrix - lateral[2].body_to_film.matrix, cv::NORM_INF),
        1e-9);
    // The hand's end of the forearm comes to the front of the arm: the far end moves most.
    const auto moved = [&](const cv::Vec3d& at) {
      return cv::norm(lateral[1].body_to_film * at - lateral[0].body_to_film * at);
    };
    const auto [near, far] = std::ranges::minmax(rest.surface[1], {}, [&](const cv::Vec3d& at) {
      return cv::norm(lateral[1].body_to_film * at - centre);
    });
    EXPECT_GT(moved(far), 150);
    EXPECT_LT(moved(near), 45);
  }
  EXPECT_GT(most - least, 10) << "each film has a pose of its own";
}

TEST(Anatomy, TheSameSeedMakesTheSameAnatomy) {
  const AnatomySpec spec = procedural(Region::Knee, View::Ap, Laterality::Left);
  const Anatomy one = made(spec, 8), other = made(spec, 8), third = made(spec, 9);
  EXPECT_EQ(to_json(one), to_json(other));
  EXPECT_EQ(one.soft.skin_distance_mm.values, other.soft.skin_distance_mm.values);
  EXPECT_EQ(one.soft.muscle_fraction.values, other.soft.muscle_fraction.values);
  EXPECT_NE(to_json(one), to_json(third));
}

TEST(Anatomy, AMissingFolderOfMeshesIsNamed) {
  SolidLibrary solids;
  AnatomySpec spec;
  spec.meshes = "/nowhere/anatomy";
  for (const char* skeleton : {"auto", "bodyparts3d", "opensim", "z-anatomy"}) {
    spec.skeleton = skeleton;
    const auto anatomy = make_anatomy(spec, solids, Random(1));
    ASSERT_FALSE(anatomy) << skeleton;
    EXPECT_EQ(anatomy.error().code, ErrorCode::FileNotFound) << skeleton;
    EXPECT_NE(anatomy.error().to_string().find("/nowhere/anatomy"), std::string::npos);
  }
}

TEST(Anatomy, WhatASkeletonCannotShowIsABadParameter) {
  SolidLibrary solids;
  AnatomySpec spec = procedural(Region::Foot, View::Ap, Laterality::Left);
  EXPECT_EQ(make_anatomy(spec, solids, Random(1)).error().code, ErrorCode::BadParameter);
  spec.skeleton = "yeti";
  EXPECT_EQ(make_anatomy(spec, solids, Random(1)).error().code, ErrorCode::BadParameter);
}

} // namespace
} // namespace calx::simulate

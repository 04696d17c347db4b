// Each mimic by itself: what it is, what it is made of and where it lies.
#include "limb.hpp"
#include "simulate/deposits/mimics.hpp"
#include "simulate/deposits/sculpt.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace calx::simulate {
namespace {

using Maker = std::vector<Inclusion> (*)(const Scene&, Random);

struct Place {
  explicit Place(Anatomy limb) : anatomy(std::move(limb)) {}
  explicit Place(Region region) : Place(make_limb(region)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Anatomy anatomy;
  Surroundings space{anatomy};
  Noise noise{Random(1)};

  std::vector<Inclusion> make(Maker maker, std::uint64_t seed) const {
    return maker({space, noise}, Random(seed));
  }
};

/// The first `count` that seeds give; a mimic may find no place.
std::vector<std::vector<Inclusion>> made(const Place& place, Maker maker, std::size_t count = 4) {
  std::vector<std::vector<Inclusion>> all;
  for (std::uint64_t seed = 0; seed < 30 && all.size() < count; ++seed)
    if (auto one = place.make(maker, seed); !one.empty()) all.push_back(std::move(one));
  EXPECT_EQ(all.size(), count);
  return all;
}

/// The part of its mass at which a test is true.
template <class Test>
double share(const Inclusion& inclusion, const Test& test) {
  const Grid& grid = inclusion.density_g_cm3;
  double all = 0, true_there = 0;
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x) {
        const double mass = double{grid.at(x, y, z)};
        if (mass <= 0) continue;
        all += mass;
        if (test(grid.node_mm(x, y, z))) true_there += mass;
      }
  EXPECT_GT(all, 0) << inclusion.description;
  return all > 0 ? true_there / all : 0;
}

double mass_mg(const Inclusion& inclusion) {
  double sum = 0;
  for (const float value : inclusion.density_g_cm3.values) sum += double{value};
  return sum * std::pow(inclusion.density_g_cm3.pitch_mm, 3);
}

double in_bone(const Place& place, const Inclusion& one) {
  return share(one, [&](const cv::Vec3d& p) { return place.space.bone_mm(p) < 0; });
}

double in_body(const Place& place, const Inclusion& one) {
  return share(one, [&](const cv::Vec3d& p) { return place.space.depth_mm(p) > 0; });
}

double density_of(const Inclusion& one) {
  return double{*std::ranges::max_element(one.density_g_cm3.values)};
}

cv::Vec3d extent_mm(const Inclusion& one) {
  return one.density_g_cm3.high_mm() - one.density_g_cm3.low_mm();
}

double largest_mm(const Inclusion& one) {
  const cv::Vec3d e = extent_mm(one);
  return std::max({e[0], e[1], e[2]});
}

cv::Vec3d middle_mm(const Inclusion& one) {
  return (one.density_g_cm3.high_mm() + one.density_g_cm3.low_mm()) / 2;
}

void expect_in_flesh(const Place& place, const Inclusion& one) {
  EXPECT_EQ(in_bone(place, one), 0) << one.description;
  EXPECT_EQ(in_body(place, one), 1) << one.description;
}

TEST(Mimics, APhlebolithIsARoundStoneDeepInThePelvis) {
  const Place pelvis(Region::Pelvis);
  const cv::Vec3d symphysis = pelvis.space.prominences("pubic_symphysis").at(0);
  for (const auto& all : made(pelvis, make_phlebolith)) {
    ASSERT_EQ(all.size(), 1U);
    const Inclusion& stone = all.front();
    EXPECT_EQ(stone.kind, Kind::Phlebolith);
    EXPECT_EQ(stone.material, Material::Hydroxyapatite);
    EXPECT_EQ(stone.pattern, Pattern::None);
    expect_in_flesh(pelvis, stone);
    EXPECT_GE(largest_mm(stone), 1.8);
    EXPECT_LE(largest_mm(stone), 9);
    const cv::Vec3d e = extent_mm(stone);
    EXPECT_LT(largest_mm(stone), 1.4 * std::min({e[0], e[1], e[2]}) + 0.3) << "round";
    EXPECT_GT(pelvis.space.depth_mm(middle_mm(stone)), 20);
    const auto away = [&](double side) {
      return cv::norm(middle_mm(stone) - symphysis - cv::Vec3d(side, -25, 0));
    };
    EXPECT_LT(std::min(away(40), away(-40)), 65) << "beside the floor of the pelvis";
  }
  const Place leg(Region::Leg);
  for (const auto& all : made(leg, make_phlebolith, 2))
    EXPECT_LT(leg.space.depth_mm(middle_mm(all.front())), 16) << "a vein under the skin";
}

TEST(Mimics, ChondrocalcinosisIsALineMidwayBetweenTwoBones) {
  const Place knee(Region::Knee);
  const Joint& joint = knee.anatomy.joints.front();
  for (const auto& all : made(knee, make_chondrocalcinosis)) {
    ASSERT_EQ(all.size(), 1U);
    const Inclusion& line = all.front();
    EXPECT_EQ(line.kind, Kind::Chondrocalcinosis);
    EXPECT_EQ(line.material, Material::Hydroxyapatite);
    EXPECT_EQ(line.description, "line in the cartilage of joint");
    expect_in_flesh(knee, line);
    EXPECT_EQ(share(line,
                    [&](const cv::Vec3d& p) {
                      const double one = knee.space.bone_mm(0, p), other = knee.space.bone_mm(1, p);
                      return std::abs(one - other) < 2 && one + other < 9.5 &&
                             cv::norm(p - joint.at_mm) < joint.radius_mm + 0.5;
                    }),
              1);
  }
}

TEST(Mimics, HeterotopicBoneHasACortexAndLiesInFleshNearAnInsertion) {
  const Place hip(Region::Hip);
  const cv::Vec3d insertion = hip.space.prominences("greater_trochanter").at(0);
  for (const auto& all : made(hip, make_heterotopic_bone)) {
    ASSERT_EQ(all.size(), 1U);
    const Inclusion& bone = all.front();
    EXPECT_EQ(bone.kind, Kind::Ossification);
    EXPECT_EQ(bone.material, Material::CorticalBone);
    expect_in_flesh(hip, bone);
    EXPECT_GT(largest_mm(bone), 5);
    EXPECT_LT(cv::norm(middle_mm(bone) - insertion), 60);
    EXPECT_LE(density_of(bone), density_g_cm3(Material::CorticalBone));
    const double dense =
        share(bone, [&](const cv::Vec3d& p) { return bone.density_g_cm3.sample(p) > 1.3F; });
    EXPECT_GT(dense, 0.15) << "a cortex";
    EXPECT_LT(dense, 0.97) << "and less within";
  }
}

TEST(Mimics, TendonsCalcifyBesideTheirBoneAndSpursStandOnIt) {
  const Place elbow(Region::Elbow);
  const auto near_insertion = [&](const Inclusion& one, double mm) {
    return std::min(cv::norm(middle_mm(one) - elbow.space.prominences("olecranon").at(0)),
                    cv::norm(middle_mm(one) - elbow.space.prominences("medial_epicondyle").at(0))) <
           mm;
  };
  for (const auto& all : made(elbow, make_tendon_deposit)) {
    EXPECT_EQ(all.front().kind, Kind::Tendon);
    EXPECT_EQ(all.front().material, Material::Hydroxyapatite);
    expect_in_flesh(elbow, all.front());
    EXPECT_TRUE(near_insertion(all.front(), 1.4 * 15 + 12));
  }
  for (const auto& all : made(elbow, make_enthesophyte, 2)) {
    EXPECT_EQ(all.front().kind, Kind::Tendon);
    EXPECT_EQ(all.front().material, Material::CorticalBone);
    expect_in_flesh(elbow, all.front());
    EXPECT_TRUE(near_insertion(all.front(), 16));
  }
}

TEST(Mimics, ANeedleIsAThinPieceOfSteelUnderTheSkin) {
  const Place hand(Region::Hand);
  for (const auto& all : made(hand, make_needle)) {
    ASSERT_EQ(all.size(), 1U);
    const Inclusion& needle = all.front();
    EXPECT_EQ(needle.kind, Kind::Metal);
    EXPECT_EQ(needle.material, Material::Steel);
    EXPECT_NEAR(density_of(needle), density_g_cm3(Material::Steel), 1e-3);
    EXPECT_GT(hand.space.depth_mm(middle_mm(needle)), 1.5);
    EXPECT_GT(hand.space.bone_mm(middle_mm(needle)), 0.5);
    const double length = cv::norm(extent_mm(needle));
    EXPECT_LT(length, 17);
    // As much steel as in a rod of 0.4 to 0.9 mm, with round ends.
    const double per_mm2 = mass_mg(needle) / density_g_cm3(Material::Steel) / length;
    EXPECT_GT(per_mm2, 0.08);
    EXPECT_LT(per_mm2, 0.75);
  }
}

TEST(Mimics, ClipsAndPelletsLieTogetherInTheFlesh) {
  const Place thigh(Region::Thigh);
  std::set<Material> materials;
  for (const auto& all : made(thigh, make_clips, 12)) {
    EXPECT_LE(all.size(), 6U);
    for (const Inclusion& one : all) {
      EXPECT_EQ(one.kind, Kind::Metal);
      EXPECT_EQ(one.material, one.description == "pellet" ? Material::Lead : Material::Titanium);
      EXPECT_EQ(one.material, all.front().material);
      EXPECT_LT(cv::norm(middle_mm(one) - middle_mm(all.front())), 2 * (1.4 * 28 + 5));
      EXPECT_GT(thigh.space.depth_mm(middle_mm(one)), 0);
      materials.insert(one.material);
    }
  }
  EXPECT_EQ(materials.size(), 2U);
}

TEST(Mimics, AWireAndAScrewGoThroughBone) {
  const Place knee(Region::Knee);
  for (const auto& all : made(knee, make_wire)) {
    EXPECT_EQ(all.front().kind, Kind::Metal);
    EXPECT_EQ(all.front().material, Material::Steel);
    EXPECT_GT(in_bone(knee, all.front()), 0.3);
    EXPECT_GT(largest_mm(all.front()), 12);
  }
  for (const auto& all : made(knee, make_screw)) {
    const Inclusion& screw = all.front();
    EXPECT_EQ(screw.kind, Kind::Metal);
    EXPECT_TRUE(screw.material == Material::Titanium || screw.material == Material::Steel);
    EXPECT_GT(in_bone(knee, screw), 0.5);
    EXPECT_LT(in_bone(knee, screw), 1) << "its head stands out";
    EXPECT_EQ(share(screw, [&](const cv::Vec3d& p) { return knee.space.bone_mm(p) < 4; }), 1)
        << "and not far";
    EXPECT_LT(cv::norm(extent_mm(screw)), 45) << "no longer than the bone is thick";
  }
}

TEST(Mimics, APlateLiesOnItsBoneAndItsScrewsEnterIt) {
  const Place knee(Region::Knee);
  for (const auto& all : made(knee, make_plate)) {
    ASSERT_GE(all.size(), 3U);
    const Inclusion& plate = all.front();
    EXPECT_EQ(plate.description, "plate");
    EXPECT_LT(in_bone(knee, plate), 0.25);
    EXPECT_GT(
        share(plate, [&](const cv::Vec3d& p) { return knee.anatomy.bone_distance_mm(p) < 8; }),
        0.9);
    for (const Inclusion& one : all) {
      EXPECT_EQ(one.kind, Kind::Metal);
      EXPECT_EQ(one.material, plate.material);
      if (&one == &plate) continue;
      EXPECT_EQ(one.description, "screw of a plate");
      EXPECT_GT(in_bone(knee, one), 0.3);
    }
  }
}

TEST(Mimics, AStemLiesInALongBoneAlongIt) {
  EXPECT_TRUE(Place(Region::Hip).make(make_stem, 1).empty()) << "a short bone has no room for one";
  Anatomy anatomy = make_limb(Region::Hip);
  Bone& femur = anatomy.bones.front(); // twice as long and wide, about its middle
  femur.scale = 2;
  femur.to_film = cv::Affine3d(cv::Matx33d::eye() * 2, -femur.solid->centre_mm);
  const Place hip(std::move(anatomy));
  for (const auto& all : made(hip, make_stem)) {
    ASSERT_EQ(all.size(), 1U);
    const Inclusion& stem = all.front();
    EXPECT_EQ(stem.kind, Kind::Metal);
    EXPECT_EQ(stem.material, Material::Titanium);
    EXPECT_GT(in_bone(hip, stem), 0.95);
    const cv::Vec3d e = extent_mm(stem);
    EXPECT_GT(e[1], 45);
    EXPECT_LT(std::max(e[0], e[2]), 18);
  }
}

TEST(Mimics, ARingGoesRoundAFinger) {
  EXPECT_TRUE(Place(Region::Knee).make(make_ring, 1).empty());
  const Place hand(Region::Hand);
  for (const auto& all : made(hand, make_ring)) {
    ASSERT_EQ(all.size(), 1U);
    const Inclusion& ring = all.front();
    EXPECT_EQ(ring.kind, Kind::Metal);
    EXPECT_TRUE(ring.material == Material::Gold || ring.material == Material::Steel);
    EXPECT_EQ(in_bone(hand, ring), 0);
    EXPECT_LT(in_body(hand, ring), 0.1) << "on the skin, not under it";
    const auto finger = std::ranges::min_element(hand.anatomy.bones, {}, [&](const Bone& bone) {
      return cv::norm(bone.to_film * bone.solid->centre_mm - middle_mm(ring));
    });
    EXPECT_TRUE(finger->name.ends_with("_proximal_phalanx")) << finger->name;
    EXPECT_NE(finger->name, "thumb_proximal_phalanx");
    const cv::Vec3d centre = finger->to_film * finger->solid->centre_mm;
    for (const double side : {-1.0, 1.0}) // on both sides of it, and before and behind
      for (const int axis : {0, 2})
        EXPECT_GT(share(ring, [&](const cv::Vec3d& p) { return side * (p - centre)[axis] > 6; }),
                  0.1);
  }
}

/// Splinters of one material, at most so many and so large.
void expect_splinters(const Place& place, Maker maker, Material material, const char* description,
                      std::size_t most, double largest) {
  for (const auto& all : made(place, maker)) {
    EXPECT_LE(all.size(), most);
    for (const Inclusion& one : all) {
      EXPECT_EQ(one.kind, Kind::ForeignBody);
      EXPECT_EQ(one.material, material);
      EXPECT_EQ(one.description, description);
      expect_in_flesh(place, one);
      EXPECT_LE(largest_mm(one), largest);
    }
  }
}

TEST(Mimics, GlassIsSplintersInTheFlesh) {
  expect_splinters(Place(Region::Hand), make_shard, Material::Glass, "glass", 4, 10);
}

TEST(Mimics, GravelIsRubbedIntoTheSkin) {
  const Place knee(Region::Knee);
  expect_splinters(knee, make_gravel, Material::CalciumCarbonate, "gravel", 8, 5.5);
  for (const auto& all : made(knee, make_gravel))
    for (const Inclusion& one : all) EXPECT_LT(knee.space.depth_mm(middle_mm(one)), 7);
}

TEST(Mimics, ACastIsAShellAroundTheSkinWithPaddingBetween) {
  const Place forearm(Region::Forearm);
  std::set<std::string> materials;
  for (const auto& all : made(forearm, make_cast, 6)) {
    ASSERT_EQ(all.size(), 1U);
    const Inclusion& cast = all.front();
    EXPECT_EQ(cast.kind, Kind::ForeignBody);
    EXPECT_EQ(cast.material, Material::Plaster);
    materials.insert(cast.description);
    EXPECT_EQ(in_body(forearm, cast), 0);
    EXPECT_GT(share(cast,
                    [&](const cv::Vec3d& p) {
                      const double d = forearm.anatomy.skin_distance_mm(p);
                      return d > 0.5 && d < 12;
                    }),
              0.99);
    EXPECT_GT(extent_mm(cast)[1], 100) << "along the limb";
  }
  EXPECT_EQ(materials, (std::set<std::string>{"fibreglass cast", "plaster cast"}));
}

TEST(Mimics, ADressingLiesOnAPatchOfSkin) {
  const Place knee(Region::Knee);
  for (const auto& all : made(knee, make_dressing)) {
    ASSERT_EQ(all.size(), 1U);
    const Inclusion& gauze = all.front();
    EXPECT_EQ(gauze.kind, Kind::ForeignBody);
    EXPECT_EQ(gauze.material, Material::Plaster);
    EXPECT_EQ(gauze.description, "gauze dressing");
    EXPECT_LT(in_body(knee, gauze), 0.1);
    EXPECT_GT(
        share(gauze, [&](const cv::Vec3d& p) { return knee.anatomy.skin_distance_mm(p) < 8; }),
        0.99);
    EXPECT_LT(largest_mm(gauze), 62);
    EXPECT_LT(density_of(gauze), 0.5) << "thin: threads and air";
  }
}

} // namespace
} // namespace calx::simulate

#include "simulate/anatomy/regions.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace calx::simulate {
namespace {

TEST(Tables, EveryRegionsBonesAreKnownAndParentsComeFirst) {
  for (const RegionRow& region : region_rows()) {
    std::set<std::string_view> before;
    for (const RegionBone& bone : region.bones) {
      EXPECT_NO_THROW(bone_row(bone.name)) << bone.name;
      EXPECT_TRUE(bone.parent.empty() || before.contains(bone.parent))
          << to_string(region.region) << ' ' << bone.name;
      EXPECT_TRUE(before.insert(bone.name).second) << bone.name;
    }
  }
}

TEST(Tables, FacingsAreRightHandedAndFieldsNameBonesOfTheirRegion) {
  for (const ViewRow& view : view_rows()) {
    const auto& [x, y, z] = view.facing;
    EXPECT_EQ(x.cross(y), z) << to_string(view.region) << ' ' << to_string(view.view);
    for (const BonePart& part : view.field)
      EXPECT_NE(std::ranges::find(region_row(view.region).bones, part.bone, &RegionBone::name),
                region_row(view.region).bones.end())
          << part.bone;
  }
}

TEST(Tables, MotionsMoveBonesOfTheirRegion) {
  for (const Motion& motion : motions())
    EXPECT_NE(std::ranges::find(region_row(motion.region).bones, motion.bone, &RegionBone::name),
              region_row(motion.region).bones.end())
        << to_string(motion.region) << ' ' << motion.bone;
}

TEST(Tables, EverySkeletonShowsWhatItHasBonesFor) {
  const auto shows = [](std::string_view skeleton, Region region) {
    const auto all = projectable(skeleton);
    return std::ranges::find(all, region, &Projectable::region) != all.end();
  };
  EXPECT_EQ(projectable("bodyparts3d").size(), view_rows().size());
  EXPECT_EQ(projectable("z-anatomy").size(), view_rows().size());
  EXPECT_TRUE(shows("opensim", Region::Hand));
  EXPECT_FALSE(shows("opensim", Region::Knee));
  for (const Region region : {Region::Hand, Region::Knee, Region::Hip, Region::Elbow})
    EXPECT_TRUE(shows("procedural", region)) << to_string(region);
}

TEST(Tables, BothSkeletonsPutABoneAtTheSamePlaceOfTheBody) {
  const auto meshes = calx::test::shared_data("anatomy");
  CALX_SKIP_WITHOUT(meshes);
  SolidLibrary solids;
  const std::string_view names[] = {"capitate", "big_toe_proximal_phalanx"};
  const auto one = load_bones("bodyparts3d", meshes, names, solids);
  const auto other = load_bones("z-anatomy", meshes, names, solids);
  ASSERT_TRUE(one && other);
  for (std::size_t i = 0; i < 2; ++i) {
    const cv::Vec3d a = (*one)[i].to_body * (*one)[i].solid->centre_mm,
                    b = (*other)[i].to_body * (*other)[i].solid->centre_mm;
    EXPECT_LT(cv::norm(a - b), 12) << names[i];
    EXPECT_LT(a[0], -50); // the subject's right
  }
}

} // namespace
} // namespace calx::simulate

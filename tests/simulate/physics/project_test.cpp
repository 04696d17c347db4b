#include "bodies.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {
namespace {

TEST(Geometry, ProjectsAlongTheConeBeam) {
  Geometry geometry = square_detector(101, 0.5);
  geometry.source_mm = {5, 0};
  EXPECT_NEAR(geometry.magnification(-100), 1000.0 / 900, 1e-12);
  const cv::Point2d on_detector = geometry.project({0, 0, 0});
  EXPECT_NEAR(on_detector.x, 50, 1e-9);
  const cv::Point2d high = geometry.project({0, 2, -500}); // twice as far from the central ray
  EXPECT_NEAR(high.x, 50 - 5 / 0.5, 1e-9);
  EXPECT_NEAR(high.y, 50 + 4 / 0.5, 1e-9);
}

TEST(Project, ASlabOfMuscleIsItsThickness) {
  Anatomy anatomy;
  anatomy.soft = slab(40);
  const Geometry geometry = square_detector(61, 1);
  const Projection projection = projected(anatomy, geometry, Random(1));
  EXPECT_NEAR(projection.body_mm(30, 30), 40, 0.05);
  // All muscle but the skin on both sides, a fifth of which is fat.
  EXPECT_NEAR(mass(projection, Material::Muscle)(30, 30), 0.105 * (40 - 0.2 * 2.6), 0.02);
  EXPECT_NEAR(mass(projection, Material::Adipose)(30, 30), 0.095 * 0.2 * 2.6, 0.01);
  const double oblique = std::sqrt(1 + 0.03 * 0.03); // a corner ray leans
  EXPECT_NEAR(projection.body_mm(30, 60), 40 * oblique, 0.05);
}

TEST(Project, AirInsideTheBodyStopsNothing) {
  Anatomy anatomy;
  anatomy.soft = slab(40);
  // A gas bubble, 12 mm of the way, in the middle of the film only.
  anatomy.soft.air_fraction =
      field_over({-15, -15, -50}, {15, 15, -10}, 2, 0, [](const cv::Vec3d& p) {
        return std::abs(p[0]) < 11 && p[2] > -37 && p[2] < -25 ? 1.0 : 0.0;
      });
  const Projection projection = projected(anatomy, square_detector(61, 1), Random(1));
  const cv::Mat1f& muscle = mass(projection, Material::Muscle);
  EXPECT_NEAR(muscle(30, 4) - muscle(30, 30), 0.105 * 12, 0.25);
  EXPECT_NEAR(projection.body_mm(30, 30), 40, 0.05);
}

TEST(Project, ABallHasItsPathPlaceAndSize) {
  // A ball of solid bone, 10 mm, 120 mm above the detector and off the central ray.
  const cv::Vec3d centre(-12, 6, -120);
  Anatomy anatomy;
  BoneTissue solid_bone;
  solid_bone.cortex_shaft_mm = solid_bone.cortex_end_mm = 40;
  solid_bone.cortex_porosity = 0;
  anatomy.bones.push_back(bone_of(make_sphere("ball", centre, 10, 0.4), solid_bone));
  const Geometry geometry = square_detector(401, 0.15);
  const Projection projection = projected(anatomy, geometry, Random(1));
  ASSERT_EQ(projection.bones.size(), 1U);
  const PathPatch& patch = projection.bones[0];
  double longest = 0;
  cv::minMaxLoc(patch.path_mm, nullptr, &longest);
  EXPECT_NEAR(longest, 20, 0.1);

  const cv::Moments moments = cv::moments(patch.path_mm);
  const cv::Point2d middle = geometry.project(centre);
  EXPECT_NEAR(patch.box.x + moments.m10 / moments.m00, middle.x, 0.4);
  EXPECT_NEAR(patch.box.y + moments.m01 / moments.m00, middle.y, 0.4);
  const double diameter_px = 20 * geometry.magnification(centre[2]) / 0.15;
  EXPECT_NEAR(patch.box.width, diameter_px, 3);
  EXPECT_NEAR(patch.box.height, diameter_px, 3);

  // Half-way out the chord is sqrt(3) / 2 of the diameter.
  const cv::Point2d half = geometry.project(centre + cv::Vec3d(0, 5, 0));
  const float chord = patch.path_mm(static_cast<int>(std::lround(half.y)) - patch.box.y,
                                    static_cast<int>(std::lround(half.x)) - patch.box.x);
  EXPECT_NEAR(chord, 20 * std::sqrt(0.75), 0.15);
  // Mineral: the tile's unevenness apart, all of the path is bone.
  double mineral = 0;
  cv::minMaxLoc(mass(projection, Material::CorticalBone), nullptr, &mineral);
  EXPECT_NEAR(mineral / (2.0 * 1.92), 1, 0.05);
}

TEST(Project, AShaftIsHollow) {
  BoneTissue tissue;
  tissue.cortex_shaft_mm = 2;
  tissue.trabecular_shaft_fraction = 0;
  tissue.cortex_porosity = 0;
  Anatomy anatomy;
  anatomy.soft = slab(60, 10, 40);
  anatomy.bones.push_back(
      bone_of(make_capsule("shaft", {0, -30, -40}, {0, 30, -40}, 8, 8, 0.4), tissue));
  const Geometry geometry = square_detector(201, 0.25);
  const Projection projection = projected(anatomy, geometry, Random(1));
  const cv::Mat1f& mineral = mass(projection, Material::CorticalBone);
  // Through the middle: two walls, each with its soft inner edge; the walls' side is denser.
  const double wall = 2 * (2 + 0.8 / 2) * 0.192;
  EXPECT_NEAR(cv::mean(mineral(cv::Rect(98, 60, 5, 80)))[0], wall, 0.15 * wall);
  const double magnification = geometry.magnification(-40);
  const int edge = 100 + static_cast<int>(std::lround(6.5 * magnification / 0.25));
  EXPECT_GT(cv::mean(mineral(cv::Rect(edge, 60, 1, 80)))[0], 1.6 * wall);
  // Bone displaces muscle; marrow is half fat.
  EXPECT_LT(mass(projection, Material::Muscle)(100, 100),
            mass(projection, Material::Muscle)(100, 10) - 0.09 * 8);
  EXPECT_GT(mass(projection, Material::Adipose)(100, 100), 0.3);
  EXPECT_NEAR(projection.body_mm(100, 100), 60, 0.05);
}

TEST(Project, SpongyBoneHasItsShareOfMineral) {
  // Deep inside, strands are summed without asking how near the surface is: nothing may be lost.
  BoneTissue tissue;
  tissue.cortex_shaft_mm = tissue.cortex_end_mm = 0.4;
  tissue.trabecular_shaft_fraction = tissue.trabecular_end_fraction = 0.25;
  Anatomy anatomy;
  anatomy.bones.push_back(bone_of(make_sphere("ball", {0, 0, -60}, 25, 0.5), tissue));
  const Projection projection = projected(anatomy, square_detector(201, 0.3), Random(3));
  const cv::Rect middle(80, 80, 41, 41);
  const PathPatch& patch = projection.bones.at(0);
  const double path = cv::mean(patch.path_mm(middle - patch.box.tl()))[0];
  const double mineral = cv::mean(mass(projection, Material::CorticalBone)(middle))[0] / 0.192;
  const double cortex = 2 * (0.4 + 0.32 / 2); // and its soft edge, on both sides
  EXPECT_NEAR(path, 49.13, 0.1);              // the mean of the chords
  EXPECT_NEAR(mineral, cortex + 0.25 * (path - cortex), 0.06 * mineral);
}

TEST(Project, AThinBoneIsWholeWhereverItLies) {
  // Squares of rays are passed over together where they all miss: none may be that meets the bone.
  for (const double pitch_mm : {0.1, 0.37, 0.9}) {
    Anatomy anatomy;
    anatomy.bones.push_back(
        bone_of(make_capsule("thin", {-27, -19, -30}, {24, 22, -70}, 1.2, 1.2, 0.4)));
    const Geometry geometry = square_detector(static_cast<int>(80 / pitch_mm), pitch_mm);
    const PathPatch patch = projected(anatomy, geometry, Random(1)).bones.at(0);
    cv::Mat1i pieces;
    EXPECT_EQ(cv::connectedComponents(patch.path_mm > 0, pieces), 2) << pitch_mm;
    const double length =
        cv::norm(geometry.project({24, 22, -70}) - geometry.project({-27, -19, -30}));
    const double width = 2.4 * geometry.magnification(-50) / pitch_mm;
    EXPECT_NEAR(cv::countNonZero(patch.path_mm > 0), (length + 0.8 * width) * width,
                0.04 * length * width + 2 * length);
  }
}

TEST(Project, InclusionsAddTheirMassAndDisplaceTissue) {
  Anatomy anatomy;
  anatomy.soft = slab(40, 10, 30);
  Inclusion ball;
  const cv::Vec3d centre(3, 0, -30);
  const double density = 0.3 * density_g_cm3(Material::Hydroxyapatite);
  ball.density_g_cm3 = field_over({-4, -7, -37}, {10, 7, -23}, 0.25, 0, [&](const cv::Vec3d& p) {
    return density * std::clamp(0.5 - (cv::norm(p - centre) - 5) / 0.25, 0.0, 1.0);
  });
  Inclusion letter = ball;
  letter.material = Material::Lead;
  for (auto& node : {0, 1, 2}) letter.density_g_cm3.origin_mm[node] += node == 2 ? 60 : 0;
  const Geometry geometry = square_detector(201, 0.15);
  Projection projection = projected(anatomy, geometry, Random(1));
  const cv::Mat1f before = mass(projection, Material::Muscle).clone();
  const std::vector<Inclusion> inclusions{ball, {}, letter};
  const auto patches = project_inclusions(anatomy, inclusions, geometry);
  ASSERT_EQ(patches.size(), 3U);
  EXPECT_TRUE(patches[1].box.empty());
  add_inclusions(projection, patches, geometry);

  const cv::Point2d at = geometry.project(centre);
  const cv::Point pixel(static_cast<int>(std::lround(at.x)), static_cast<int>(std::lround(at.y)));
  const float found = mass(projection, Material::Hydroxyapatite)(pixel);
  EXPECT_NEAR(found, 1.0 * density, 0.02);
  const PathPatch& patch = patches[0];
  EXPECT_NEAR(patch.path_mm(pixel - patch.box.tl()), 10, 0.5);
  EXPECT_NEAR(before(pixel) - mass(projection, Material::Muscle)(pixel), 1.05 * 0.3, 0.02);
  EXPECT_EQ(mass(projection, Material::Muscle)(5, 5), before(5, 5));
}

TEST(Project, InclusionsOfOneKindCanBeLeftOut) {
  Anatomy anatomy;
  anatomy.soft = slab(40, 10, 30);
  std::vector<Inclusion> inclusions(2);
  for (Inclusion& inclusion : inclusions)
    inclusion.density_g_cm3 = Grid::filled({9, 9, 9}, 1, {-4, -4, -34}, 1, 0);
  inclusions[1].kind = Kind::Metal;
  inclusions[1].material = Material::Lead;
  const Geometry geometry = square_detector(41, 0.5);
  Projection projection = projected(anatomy, geometry, Random(1));
  add_inclusions(projection, project_inclusions(anatomy, inclusions, geometry), geometry,
                 Kind::Metal);
  EXPECT_GT(mass(projection, Material::Hydroxyapatite)(20, 20), 0);
  EXPECT_TRUE(projection.g_cm2[static_cast<std::size_t>(Material::Lead)].empty());
}

TEST(Project, IsTheSameForAnyNumberOfThreads) {
  Anatomy anatomy;
  anatomy.soft = slab(30, 10, 20);
  anatomy.bones.push_back(bone_of(make_capsule("a", {-8, -9, -20}, {8, 9, -28}, 4, 3, 0.4)));
  anatomy.bones.push_back(bone_of(make_capsule("b", {8, -9, -20}, {-8, 9, -30}, 4, 3, 0.4)));
  const Geometry geometry = square_detector(120, 0.3);
  const int threads = cv::getNumThreads();
  const auto film = [&](int count) {
    cv::setNumThreads(count);
    const Projection projection = projected(anatomy, geometry, Random(4));
    const Beam beam;
    const Detector detector;
    return read_out(expose(projection, beam, detector, geometry), projection, beam, detector,
                    geometry, Random(4))
        .signal;
  };
  const cv::Mat1f one = film(1), two = film(2);
  cv::setNumThreads(threads);
  EXPECT_EQ(cv::norm(one, two, cv::NORM_INF), 0);
}

} // namespace
} // namespace calx::simulate

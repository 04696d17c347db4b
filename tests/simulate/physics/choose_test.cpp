#include "bodies.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace calx::simulate {
namespace {

Anatomy anatomy_of(Region region, cv::Rect2d field) {
  Anatomy anatomy;
  anatomy.region = region;
  anatomy.soft = slab(60, 20, 40);
  anatomy.field_mm = field;
  return anatomy;
}

TEST(ChooseGeometry, HoldsTheFieldWithinUsualMatrices) {
  for (const auto& [region, size] : {std::pair{Region::Hand, cv::Size2d(120, 200)},
                                     std::pair{Region::Pelvis, cv::Size2d(400, 330)},
                                     std::pair{Region::Other, cv::Size2d(30, 60)}})
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      const Anatomy anatomy = anatomy_of(region, {{-20, 15}, size});
      const Geometry g = choose_geometry(anatomy, Random(seed));
      EXPECT_TRUE(g.columns >= 1000 && g.columns <= 3000) << g.columns;
      EXPECT_TRUE(g.rows >= 1000 && g.rows <= 3000) << g.rows;
      EXPECT_TRUE(g.pitch_mm >= 0.1 && g.pitch_mm <= 0.2);
      EXPECT_TRUE(g.sid_mm >= 1000 && g.sid_mm <= 1200);
      const cv::Rect2d& field = anatomy.field_mm;
      const cv::Point2d low = g.project({field.x, field.y, -50}),
                        high = g.project({field.br().x, field.br().y, -50});
      EXPECT_GT(low.x, -2);
      EXPECT_GT(low.y, -2);
      EXPECT_LT(high.x, g.columns + 1);
      EXPECT_LT(high.y, g.rows + 1);
    }
}

TEST(ChooseCollimation, CutsLittleOfTheField) {
  int open = 0;
  const Anatomy anatomy = anatomy_of(Region::Knee, {-60, -90, 120, 180});
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Geometry geometry = choose_geometry(anatomy, Random(seed));
    const auto field = choose_collimation(anatomy, geometry, Random(seed));
    open += !field.has_value();
    if (!field) continue;
    EXPECT_GT(field->size.width, 0.94 * 120);
    EXPECT_GT(field->size.height, 0.94 * 180);
    EXPECT_LT(std::abs(field->angle), 8);
  }
  EXPECT_GT(open, 5);
  EXPECT_LT(open, 35);
}

TEST(ChooseBeam, FitsTheRegion) {
  double hand = 0, hip = 0;
  int grids = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Beam beam = choose_beam(Region::Hand, Random(seed));
    EXPECT_FALSE(beam.grid);
    hand += beam.kvp / 50;
    const Beam thick = choose_beam(Region::Hip, Random(seed));
    hip += thick.kvp / 50;
    grids += thick.grid;
  }
  EXPECT_NEAR(hand, 52, 3);
  EXPECT_NEAR(hip, 77, 4);
  EXPECT_GT(grids, 40);
}

TEST(ToJson, NamesWhatWasChosen) {
  Beam beam = choose_beam(Region::Hip, Random(1));
  EXPECT_TRUE(to_json(beam)["collimation_mm"].is_null());
  beam.collimation_mm = cv::RotatedRect({1, 2}, {3, 4}, 5);
  EXPECT_EQ(to_json(beam)["collimation_mm"]["size"][1], 4);
  EXPECT_EQ(to_json(beam)["kvp"], beam.kvp);
  Detector detector;
  detector.powder = true;
  EXPECT_EQ(to_json(detector)["kind"], "storage-phosphor");
  EXPECT_EQ(to_json(square_detector(9, 0.2))["rows"], 9);
}

} // namespace
} // namespace calx::simulate

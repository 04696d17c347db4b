// What has to hold of any film, on drawn ones, by thresholds: where it lies, how it is turned, how
// large its pixels are and what else is on it.
#include "pipeline/analyse.hpp"
#include "support/drawn_film.hpp"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>

namespace calx {
namespace {

using test::DrawnFilm;
using test::Spot;

Findings found_on(const Radiograph& film) {
  Params params;
  params.network.use = false;
  return analyse(film, params);
}

/// The lesion whose centroid is the nearest to a place in source pixels; null if none is within
/// that far.
const LesionFinding* lesion_at(const Findings& found, cv::Point2d place, double within_px) {
  const auto distance = [&](const LesionFinding& l) { return cv::norm(l.centroid - place); };
  const auto at = std::ranges::min_element(found.lesions, {}, distance);
  return at != found.lesions.end() && distance(*at) <= within_px ? &*at : nullptr;
}

cv::Point2d place_of(const Spot& spot, double pitch_mm) {
  return cv::Point2d(spot.x_mm, spot.y_mm) / pitch_mm;
}

/// The same number of lesions, each at its moved place and of its size.
void expect_moved(const Findings& before, const Findings& after,
                  const std::function<cv::Point2d(cv::Point2d)>& move, double within_px) {
  ASSERT_FALSE(before.lesions.empty());
  EXPECT_EQ(after.lesions.size(), before.lesions.size());
  for (const LesionFinding& lesion : before.lesions) {
    const LesionFinding* moved = lesion_at(after, move(lesion.centroid), within_px);
    ASSERT_TRUE(moved) << "the lesion at " << lesion.centroid << " is not at "
                       << move(lesion.centroid);
    EXPECT_NEAR(*moved->features.area_mm2, *lesion.features.area_mm2, 0.5);
  }
}

// --- where it lies

/// A limb in the middle of a film that is larger than the windows cut from it.
Radiograph large_film() {
  DrawnFilm drawn;
  drawn.width_mm = 110;
  drawn.height_mm = 150;
  drawn.spots = {{38, 70, 3}, {71, 85, 5}, {39, 105, 4}};
  return drawn.radiograph();
}

Radiograph window(const Radiograph& film, cv::Point corner) {
  Radiograph cut = film;
  cut.pixels = film.pixels(cv::Rect(corner, cv::Size(360, 480))).clone();
  return cut;
}

class Shifted : public ::testing::TestWithParam<cv::Point> {};

TEST_P(Shifted, LesionsFollowTheFilm) {
  const Radiograph film = large_film();
  const cv::Point start(40, 60);
  const Findings before = found_on(window(film, start));
  ASSERT_EQ(before.lesions.size(), 3U);
  const Findings after = found_on(window(film, start - GetParam()));
  expect_moved(before, after, [](cv::Point2d p) { return p + cv::Point2d(GetParam()); }, 1);
}
INSTANTIATE_TEST_SUITE_P(Shifts, Shifted,
                         ::testing::Values(cv::Point(1, 0), cv::Point(0, 1), cv::Point(-3, 2),
                                           cv::Point(40, 0), cv::Point(-40, 0), cv::Point(0, 60),
                                           cv::Point(0, -60), cv::Point(17, -31),
                                           cv::Point(-40, 60)));

// --- how it is turned

struct Turn {
  const char* name;
  std::function<void(const cv::Mat&, cv::Mat&)> apply;
  std::function<cv::Point2d(cv::Point2d, cv::Size)> place; ///< the size is that of the upright film
};

void PrintTo(const Turn& turn, std::ostream* out) {
  *out << turn.name;
}

const Turn kTurns[] = {
    {"clockwise",
     [](const cv::Mat& from, cv::Mat& to) { cv::rotate(from, to, cv::ROTATE_90_CLOCKWISE); },
     [](cv::Point2d p, cv::Size s) { return cv::Point2d(s.height - 1 - p.y, p.x); }},
    {"half", [](const cv::Mat& from, cv::Mat& to) { cv::rotate(from, to, cv::ROTATE_180); },
     [](cv::Point2d p, cv::Size s) { return cv::Point2d(s.width - 1 - p.x, s.height - 1 - p.y); }},
    {"anticlockwise",
     [](const cv::Mat& from, cv::Mat& to) { cv::rotate(from, to, cv::ROTATE_90_COUNTERCLOCKWISE); },
     [](cv::Point2d p, cv::Size s) { return cv::Point2d(p.y, s.width - 1 - p.x); }},
    {"mirrored", [](const cv::Mat& from, cv::Mat& to) { cv::flip(from, to, 1); },
     [](cv::Point2d p, cv::Size s) { return cv::Point2d(s.width - 1 - p.x, p.y); }},
    {"upside_down", [](const cv::Mat& from, cv::Mat& to) { cv::flip(from, to, 0); },
     [](cv::Point2d p, cv::Size s) { return cv::Point2d(p.x, s.height - 1 - p.y); }},
};

class Turned : public ::testing::TestWithParam<Turn> {};

TEST_P(Turned, LesionsFollowTheFilm) {
  DrawnFilm drawn;
  drawn.spots = {{28, 60, 3}, {61, 75, 5}, {29, 100, 4}};
  const Radiograph film = drawn.radiograph();
  Radiograph turned = film;
  turned.pixels = cv::Mat1f(); // or a half turn would be one in place, of the film itself
  GetParam().apply(film.pixels, turned.pixels);
  const Findings before = found_on(film);
  ASSERT_EQ(before.lesions.size(), 3U);
  const auto place = [&](cv::Point2d p) { return GetParam().place(p, film.pixels.size()); };
  expect_moved(before, found_on(turned), place, 1.5 / drawn.pitch_mm);
}
INSTANTIATE_TEST_SUITE_P(Turns, Turned, ::testing::ValuesIn(kTurns),
                         [](const auto& param) { return std::string(param.param.name); });

// --- how large its pixels are

class Pitch : public ::testing::TestWithParam<double> {};

/// One limb, drawn with finer and coarser pixels: millimetres stay, pixels follow.
TEST_P(Pitch, SizesInMillimetresDoNotDependOnThePixels) {
  DrawnFilm drawn;
  drawn.pitch_mm = GetParam();
  drawn.spots = {{28, 60, 4}, {61, 80, 6}};
  const Findings found = found_on(drawn.radiograph());
  ASSERT_EQ(found.lesions.size(), 2U);
  for (const Spot& spot : drawn.spots) {
    const LesionFinding* lesion =
        lesion_at(found, place_of(spot, drawn.pitch_mm), 1.5 / drawn.pitch_mm);
    ASSERT_TRUE(lesion) << spot.diameter_mm;
    const double tolerance = 0.25 + 0.04 * spot.diameter_mm; // as in tests/lesions
    EXPECT_NEAR(*lesion->features.equivalent_diameter_mm, spot.diameter_mm, tolerance);
    EXPECT_NEAR(*lesion->features.max_feret_mm, spot.diameter_mm, tolerance + 0.2);
    EXPECT_NEAR(*lesion->features.max_feret_px * drawn.pitch_mm, *lesion->features.max_feret_mm,
                0.01);
    // Within what a whole number of working pixels leaves.
    const double area = *lesion->features.area_mm2;
    EXPECT_NEAR(*lesion->features.area_px * drawn.pitch_mm * drawn.pitch_mm, area, 0.002 * area);
    EXPECT_NEAR(*lesion->features.depth_mm, spot.x_mm < 45 ? spot.x_mm - 20 : 70 - spot.x_mm, 0.6);
  }
}

/// The same pixels with another word for their size: millimetres follow, pixels stay.
TEST_P(Pitch, SizesInMillimetresFollowTheSpacing) {
  DrawnFilm drawn;
  drawn.pitch_mm = 0.1; // much finer than the working grid, so that each spacing keeps the shapes
  drawn.spots = {{28, 60, 4}, {61, 80, 6}};
  Radiograph film = drawn.radiograph();
  film.spacing = Spacing{0.2, 0.2};
  const Findings reference = found_on(film);
  ASSERT_EQ(reference.lesions.size(), 2U);
  film.spacing = Spacing{GetParam(), GetParam()};
  const Findings found = found_on(film);
  for (const LesionFinding& lesion : reference.lesions) {
    const LesionFinding* same = lesion_at(found, lesion.centroid, 15);
    ASSERT_TRUE(same) << lesion.centroid;
    EXPECT_NEAR(*same->features.max_feret_mm / *lesion.features.max_feret_mm, GetParam() / 0.2,
                0.1);
    EXPECT_NEAR(*same->features.max_feret_px / *lesion.features.max_feret_px, 1, 0.1);
  }
}
INSTANTIATE_TEST_SUITE_P(Sizes, Pitch, ::testing::Values(0.1, 0.143, 0.168, 0.2, 0.25, 0.3),
                         [](const auto& param) {
                           return std::to_string(std::lround(param.param * 1000)) + "um";
                         });

// --- what else is on it

class Added : public ::testing::TestWithParam<std::vector<Spot>> {};

TEST_P(Added, ADepositRemovesNoOther) {
  DrawnFilm drawn;
  for (const Spot& next : GetParam()) {
    drawn.spots.push_back(next);
    const Findings found = found_on(drawn.radiograph());
    for (const Spot& spot : drawn.spots)
      EXPECT_TRUE(lesion_at(found, place_of(spot, drawn.pitch_mm), 1.5 / drawn.pitch_mm))
          << spot.diameter_mm << " mm at " << spot.x_mm << "," << spot.y_mm << " of "
          << drawn.spots.size();
  }
}
INSTANTIATE_TEST_SUITE_P(
    Sequences, Added,
    ::testing::Values(
        std::vector<Spot>{{28, 60, 3}, {61, 75, 4}, {29, 100, 2}, {60, 105, 6}, {30, 20, 3}},
        std::vector<Spot>{{60, 105, 6}, {30, 20, 3}, {29, 100, 2}, {61, 75, 4}, {28, 60, 3}},
        // ever larger, ever denser
        std::vector<Spot>{
            {28, 40, 2, 500}, {61, 60, 3, 700}, {29, 80, 5, 1000}, {61, 100, 7, 1300}},
        // from the largest to the smallest
        std::vector<Spot>{{29, 50, 8, 1200}, {61, 70, 5, 900}, {28, 90, 3}, {61, 105, 2}},
        // a row, half a centimetre apart
        std::vector<Spot>{
            {28, 50, 2.5}, {28, 57, 2.5}, {28, 64, 2.5}, {28, 71, 2.5}, {28, 78, 2.5}}));

} // namespace
} // namespace calx

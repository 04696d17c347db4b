#include "lesions/lesions.hpp"

#include "support/drawn_film.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace calx {
namespace {

using test::DrawnFilm;
using test::Spot;

std::vector<Deposit> search(const Radiograph& radiograph, const LesionParams& params = {}) {
  const NormalisedFilm film = normalise(radiograph, {});
  return find_deposits(film, map_anatomy(film, {}), params);
}

/// Is one of the found deposits within 1.5 mm of the spot?
bool finds(const std::vector<Deposit>& found, const Spot& spot,
           double pitch_mm = DrawnFilm{}.pitch_mm) {
  return std::ranges::any_of(found, [&](const Deposit& d) {
    return cv::norm(d.centroid * pitch_mm - cv::Point2d(spot.x_mm, spot.y_mm)) < 1.5;
  });
}

TEST(Lesions, ALimbWithoutDepositsHasNone) {
  EXPECT_TRUE(search(DrawnFilm{}.radiograph()).empty());
}

TEST(Lesions, FindsSpecksAndNodulesOfEverySize) {
  for (const double diameter : {1.0, 2.0, 4.0, 8.0, 12.0}) {
    DrawnFilm drawn;
    drawn.with_bone = diameter < 10;
    drawn.spots = {{30, 70, diameter}};
    EXPECT_TRUE(finds(search(drawn.radiograph()), drawn.spots[0])) << diameter << " mm";
  }
}

TEST(Lesions, AddingADepositRemovesNoOther) {
  DrawnFilm drawn;
  const std::vector<Spot> spots{{28, 60, 3}, {61, 75, 4}, {29, 100, 2}, {60, 105, 6}, {30, 20, 3}};
  for (const Spot& next : spots) {
    drawn.spots.push_back(next);
    const auto found = search(drawn.radiograph());
    for (const Spot& spot : drawn.spots)
      EXPECT_TRUE(finds(found, spot))
          << spot.x_mm << "," << spot.y_mm << " of " << drawn.spots.size();
  }
}

TEST(Lesions, FollowTheFilmWhenItIsTurned) {
  DrawnFilm drawn;
  drawn.spots = {{28, 60, 3}, {61, 75, 5}};
  const Radiograph film = drawn.radiograph();
  Radiograph turned = film;
  cv::rotate(film.pixels, turned.pixels, cv::ROTATE_90_CLOCKWISE);
  const auto upright = search(film);
  const auto lying = search(turned);
  ASSERT_EQ(upright.size(), lying.size());
  for (const Deposit& d : upright) {
    const Spot expected{(film.pixels.rows - 1 - d.centroid.y) * drawn.pitch_mm,
                        d.centroid.x * drawn.pitch_mm, 0};
    EXPECT_TRUE(finds(lying, expected));
  }
}

TEST(Lesions, FollowTheFilmWhenItIsShifted) {
  DrawnFilm drawn;
  drawn.spots = {{28, 60, 3}};
  Radiograph film = drawn.radiograph();
  const auto before = search(film);
  cv::copyMakeBorder(film.pixels, film.pixels, 0, 0, 40, 0, cv::BORDER_CONSTANT,
                     cv::Scalar(drawn.air));
  const auto after = search(film);
  ASSERT_EQ(before.size(), 1U);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_NEAR(after[0].centroid.x - before[0].centroid.x, 40, 1);
  EXPECT_NEAR(*after[0].features.area_mm2, *before[0].features.area_mm2, 0.5);
}

TEST(Lesions, SizesFollowTheSpacing) {
  DrawnFilm drawn;
  drawn.spots = {{28, 60, 4}};
  Radiograph film = drawn.radiograph();
  const auto fine = search(film);
  film.spacing = Spacing{0.375, 0.375};
  const auto coarse = search(film);
  ASSERT_EQ(fine.size(), 1U);
  ASSERT_EQ(coarse.size(), 1U);
  EXPECT_NEAR(*coarse[0].features.max_feret_mm / *fine[0].features.max_feret_mm, 1.5, 0.1);
}

TEST(Lesions, ComeBestFirstAndTheSameEveryTime) {
  DrawnFilm drawn;
  drawn.spots = {{28, 60, 3}, {61, 75, 5}, {29, 100, 2}};
  const auto first = search(drawn.radiograph());
  const auto second = search(drawn.radiograph());
  EXPECT_TRUE(std::ranges::is_sorted(first, std::greater{}, &Deposit::score));
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].box, second[i].box);
    EXPECT_EQ(first[i].score, second[i].score);
  }
}

TEST(Lesions, ALetterOverTheLimbIsNoDeposit) {
  Radiograph film = DrawnFilm{}.radiograph();
  cv::putText(film.pixels, "R", {96, 320}, cv::FONT_HERSHEY_SIMPLEX, 1.2, cv::Scalar(4000), 4);
  for (const Deposit& d : search(film)) EXPECT_FALSE(d.box.contains({104, 312})) << d.score;
}

// Symptom: a search at the finest scale changed the film that later stages saw.
// Cause: the smoothed copy shared its pixels with NormalisedFilm::density.
// Expectation: find_deposits leaves its inputs as they were.
TEST(LesionsRegression, LeavesTheFilmUntouched) {
  DrawnFilm drawn;
  drawn.spots = {{28, 60, 3}};
  const NormalisedFilm film = normalise(drawn.radiograph(), {});
  const cv::Mat1f before = film.density.clone();
  find_deposits(film, map_anatomy(film, {}), {});
  EXPECT_EQ(cv::norm(before, film.density, cv::NORM_INF), 0);
}

// Symptom: films with thin, ragged regions ended in an OpenCV exception.
// Cause: cv::convexityDefects refuses outlines that touch themselves.
// Expectation: any mask is measured.
TEST(LesionsRegression, RaggedRegionsAreMeasured) {
  DrawnFilm drawn;
  Radiograph film = drawn.radiograph();
  cv::RNG random(7);
  for (int i = 0; i < 400; ++i) {
    const cv::Point p(random.uniform(88, 136), random.uniform(200, 320));
    cv::line(film.pixels, p, p + cv::Point(random.uniform(-6, 7), random.uniform(-6, 7)),
             cv::Scalar(2000), 1);
  }
  LesionParams params;
  params.min_score = 0;
  EXPECT_NO_THROW(search(film, params));
}

} // namespace
} // namespace calx

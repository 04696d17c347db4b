#include "normalise/normalise.hpp"

#include "support/drawn_film.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

using test::DrawnFilm;

TEST(WorkingGrid, IsIsotropicAndRoundTripsPixelCentres) {
  DrawnFilm drawn;
  drawn.pitch_mm = 0.125;
  Radiograph film = drawn.radiograph();
  film.spacing = Spacing{0.125, 0.25}; // rows twice as far apart as columns
  const NormalisedFilm out = normalise(film, {});
  EXPECT_DOUBLE_EQ(out.grid.pitch_mm, 0.25);
  EXPECT_NEAR(out.grid.scale_x, 2, 1e-9);
  EXPECT_NEAR(out.grid.scale_y, 1, 1e-9);
  EXPECT_EQ(out.grid.to_source({0, 0}), cv::Point2d(0.5, 0))
      << "two columns make one working pixel";
}

TEST(WorkingGrid, NeverFinerThanTheFilm) {
  DrawnFilm drawn;
  drawn.pitch_mm = 0.5;
  const NormalisedFilm out = normalise(drawn.radiograph(), {});
  EXPECT_DOUBLE_EQ(out.grid.pitch_mm, 0.5);
  EXPECT_EQ(out.density.size(), drawn.size());
}

TEST(Normalise, SaysWhenTheSpacingIsUnknown) {
  Radiograph film = DrawnFilm{}.radiograph();
  film.spacing.reset();
  const NormalisedFilm out = normalise(film, {});
  EXPECT_FALSE(out.grid.calibrated);
  ASSERT_EQ(out.warnings.size(), 1U);
  EXPECT_NE(out.warnings[0].find("--spacing"), std::string::npos);
}

bool polarity_suspected(const Radiograph& film) {
  const auto warnings = normalise(film, {}).warnings;
  return std::ranges::any_of(warnings, [](const std::string& w) {
    return w.starts_with("polarity-suspect: ") && w.find("--polarity inverted") != w.npos;
  });
}

TEST(Normalise, SuspectsANegative) {
  Radiograph film = DrawnFilm{}.radiograph();
  EXPECT_FALSE(polarity_suspected(film));
  film.pixels = 4000 - film.pixels;
  EXPECT_TRUE(polarity_suspected(film));
  cv::rectangle(film.pixels, {{0, 0}, film.pixels.size()}, 0, film.pixels.cols / 12);
  EXPECT_TRUE(polarity_suspected(film)) << "in a black frame as well";
}

TEST(Normalise, SuspectsNothingOfAnEvenFilm) {
  Radiograph film;
  film.pixels = cv::Mat1f(64, 64, 100.0F);
  EXPECT_FALSE(polarity_suspected(film));
}

TEST(Normalise, ToneDoesNotDependOnTheGreyScale) {
  const Radiograph film = DrawnFilm{}.radiograph();
  Radiograph other = film;
  other.pixels = cv::Mat1f(film.pixels * 7.5 - 3000); // its own: a film's copy shares its pixels
  const cv::Mat1f a = normalise(film, {}).density;
  const cv::Mat1f b = normalise(other, {}).density;
  EXPECT_LT(cv::norm(a, b, cv::NORM_INF), 0.02);
}

/// Symptom: a bone of one pixel more or less on a negative that the user turned round.
/// Cause: its grey values lay higher by a constant, and rounded otherwise.
TEST(Normalise, HigherGreyValuesRoundAlike) {
  Radiograph film = DrawnFilm{}.radiograph();
  for (float& value : film.pixels) value = std::round(value);
  Radiograph higher = film;
  higher.pixels = cv::Mat1f(film.pixels + 1711);
  higher.display.black = film.display.black + 1711;
  higher.display.white = film.display.white + 1711;
  EXPECT_EQ(cv::norm(normalise(film, {}).density, normalise(higher, {}).density, cv::NORM_INF), 0);
}

TEST(Normalise, PartsAirTissueAndBone) {
  const DrawnFilm drawn;
  const NormalisedFilm out = normalise(drawn.radiograph(), {});
  const double tissue = cv::mean(out.density, drawn.body() & ~drawn.bone_mask())[0];
  const double bone = cv::mean(out.density, drawn.bone_mask())[0];
  EXPECT_GT(tissue, out.air_below);
  EXPECT_LT(tissue, out.bone_above);
  EXPECT_GT(bone, out.bone_above);
  EXPECT_LT(cv::mean(out.density, ~drawn.body())[0], out.air_below);
}

TEST(Normalise, NoiseIsThatOfTheFilm) {
  DrawnFilm drawn;
  drawn.noise = 20;
  const NormalisedFilm out = normalise(drawn.radiograph(), {});
  // Tone is a square root: its noise is the grey noise times the slope at the tone of soft tissue.
  const double tone = std::sqrt((drawn.tissue - drawn.air) / (drawn.bone - drawn.air));
  const double expected = drawn.noise / (drawn.bone - drawn.air) / (2 * tone);
  EXPECT_NEAR(out.noise, expected, 0.35 * expected);
}

TEST(Field, LeavesOutAWhiteFrame) {
  Radiograph film = DrawnFilm{}.radiograph();
  film.pixels.colRange(0, 6) = 4000;
  const NormalisedFilm out = normalise(film, {});
  EXPECT_EQ(cv::countNonZero(out.field.colRange(0, 6)), 0);
  EXPECT_GT(cv::countNonZero(out.field),
            static_cast<int>(0.9 * static_cast<double>(out.field.total())));
}

TEST(Field, LeavesOutARotatedBlackShutter) {
  const DrawnFilm drawn;
  Radiograph film = drawn.radiograph();
  cv::Mat1b window(film.pixels.size(), uchar(0));
  const cv::RotatedRect open(cv::Point2f(180, 240), cv::Size2f(264, 352), 12);
  std::vector<cv::Point2f> corners(4);
  open.points(corners.data());
  const std::vector<cv::Point> polygon(corners.begin(), corners.end());
  cv::fillConvexPoly(window, polygon, cv::Scalar(255));
  film.pixels.setTo(0, ~window);
  const NormalisedFilm out = normalise(film, {});
  EXPECT_GT(test::dice(out.field, window), 0.95);
}

TEST(Field, IsTheWindowOfBladesThatLetSomeThrough) {
  for (const double degrees : {0.0, 6.0}) {
    Radiograph film = DrawnFilm{}.radiograph();
    cv::Mat1b window(film.pixels.size(), uchar(0));
    std::vector<cv::Point2f> corners(4);
    cv::RotatedRect({180, 240}, {280, 370}, static_cast<float>(degrees)).points(corners.data());
    cv::fillConvexPoly(window, std::vector<cv::Point>(corners.begin(), corners.end()),
                       cv::Scalar(255));
    const cv::Mat1f through = 200 + 0.1 * film.pixels;
    film.pixels = 1500 + 0.4 * film.pixels;
    through.copyTo(film.pixels, ~window);
    const NormalisedFilm out = normalise(film, {});
    EXPECT_GT(test::dice(out.field, window), 0.95) << degrees;
  }
}

/// Seen: a pelvis cut off along its skin, with hips and all that lay outside. Cause: a body with
/// nearly straight sides was taken for the window of a collimator. Expected: all of the film.
TEST(Field, IsMoreThanABodyWithStraightSides) {
  Radiograph film = DrawnFilm{}.radiograph();
  const cv::Size size = film.pixels.size();
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const double side = 0.05 * size.width + 0.05 * y + 8 * std::sin(y / 50.0);
      const double depth = std::min(x - side, size.width - side - x);
      film.pixels(y, x) = 200;
      if (depth > 0) film.pixels(y, x) += static_cast<float>(1000 + std::min(depth, 60.0) * 10);
    }
  const NormalisedFilm out = normalise(film, {});
  EXPECT_EQ(cv::countNonZero(out.field), static_cast<int>(out.field.total()));
}

TEST(Field, LeavesOutWhatTheFileMasks) {
  Radiograph film = DrawnFilm{}.radiograph();
  film.outside = cv::Mat1b(film.pixels.size(), uchar(0));
  film.outside.rowRange(0, 80) = 255;
  EXPECT_EQ(cv::countNonZero(normalise(film, {}).field.rowRange(0, 79)), 0);
}

TEST(Foreign, FindsALeadLetterAndLeavesBoneAlone) {
  const DrawnFilm drawn;
  Radiograph film = drawn.radiograph();
  cv::putText(film.pixels, "L", {16, 70}, cv::FONT_HERSHEY_SIMPLEX, 2, cv::Scalar(4000), 6);
  const NormalisedFilm out = normalise(film, {});
  EXPECT_GT(cv::countNonZero(out.foreign.colRange(0, 72)), 150);
  EXPECT_EQ(cv::countNonZero(out.foreign & drawn.bone_mask()), 0);
}

/// Burned in beside the limb, in the air: a line with a tick every 5 mm and numbers at some.
cv::Mat1b draw_ruler(Radiograph& film) {
  cv::Mat1b drawn(film.pixels.size(), uchar(0));
  cv::line(drawn, {310, 60}, {310, 420}, cv::Scalar(255), 3);
  for (int y = 60; y <= 420; y += 20)
    cv::line(drawn, {310, y}, {(y - 60) % 100 == 0 ? 334 : 322, y}, cv::Scalar(255), 3);
  for (int i = 0; i < 4; ++i)
    cv::putText(drawn, std::to_string(5 * i), {336, 66 + 100 * i}, cv::FONT_HERSHEY_SIMPLEX, 0.5,
                cv::Scalar(255), 2);
  film.pixels.setTo(4000, drawn);
  return drawn;
}

/// What is drawn, but for its blurred edge, is foreign, and nothing further than that edge is.
void expect_foreign(const Radiograph& film, const cv::Mat1b& drawn, const cv::Mat1b& inner) {
  const cv::Mat1b foreign = normalise(film, {}).foreign;
  cv::Mat1b around;
  cv::dilate(drawn, around, cv::Mat::ones(5, 5, CV_8U));
  EXPECT_GT(cv::countNonZero(foreign & inner), 0.9 * cv::countNonZero(inner));
  EXPECT_EQ(cv::countNonZero(foreign & ~around), 0);
}

TEST(Foreign, IsABurnedInScaleInTheAir) {
  Radiograph film = DrawnFilm{}.radiograph();
  const cv::Mat1b ruler = draw_ruler(film);
  expect_foreign(film, ruler, ruler);
}

/// A plate along the shaft with screws through it, brighter than any bone.
cv::Mat1b draw_plate(Radiograph& film) {
  cv::Mat1b drawn(film.pixels.size(), uchar(0));
  cv::rectangle(drawn, cv::Rect(208, 200, 14, 220), cv::Scalar(255), cv::FILLED);
  for (int y = 220; y <= 400; y += 45) cv::line(drawn, {150, y}, {226, y}, cv::Scalar(255), 6);
  cv::Mat1f metal;
  drawn.convertTo(metal, CV_32F, 4000 / 255.0);
  cv::GaussianBlur(metal, metal, {}, 0.8);
  film.pixels = cv::Mat1f(cv::max(film.pixels, metal));
  film.pixels = cv::Mat1f(cv::min(film.pixels, 3900)); // the detector's end
  return drawn;
}

TEST(Foreign, IsAPlateWithItsScrews) {
  Radiograph film = DrawnFilm{}.radiograph();
  const cv::Mat1b plate = draw_plate(film);
  cv::Mat1b inner;
  cv::erode(plate, inner, cv::Mat::ones(3, 3, CV_8U));
  expect_foreign(film, plate, inner);
}

/// Calcium as thick as it is wide, the densest thing on the film.
void add_dense_deposit(Radiograph& film, cv::Point centre, double radius, double height) {
  for (int y = 0; y < film.pixels.rows; ++y)
    for (int x = 0; x < film.pixels.cols; ++x) {
      const double r = std::hypot(x - centre.x, y - centre.y) / radius;
      if (r < 1) film.pixels(y, x) += static_cast<float>(height * std::sqrt(1 - r * r));
    }
}

/// Only a stone of 3 mm that rises twice as high over soft tissue as the whole shaft does would be
/// taken for a shot: no calcium is that dense.
TEST(Foreign, IsNoDenseDeposit) {
  for (const double radius : {6.0, 10.0, 16.0, 24.0})
    for (const double height : {1500.0, 2500.0, 4000.0}) {
      if (radius < 10 && height > 2000) continue;
      Radiograph film = DrawnFilm{}.radiograph();
      add_dense_deposit(film, {112, 300}, radius, height);
      const NormalisedFilm out = normalise(film, {});
      EXPECT_EQ(cv::countNonZero(out.foreign), 0)
          << radius << " px, " << height << " over soft tissue";
      double densest = 0;
      cv::minMaxLoc(out.density, nullptr, &densest);
      EXPECT_GT(out.density(300, 112), 0.9 * densest) << "it is among the densest on the film";
    }
}

/// What lies beside letters and metal keeps its own name.
TEST(Foreign, MetalAndScaleTakeNoDepositWithThem) {
  Radiograph film = DrawnFilm{}.radiograph();
  add_dense_deposit(film, {112, 300}, 12, 2000);
  const cv::Mat1b ruler = draw_ruler(film), plate = draw_plate(film);
  const cv::Mat1b foreign = normalise(film, {}).foreign;
  EXPECT_EQ(cv::countNonZero(foreign(cv::Rect(98, 286, 29, 29))), 0);
  EXPECT_GT(cv::countNonZero(foreign & ruler), 0);
  EXPECT_GT(cv::countNonZero(foreign & plate), 0);
}

TEST(Normalise, AnEvenFilmIsNoCrash) {
  Radiograph film;
  film.pixels = cv::Mat1f(64, 64, 5.0F);
  const NormalisedFilm out = normalise(film, {});
  EXPECT_EQ(out.density.size(), out.field.size());
}

} // namespace
} // namespace calx

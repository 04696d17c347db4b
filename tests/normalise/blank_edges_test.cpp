#include "normalise/blank_edges.hpp"

#include "support/drawn_film.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

/// A limb of that radius down the middle, thicker inwards, with a bone in it, in air of that tone.
cv::Mat1f limb(cv::Size size, double radius, double air) {
  cv::Mat1f film(size, static_cast<float>(air));
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const double from_axis = std::abs(x - size.width / 2.0) / radius;
      if (from_axis < 1)
        film(y, x) += static_cast<float>(0.5 * (1 - air) * std::sqrt(1 - from_axis * from_axis));
      if (from_axis < 0.25) film(y, x) += 0.3F;
    }
  return film;
}

void add_noise(cv::Mat1f& film, double sigma) {
  cv::RNG random(7);
  cv::Mat1f noise(film.size());
  random.fill(noise, cv::RNG::NORMAL, 0, sigma);
  film += noise;
  film = cv::min(cv::max(film, 0.0), 1.0);
}

cv::Mat1b everywhere(const cv::Mat1f& film) {
  return cv::Mat1b(film.size(), uchar(255));
}

cv::Mat1b turned_window(cv::Size size, cv::Size2f open, double degrees) {
  cv::Mat1b window(size, uchar(0));
  std::vector<cv::Point2f> corners(4);
  cv::RotatedRect({static_cast<float>(size.width) / 2, static_cast<float>(size.height) / 2}, open,
                  static_cast<float>(degrees))
      .points(corners.data());
  cv::fillConvexPoly(window, std::vector<cv::Point>(corners.begin(), corners.end()),
                     cv::Scalar(255));
  return window;
}

/// Seen: the white margin of a forearm film taken for bone, and the film's greys spread over it.
/// Cause: only perfectly even margins were cut. Expected: noise, and a limb that shines through the
/// blades a little, do not keep one.
TEST(BlankEdges, CutUnexposedFilmWithNoiseAndScatter) {
  cv::Mat1f film = limb({400, 480}, 120, 0.1);
  cv::Mat1b open(film.size(), uchar(0));
  open(cv::Rect(40, 0, 250, 480)) = 255;
  cv::Mat1f unexposed = 0.97 - 0.05 * film;
  unexposed.copyTo(film, ~open);
  add_noise(film, 0.02);
  EXPECT_GT(test::dice(cut_along_blank_edges(film, everywhere(film)), open), 0.97);
}

/// Seen: the air of a hand in a black mask taken for tissue. Cause: letters on the mask and a white
/// rim within kept it from being cut. Expected: both go.
TEST(BlankEdges, CutAShutterWithLettersAndTheWhiteRimWithin) {
  for (const double degrees : {0.0, 4.0}) {
    cv::Mat1f film = limb({400, 480}, 90, 0.15);
    const cv::Mat1b shutter = ~turned_window(film.size(), {300, 390}, degrees);
    const cv::Mat1b open = turned_window(film.size(), {288, 378}, degrees);
    film.setTo(1, ~open);
    film.setTo(0, shutter);
    cv::putText(film, "L STANDING", {330, 40}, cv::FONT_HERSHEY_SIMPLEX, 0.8, cv::Scalar(1), 2);
    const cv::Mat1b left = cut_along_blank_edges(film, everywhere(film));
    EXPECT_GT(test::dice(left, open), 0.96) << degrees;
    const cv::Mat1b rim = ~open & ~shutter;
    EXPECT_LT(cv::countNonZero(left & rim), 0.1 * cv::countNonZero(rim)) << degrees;
  }
}

TEST(BlankEdges, LeaveALimbInBlackAir) {
  for (const double radius : {60.0, 120.0, 190.0}) {
    cv::Mat1f film = limb({400, 480}, radius, 0);
    add_noise(film, 0.004);
    EXPECT_EQ(cv::countNonZero(cut_along_blank_edges(film, everywhere(film)) == 0), 0) << radius;
  }
}

TEST(BlankEdges, LeaveABoneAlongTheBorder) {
  cv::Mat1f film = limb({400, 480}, 300, 0);
  film.colRange(0, 60) += 0.25F; // a shaft's straight edge
  film.colRange(12, 48) -= 0.1F; // and its marrow
  add_noise(film, 0.01);
  EXPECT_EQ(cv::countNonZero(cut_along_blank_edges(film, everywhere(film)) == 0), 0);
}

TEST(BlankEdges, AreNoneOnAnEvenPicture) {
  const cv::Mat1f film(300, 200, 0.5F);
  EXPECT_EQ(cv::countNonZero(cut_along_blank_edges(film, everywhere(film)) == 0), 0);
}

TEST(BlankEdges, NeverLookAtWhatTheFileMasks) {
  cv::Mat1f film = limb({400, 480}, 120, 0.1);
  cv::Mat1b known = everywhere(film);
  known.rowRange(0, 100) = 0;
  film.rowRange(0, 100) = 1;
  EXPECT_EQ(cv::countNonZero(cut_along_blank_edges(film, known) != known), 0);
  film.rowRange(0, 100) = 0; // across a margin that goes on below
  film(cv::Rect(0, 100, 50, 380)) = 1;
  const cv::Mat1b left = cut_along_blank_edges(film, known);
  EXPECT_EQ(cv::countNonZero(left.colRange(0, 50)), 0);
  EXPECT_EQ(cv::countNonZero(left(cv::Rect(60, 100, 340, 380)) == 0), 0);
}

TEST(BlankEdges, LeaveALimbThatLiesAcross) {
  for (const double degrees : {8.0, 30.0, 45.0}) {
    cv::Mat1f film = limb({400, 480}, 90, 0);
    cv::warpAffine(film, film, cv::getRotationMatrix2D({200, 240}, degrees, 1), film.size(),
                   cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    add_noise(film, 0.004);
    EXPECT_EQ(cv::countNonZero(cut_along_blank_edges(film, everywhere(film)) == 0), 0) << degrees;
  }
}

TEST(BlankEdges, LeaveTheSmallestPictures) {
  for (const cv::Size size : {cv::Size(16, 16), cv::Size(16, 480), cv::Size(2, 2)}) {
    cv::Mat1f film(size, 0.0F); // half of it: too much to be a margin
    film.colRange(size.width / 2, size.width) = 1;
    EXPECT_EQ(cv::countNonZero(cut_along_blank_edges(film, everywhere(film)) == 0), 0) << size;
    add_noise(film, 0.3);
    EXPECT_EQ(cv::countNonZero(cut_along_blank_edges(film, everywhere(film)) == 0), 0) << size;
  }
}

} // namespace
} // namespace calx

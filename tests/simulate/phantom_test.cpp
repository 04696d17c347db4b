// The phantom's truth against its own pixels.
#include "simulate/phantom.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>

namespace calx {
namespace {

PhantomSpec spec(Region region, Pattern pattern, unsigned seed = 1) {
  PhantomSpec s;
  s.region = region;
  s.pattern = pattern;
  s.seed = seed;
  s.spacing_mm = 0.4;
  return s;
}

bool same(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && cv::norm(a, b, cv::NORM_INF) == 0;
}

TEST(Phantom, TheSameSeedMakesTheSameFilm) {
  const PhantomSpec s = spec(Region::Hand, Pattern::LimitedIdiopathic);
  const PhantomFilm a = make_phantom(s), b = make_phantom(s);
  EXPECT_TRUE(same(a.pixels, b.pixels));
  EXPECT_TRUE(same(a.labels, b.labels));
  EXPECT_FALSE(
      same(a.pixels, make_phantom(spec(Region::Hand, Pattern::LimitedIdiopathic, 2)).pixels));
}

TEST(Phantom, WhatItCannotMakeIsRefused) {
  EXPECT_THROW(make_phantom(spec(Region::Shoulder, Pattern::None)), std::invalid_argument);
  EXPECT_THROW(make_phantom(spec(Region::Hand, Pattern::Scrotal)), std::invalid_argument);
  PhantomSpec s = spec(Region::Hand, Pattern::None);
  s.spacing_mm = 0;
  EXPECT_THROW(make_phantom(s), std::invalid_argument);
}

class PhantomOf : public testing::TestWithParam<std::pair<Region, Pattern>> {
protected:
  PhantomSpec with_lesions() const { return spec(GetParam().first, GetParam().second); }
};

TEST_P(PhantomOf, PixelsAreTwelveBitsAndTheFieldEdgeIsBlack) {
  const PhantomFilm film = make_phantom(with_lesions());
  double low = 0, high = 0;
  cv::minMaxLoc(film.pixels, &low, &high);
  EXPECT_EQ(low, 0);
  EXPECT_LE(high, 4095);
  EXPECT_GT(high, 3500);
  EXPECT_EQ(film.pixels(0, 0), 0);
}

TEST_P(PhantomOf, TruthLiesInTheBodyAndTheField) {
  const PhantomFilm film = make_phantom(with_lesions());
  EXPECT_FALSE(film.lesions.empty());
  const cv::Mat1b labelled = film.labels > 0;
  EXPECT_EQ(cv::countNonZero(labelled & ~film.body), 0);
  EXPECT_EQ(cv::countNonZero(film.body & ~film.field), 0);
  EXPECT_EQ(cv::countNonZero(film.bone & ~film.body), 0);
  for (const PhantomLesion& lesion : film.lesions) {
    EXPECT_EQ(lesion.kind, Kind::Deposit);
    EXPECT_GT(cv::countNonZero(film.labels == lesion.label), 0);
  }
}

/// The same limb and the same noise without the deposits: the difference is theirs.
TEST_P(PhantomOf, DepositsAreBrightWhereTheTruthSaysAndNowhereElse) {
  const PhantomFilm film = make_phantom(with_lesions());
  PhantomSpec bare_spec = with_lesions();
  bare_spec.pattern = Pattern::None;
  const PhantomFilm bare = make_phantom(bare_spec);
  ASSERT_EQ(film.pixels.size(), bare.pixels.size());
  cv::Mat1f with, without;
  film.pixels.convertTo(with, CV_32F, 1 / 4095.0);
  bare.pixels.convertTo(without, CV_32F, 1 / 4095.0);
  const cv::Mat1f difference = with - without;
  for (const PhantomLesion& lesion : film.lesions)
    EXPECT_GT(cv::mean(difference, film.labels == lesion.label)[0], 0.015) << lesion.label;
  cv::Mat1b far;
  cv::dilate(film.labels > 0, far, cv::Mat::ones(41, 41, CV_8U));
  far = (far == 0) & film.field;
  EXPECT_LT(cv::mean(cv::abs(difference), far)[0], 0.012);
}

TEST_P(PhantomOf, ProminencesAreOnBone) {
  const PhantomFilm film = make_phantom(with_lesions());
  EXPECT_GE(film.prominences.size(), 2u);
  cv::Mat1b near_bone;
  const int reach = cvRound(4 / film.spacing_mm);
  cv::dilate(film.bone, near_bone, cv::Mat::ones(2 * reach + 1, 2 * reach + 1, CV_8U));
  for (const PhantomProminence& p : film.prominences) {
    const cv::Point at(cvRound(p.xy.x), cvRound(p.xy.y));
    ASSERT_TRUE(cv::Rect({}, film.bone.size()).contains(at)) << p.name;
    EXPECT_NE(near_bone(at), 0) << p.name;
  }
}

TEST_P(PhantomOf, BoneIsBrighterThanFleshAndFleshThanAir) {
  const PhantomFilm film = make_phantom(with_lesions());
  const cv::Mat1b flesh = film.body & ~film.bone & (film.labels == 0);
  cv::Mat1b air = film.field & ~film.body;
  cv::erode(air, air, cv::Mat::ones(9, 9, CV_8U));
  const double bone_mean = cv::mean(film.pixels, film.bone)[0];
  const double flesh_mean = cv::mean(film.pixels, flesh)[0];
  EXPECT_GT(bone_mean, flesh_mean + 400);
  EXPECT_GT(flesh_mean, cv::mean(film.pixels, air)[0] + 150);
}

INSTANTIATE_TEST_SUITE_P(Patterns, PhantomOf,
                         testing::Values(std::pair(Region::Hand, Pattern::LimitedIdiopathic),
                                         std::pair(Region::Hip, Pattern::TumorLike),
                                         std::pair(Region::Leg, Pattern::Universal),
                                         std::pair(Region::Leg, Pattern::Localized)),
                         [](const auto& test) {
                           std::string name(to_string(test.param.first));
                           name += "_" + std::string(to_string(test.param.second));
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(Phantom, TheMassIsLargeAndSheetsAreMany) {
  const PhantomFilm hip = make_phantom(spec(Region::Hip, Pattern::TumorLike));
  ASSERT_EQ(hip.lesions.size(), 1u);
  const cv::Rect box = cv::boundingRect(cv::Mat1b(hip.labels > 0));
  EXPECT_GT(std::max(box.width, box.height) * hip.spacing_mm, 45);
  EXPECT_LT(std::max(box.width, box.height) * hip.spacing_mm, 75);
  EXPECT_GE(make_phantom(spec(Region::Leg, Pattern::Universal)).lesions.size(), 5u);
}

TEST(Phantom, MimicsAreNoDeposits) {
  PhantomSpec s = spec(Region::Leg, Pattern::None);
  s.mimics = true;
  const PhantomFilm film = make_phantom(s);
  const auto count = [&](Kind k) {
    return std::ranges::count(film.lesions, k, &PhantomLesion::kind);
  };
  EXPECT_EQ(count(Kind::Deposit), 0);
  EXPECT_EQ(count(Kind::Vascular), 1);
  EXPECT_EQ(count(Kind::Phlebolith), 3);
}

TEST(Phantom, ANormalLimbHasNothing) {
  const PhantomFilm film = make_phantom(spec(Region::Hand, Pattern::None));
  EXPECT_TRUE(film.lesions.empty());
  EXPECT_EQ(cv::countNonZero(film.labels), 0);
}

TEST(Phantom, SpacingScalesThePixelsAndNotTheLimb) {
  PhantomSpec fine = spec(Region::Hand, Pattern::None), coarse = fine;
  fine.spacing_mm = 0.3;
  coarse.spacing_mm = 0.6;
  const PhantomFilm a = make_phantom(fine), b = make_phantom(coarse);
  const double area_a = cv::countNonZero(a.bone) * 0.09, area_b = cv::countNonZero(b.bone) * 0.36;
  EXPECT_NEAR(area_a, area_b, 0.02 * area_a);
}

} // namespace
} // namespace calx

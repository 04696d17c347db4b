#include "network/read_outputs.hpp"

#include <array>
#include <gmock/gmock.h>

namespace calx {
namespace {

cv::Mat tensor(int channels, int rows, int columns, float value) {
  const std::array<int, 4> shape{1, channels, rows, columns};
  cv::Mat out(4, shape.data(), CV_32F);
  out = cv::Scalar(value);
  return out;
}

TEST(ProbabilityMap, TakesEachPixelFromItsBlock) {
  cv::Mat maps = tensor(20, 2, 3, -20);
  maps.ptr<float>(0, 4 * 2 + 2 * 1 + 0, 1)[2] = 20; // map 2, lower row, left column of block (2, 1)
  const cv::Mat1f map = probability_map(maps, 2, cv::Mat1b(4, 6, uchar(255)));
  EXPECT_NEAR(map(3, 4), 1, 1e-6);
  EXPECT_NEAR(cv::sum(map)[0], 1, 1e-5);
}

TEST(NamedPeaks, PlaceAPeakAtItsCell) {
  cv::Mat heat = tensor(static_cast<int>(network_prominences().size()), 20, 20, -20);
  heat.ptr<float>(0, 3, 5)[7] = 3; // index_tuft
  const auto peaks = named_peaks(heat, 0.25, 0.25);
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_EQ(peaks[0].name, "index_tuft");
  EXPECT_NEAR(peaks[0].at.x, 7.5 * 8 - 0.5, 0.01);
  EXPECT_NEAR(peaks[0].at.y, 5.5 * 8 - 0.5, 0.01);
  EXPECT_NEAR(peaks[0].confidence, 0.9526, 1e-4);
}

TEST(NamedPeaks, LieBetweenTwoCellsThatAreAlike) {
  cv::Mat heat = tensor(static_cast<int>(network_prominences().size()), 20, 20, -20);
  heat.ptr<float>(0, 0, 5)[7] = heat.ptr<float>(0, 0, 5)[8] = 1;
  const auto peaks = named_peaks(heat, 0.25, 0.25);
  ASSERT_EQ(peaks.size(), 1U);
  EXPECT_NEAR(peaks[0].at.x, 8 * 8 - 0.5, 0.01);
}

TEST(NamedPeaks, AreAtMostTwoOfANameAndFarApart) {
  cv::Mat heat = tensor(static_cast<int>(network_prominences().size()), 60, 60, -20);
  for (const int x : {5, 8, 30, 55}) heat.ptr<float>(0, 29, 40)[x] = static_cast<float>(x) / 10;
  const auto peaks = named_peaks(heat, 0.25, 0.25);
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_NEAR(peaks[0].at.x, 55.5 * 8 - 0.5, 0.01);
  EXPECT_NEAR(peaks[1].at.x, 30.5 * 8 - 0.5, 0.01);
}

TEST(NamedPeaks, BelowTheLeastHeightThereAreNone) {
  const cv::Mat heat = tensor(static_cast<int>(network_prominences().size()), 8, 8, -1.2F);
  EXPECT_TRUE(named_peaks(heat, 0.25, 0.25).empty());
  EXPECT_FALSE(named_peaks(heat, 0.2, 0.25).empty());
}

TEST(FilmWords, AreTheLikeliestWithTheirShare) {
  cv::Mat film = tensor(24, 1, 1, 0);
  film.ptr<float>()[3] = 10;      // elbow
  film.ptr<float>()[15 + 2] = 10; // lateral
  TissueMaps maps;
  read_film_words(film, maps);
  EXPECT_EQ(maps.region.word, Region::Elbow);
  EXPECT_EQ(maps.view.word, View::Lateral);
  EXPECT_NEAR(maps.region.confidence, 1 / (1 + 14 * std::exp(-10)), 1e-6);
}

TEST(Kinds, AreSharesOfTheSoftmax) {
  cv::Mat kinds = tensor(3, 1, 1, 0);
  kinds.ptr<float>()[1] = 2;
  SeenRegion region;
  read_kinds(kinds, region);
  EXPECT_NEAR(region.deposit, 1 / (2 + std::exp(2)), 1e-7);
  EXPECT_NEAR(region.mimic, std::exp(2) / (2 + std::exp(2)), 1e-7);
}

} // namespace
} // namespace calx

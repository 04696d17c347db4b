#include "network/read_outputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
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

/// Logits of which no cell is likely, and of names that are nowhere.
struct Places {
  cv::Mat cells = tensor(static_cast<int>(network_places().size()), 64, 64, -20);
  cv::Mat absent = tensor(static_cast<int>(network_places().size()), 1, 1, 0);

  float& at(int index, int x, int y) { return cells.ptr<float>(0, index, y)[x]; }
  std::vector<NamedPoint> named(double least = 0.5) const {
    return named_points(cells, absent, least);
  }
};

TEST(NamedPoints, LieInTheMiddleOfTheirCell) {
  Places places;
  places.at(3, 7, 5) = 3; // index_tuft
  const auto points = places.named();
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].name, "index_tuft");
  EXPECT_NEAR(points[0].at.x, 7.5 * 4 - 0.5, 1e-3);
  EXPECT_NEAR(points[0].at.y, 5.5 * 4 - 0.5, 1e-3);
  EXPECT_NEAR(points[0].confidence, 1 / (1 + std::exp(-3)), 1e-4);
}

TEST(NamedPoints, LieBetweenTwoCellsThatAreAlike) {
  Places places;
  places.at(0, 7, 5) = places.at(0, 8, 5) = 6;
  const auto points = places.named();
  ASSERT_EQ(points.size(), 1U);
  EXPECT_NEAR(points[0].at.x, 8 * 4 - 0.5, 1e-3);
}

TEST(NamedPoints, AtTheEdgeOfTheFilmStayOnIt) {
  Places places;
  places.at(0, 0, 0) = 9;
  places.at(1, 63, 63) = 8;
  const auto points = places.named();
  ASSERT_EQ(points.size(), 2U);
  EXPECT_NEAR(points[0].at.x, 1.5, 1e-3);
  EXPECT_NEAR(points[1].at.y, 253.5, 1e-3);
}

TEST(NamedPoints, OnesThatMayBeInTwoPlacesOrNowhereAreLeftOut) {
  Places places;
  places.at(0, 10, 10) = places.at(0, 40, 10) = 9; // as likely there as here
  places.at(1, 10, 10) = -0.1F;                    // a little likelier to be nowhere
  EXPECT_TRUE(places.named().empty());
  EXPECT_EQ(places.named(0.45).size(), 2U);
}

TEST(NamedPoints, AreNumbersHoweverSurelyTheyAreNowhere) {
  Places places;
  places.absent = cv::Scalar(2000);
  const auto points = places.named(0);
  ASSERT_EQ(points.size(), network_places().size());
  for (const NamedPoint& point : points)
    EXPECT_TRUE(cv::Rect2d(0, 0, 256, 256).contains(point.at)) << point.name;
}

TEST(NamedPoints, ComeBestFirstAndNoMoreThanTwoOfAName) {
  Places places;
  const auto all = network_places();
  for (int i = 0; i < static_cast<int>(all.size()); ++i)
    places.at(i, i, 10) = 3 + 0.05F * static_cast<float>(i);
  const auto points = places.named();
  ASSERT_EQ(points.size(), all.size());
  EXPECT_TRUE(std::ranges::is_sorted(points, std::greater{}, &NamedPoint::confidence));
  for (const std::string_view name : all)
    EXPECT_LE(std::ranges::count(points, name, &NamedPoint::name), 2) << name;
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
  cv::Mat kinds = tensor(4, 1, 1, 0);
  kinds.ptr<float>()[1] = 2;
  SeenRegion region;
  read_kinds(kinds, region);
  EXPECT_NEAR(region.deposit, 1 / (3 + std::exp(2)), 1e-7);
  EXPECT_NEAR(region.mimic, std::exp(2) / (3 + std::exp(2)), 1e-7);
}

} // namespace
} // namespace calx

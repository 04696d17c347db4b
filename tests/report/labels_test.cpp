#include "report/overlay_labels.hpp"

#include <gtest/gtest.h>

namespace calx {
namespace {

const cv::Rect kBounds{0, 0, 1000, 800};

TEST(PlaceLabels, StandsBesideItsAnchorWhereThereIsRoom) {
  const auto places = place_labels({{{500, 400, 40, 40}, {30, 20}}}, {}, kBounds);
  ASSERT_EQ(places.size(), 1U);
  EXPECT_GE(places[0].x, 540);
  EXPECT_LE(places[0].x, 560);
}

TEST(PlaceLabels, StaysInsideAtTheEdges) {
  for (const cv::Rect anchor : {cv::Rect(0, 0, 20, 20), cv::Rect(985, 0, 15, 20),
                                cv::Rect(0, 790, 9, 9), cv::Rect(980, 780, 20, 20)}) {
    const cv::Rect place = place_labels({{anchor, {60, 20}}}, {}, kBounds)[0];
    EXPECT_EQ(place & kBounds, place);
    EXPECT_TRUE((place & anchor).empty());
  }
}

TEST(PlaceLabels, CoversNoAnchorNoObstacleAndNoOtherLabel) {
  std::vector<LabelRequest> requests;
  for (int i = 0; i < 40; ++i)
    requests.push_back({{100 + 90 * (i % 8), 150 + 100 * (i / 8), 14, 14}, {40, 18}});
  const std::vector<cv::Rect> obstacles{{120, 150, 60, 14}};
  const auto places = place_labels(requests, obstacles, kBounds);
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_TRUE((places[i] & obstacles[0]).empty()) << i;
    for (std::size_t j = 0; j < places.size(); ++j) {
      EXPECT_TRUE((places[i] & requests[j].anchor).empty()) << i << " on anchor " << j;
      if (i != j) {
        EXPECT_TRUE((places[i] & places[j]).empty()) << i << " on " << j;
      }
    }
  }
}

TEST(PlaceLabels, TakesSomePlaceEvenWhereNoneIsFree) {
  const cv::Rect place = place_labels({{{0, 0, 50, 50}, {40, 20}}}, {}, {0, 0, 50, 50})[0];
  EXPECT_EQ(place & cv::Rect(0, 0, 50, 50), place);
}

} // namespace
} // namespace calx

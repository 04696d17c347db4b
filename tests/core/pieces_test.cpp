#include "core/pieces.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

TEST(Pieces, AreThoseOfOpenCvWithTheirAreasAndBoxes) {
  cv::RNG random(3);
  for (const double least : {0.35, 0.6, 0.8}) {
    cv::Mat1f noise(80, 110);
    random.fill(noise, cv::RNG::UNIFORM, 0, 1);
    const cv::Mat1b mask = noise > least;
    cv::Mat1i label, stats;
    cv::Mat1d centroids;
    const int count = cv::connectedComponentsWithStats(mask, label, stats, centroids, 8, CV_32S);
    const Pieces pieces = number_pieces(mask);
    ASSERT_EQ(pieces.area.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(cv::norm(pieces.label, label, cv::NORM_INF), 0);
    for (int i = 0; i < count; ++i) {
      EXPECT_EQ(pieces.area[static_cast<std::size_t>(i)], stats(i, cv::CC_STAT_AREA));
      EXPECT_EQ(pieces.box[static_cast<std::size_t>(i)],
                cv::Rect(stats(i, cv::CC_STAT_LEFT), stats(i, cv::CC_STAT_TOP),
                         stats(i, cv::CC_STAT_WIDTH), stats(i, cv::CC_STAT_HEIGHT)));
    }
  }
}

TEST(Pieces, OfAFullMaskHaveNoOutside) {
  const Pieces pieces = number_pieces(cv::Mat1b(5, 7, uchar(255)));
  ASSERT_EQ(pieces.area, (std::vector<int>{0, 35}));
  EXPECT_TRUE(pieces.box[0].empty());
  EXPECT_EQ(pieces.box[1], cv::Rect(0, 0, 7, 5));
}

TEST(Pieces, KeptOnesStayAndOthersGo) {
  cv::Mat1b mask(10, 20, uchar(0));
  mask(cv::Rect(1, 1, 3, 3)) = 255;
  mask(cv::Rect(10, 4, 5, 5)) = 255;
  const cv::Mat1b kept = kept_pieces(number_pieces(mask).label, {0, 0, 255});
  mask(cv::Rect(1, 1, 3, 3)) = 0;
  EXPECT_EQ(cv::norm(kept, mask, cv::NORM_INF), 0);
}

} // namespace
} // namespace calx

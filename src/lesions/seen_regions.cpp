#include "lesions/seen_regions.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace calx {

double region_probability(const cv::Mat1f& probability, const cv::Rect& box,
                          const cv::Mat1b& mask) {
  std::vector<float> values;
  for (int y = 0; y < box.height; ++y)
    for (int x = 0; x < box.width; ++x)
      if (mask(y, x)) values.push_back(probability(box.y + y, box.x + x));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(0.9 * (values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

std::vector<SeenRegion> seen_regions(const cv::Mat1f& probability, double outline) {
  const cv::Mat1b inside = probability >= outline;
  cv::Mat1b joined;
  cv::dilate(inside, joined, cv::Mat::ones(3, 3, CV_8U)); // a pixel to either side
  cv::Mat1i label, stats;
  cv::Mat1d centroids;
  const int count = cv::connectedComponentsWithStats(joined, label, stats, centroids, 8, CV_32S);
  std::vector<SeenRegion> regions;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats(i, cv::CC_STAT_LEFT), stats(i, cv::CC_STAT_TOP),
                       stats(i, cv::CC_STAT_WIDTH), stats(i, cv::CC_STAT_HEIGHT));
    SeenRegion region{box, (label(box) == i) & inside(box), 0};
    region.probability = region_probability(probability, box, region.mask);
    regions.push_back(std::move(region));
  }
  return regions;
}

} // namespace calx

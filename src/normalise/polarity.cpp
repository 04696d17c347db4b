// A body grows thicker from its skin inwards, and its bones lie inside: on a film in which dense is
// bright the rim of what was exposed is darker than its core. The air around it and the shutters
// tell less, for both are dark on some films and bright on others; so flat regions at the picture's
// border are left out. Only where they are white is it held against the film: air is.
#include "normalise/polarity.hpp"

#include "core/distance.hpp"
#include "core/statistics.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr double kRimDepth = 0.15;     // of the greatest depth: the rim is shallower
constexpr double kCoreDepth = 0.5;     // and the core is deeper
constexpr double kWhiteWeight = 0.5;   // lead and white masks are white as well
constexpr double kLeastContent = 0.05; // of the picture: with less nothing can be said

/// Depth under the rim of the content; the picture's border is rim as well.
cv::Mat1f depth_of(const cv::Mat1b& content) {
  cv::Mat1b framed;
  cv::copyMakeBorder(content, framed, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  return distance_to_zero(framed)(cv::Rect({1, 1}, content.size()));
}

/// A flat region that touches the picture's border: air, a shutter, lead, a mask, a frame.
struct BorderRegion {
  cv::Rect box;
  cv::Mat1b mask;   ///< size of `box`, 255 inside
  double level = 0; ///< mean grey value
};

/// Flat pixels: no more variation in 3 x 3 than the quantisation of an 8-bit picture.
cv::Mat1b flat_pixels(const cv::Mat1f& image, double range) {
  cv::Mat1f high;
  cv::Mat1f low;
  const cv::Mat kernel = cv::getStructuringElement(cv::MORPH_RECT, {3, 3});
  cv::dilate(image, high, kernel);
  cv::erode(image, low, kernel);
  return (high - low) <= range * 1.5 / 255;
}

/// Flat regions at the border of at least 0.3 % of the picture. `range`: white minus black of the
/// film.
std::vector<BorderRegion> flat_border_regions(const cv::Mat1f& image, double range) {
  cv::Mat1i label;
  cv::Mat1i stats;
  cv::Mat1d centroids;
  const int count = cv::connectedComponentsWithStats(flat_pixels(image, range), label, stats,
                                                     centroids, 4, CV_32S);
  std::vector<BorderRegion> regions;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats(i, cv::CC_STAT_LEFT), stats(i, cv::CC_STAT_TOP),
                       stats(i, cv::CC_STAT_WIDTH), stats(i, cv::CC_STAT_HEIGHT));
    const bool at_border =
        box.x == 0 || box.y == 0 || box.br().x == image.cols || box.br().y == image.rows;
    if (!at_border || stats(i, cv::CC_STAT_AREA) < 0.003 * static_cast<double>(image.total()))
      continue;
    const cv::Mat1b mask = label(box) == i;
    regions.push_back({box, mask, cv::mean(image(box), mask)[0]});
  }
  return regions;
}

} // namespace

double negative_evidence(const cv::Mat1f& image, const cv::Mat1b& outside) {
  cv::Mat1b content(image.size(), uchar(255));
  if (!outside.empty()) content.setTo(0, outside);
  const auto [low, high] = percentiles(image, content, {0.005, 0.995});
  const double range = high - low;
  if (range <= 0) return 0;
  const double total = static_cast<double>(image.total());
  double white = 0;
  for (const BorderRegion& region : flat_border_regions(image, range)) {
    const double level = (region.level - low) / range;
    if (level > 0.1 && level < 0.9) continue;
    content(region.box).setTo(0, region.mask);
    if (level >= 0.9) white += cv::countNonZero(region.mask) / total;
  }
  cv::erode(content, content, cv::Mat::ones(5, 5, CV_8U), {-1, -1}, 1, cv::BORDER_CONSTANT,
            cv::Scalar(255));
  if (cv::countNonZero(content) < kLeastContent * total) return 0;

  const auto [dark, bright] = percentiles(image, content, {0.01, 0.99});
  const double contrast = bright - dark;
  if (contrast <= 0) return 0;
  cv::Mat1f level = (image - dark) / contrast;
  level = cv::min(cv::max(level, 0.0), 1.0);
  const cv::Mat1f depth = depth_of(content);
  double deepest = 0;
  cv::minMaxLoc(depth, nullptr, &deepest);
  const double rim = cv::mean(level, content & (depth < kRimDepth * deepest))[0];
  const double core = cv::mean(level, depth > kCoreDepth * deepest)[0];
  return rim - core + kWhiteWeight * white;
}

} // namespace calx

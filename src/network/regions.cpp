#include "network/regions.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <opencv2/imgproc.hpp>
#include <tuple>

namespace calx {
namespace {

/// Probabilities along the outlines that find regions and that part what runs together: LEVELS in
/// tools/train/patches.py.
constexpr double kFinds = 0.1, kParts = 0.3;
constexpr std::size_t kMost = 40; ///< of a level
constexpr int kLeast = 4;         ///< pixels
/// A region ends where its probability has fallen to this part of its highest: OUTLINE in
/// tools/train/patches.py.
constexpr double kOutline = 0.55;
constexpr int kGrowth = 16; ///< pixels that it may grow by

float nine_tenths_below(const cv::Mat1f& probability, const cv::Mat1b& mask) {
  std::vector<float> values;
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x)
      if (mask(y, x)) values.push_back(probability(y, x));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(0.9 * (values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

/// From the upper left.
std::vector<SeenRegion> regions_at(const cv::Mat1f& probability, double level) {
  const cv::Mat1b inside = probability >= level;
  cv::Mat1b joined;
  cv::dilate(inside, joined, cv::Mat::ones(3, 3, CV_8U)); // a pixel to either side
  cv::Mat1i label, stats;
  cv::Mat1d centroids;
  const int count = cv::connectedComponentsWithStats(joined, label, stats, centroids, 8, CV_32S);
  std::vector<SeenRegion> regions;
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats(i, cv::CC_STAT_LEFT), stats(i, cv::CC_STAT_TOP),
                       stats(i, cv::CC_STAT_WIDTH), stats(i, cv::CC_STAT_HEIGHT));
    const cv::Mat1b mask = (label(box) == i) & inside(box);
    if (cv::countNonZero(mask) >= kLeast)
      regions.push_back(
          {.box = box, .mask = mask, .marked = nine_tenths_below(probability(box), mask)});
  }
  return regions;
}

/// What a higher level leaves of regions: nothing lies outside of all of them.
std::vector<SeenRegion> parts_of(const std::vector<SeenRegion>& regions,
                                 const cv::Mat1f& probability) {
  std::vector<SeenRegion> parts;
  for (const SeenRegion& whole : regions) {
    const cv::Rect& box = whole.box;
    cv::Mat1f own(box.size(), 0.0F);
    probability(box).copyTo(own, whole.mask);
    for (SeenRegion& part : regions_at(own, kParts)) {
      if (cv::countNonZero(part.mask) == cv::countNonZero(whole.mask)) continue;
      part.box += box.tl();
      parts.push_back(std::move(part));
    }
  }
  return parts;
}

void append_likeliest(std::vector<SeenRegion> regions, std::vector<SeenRegion>& found) {
  const auto before = [](const SeenRegion& a, const SeenRegion& b) {
    return std::tuple(-a.marked, a.box.y, a.box.x) < std::tuple(-b.marked, b.box.y, b.box.x);
  };
  std::ranges::sort(regions, before);
  regions.resize(std::min(regions.size(), kMost));
  std::ranges::move(regions, std::back_inserter(found));
}

/// What lies within kGrowth of `given`.
cv::Mat1b grown(const cv::Mat1b& given) {
  cv::Mat1f distance;
  cv::distanceTransform(given == 0, distance, cv::DIST_L2, cv::DIST_MASK_5);
  return distance <= kGrowth;
}

/// Those parts of `inside` that `given` touches.
cv::Mat1b joined_to(const cv::Mat1b& given, const cv::Mat1b& inside) {
  cv::Mat1b joined;
  cv::dilate(inside, joined, cv::Mat::ones(3, 3, CV_8U));
  cv::Mat1i label;
  const int count = cv::connectedComponents(joined, label, 8, CV_32S);
  std::vector<bool> touched(static_cast<std::size_t>(count), false);
  const cv::Mat1b both = given & inside;
  for (int y = 0; y < both.rows; ++y)
    for (int x = 0; x < both.cols; ++x)
      if (both(y, x)) touched[static_cast<std::size_t>(label(y, x))] = true;
  cv::Mat1b out(inside.size(), uchar(0));
  for (int y = 0; y < out.rows; ++y)
    for (int x = 0; x < out.cols; ++x)
      if (inside(y, x) && touched[static_cast<std::size_t>(label(y, x))]) out(y, x) = 255;
  return out;
}

} // namespace

std::vector<SeenRegion> candidate_regions(const cv::Mat1f& calcified, double min_marked) {
  std::vector<SeenRegion> wholes = regions_at(calcified, kFinds);
  std::vector<SeenRegion> parts = parts_of(wholes, calcified);
  std::vector<SeenRegion> found;
  append_likeliest(std::move(wholes), found);
  append_likeliest(std::move(parts), found);
  std::erase_if(found, [&](const SeenRegion& region) { return !(region.marked >= min_marked); });
  return found;
}

SeenRegion outlined(const cv::Mat1f& calcified, const SeenRegion& region) {
  const cv::Rect wider(region.box.tl() - cv::Point(kGrowth, kGrowth),
                       region.box.size() + cv::Size(2 * kGrowth, 2 * kGrowth));
  const cv::Rect around = wider & cv::Rect({}, calcified.size());
  cv::Mat1b given(around.size(), uchar(0));
  region.mask.copyTo(given(region.box - around.tl()));
  double highest = 0;
  cv::minMaxLoc(calcified(region.box), nullptr, &highest, nullptr, nullptr, region.mask);
  const cv::Mat1b inside =
      joined_to(given, grown(given) & (calcified(around) >= kOutline * highest));
  SeenRegion out = region;
  out.box = cv::boundingRect(inside);
  out.mask = inside(out.box).clone();
  out.box += around.tl();
  return out;
}

} // namespace calx

#include "network/patches.hpp"

#include "network/tensor.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr int kPatch = 48; ///< pixels a side
constexpr int kChannels = 18;
/// What a patch shows: so many times the region's longer side, and at least so many working pixels.
struct Reach {
  int times, least;
};
constexpr Reach kNear{2, 48}, kFar{4, 240};
constexpr int kFarthest = 3072; ///< working pixels: as much as the largest region of the training
constexpr int kAfar = 1152;     ///< working pixels, seen on a grid so much coarser:
constexpr int kCoarser = 4;

/// The square of that side about the middle of `box`, black outside the image, on a patch's pixels.
/// `corner`: where in the film the image's first pixel lies.
void look(const cv::Mat1f& image, cv::Point corner, const cv::Rect& box, int side,
          cv::Mat1f patch) {
  const auto half = [](int twice) { return static_cast<int>(std::floor(twice / 2.0)); };
  const cv::Rect square(half(2 * box.x + box.width - side) - corner.x,
                        half(2 * box.y + box.height - side) - corner.y, side, side);
  const cv::Rect shown = square & cv::Rect({}, image.size());
  cv::Mat1f out;
  if (shown == square) {
    out = image(square);
  } else {
    out = cv::Mat1f(square.size(), 0.0F);
    if (!shown.empty()) image(shown).copyTo(out(shown - square.tl()));
  }
  cv::resize(out, patch, patch.size(), 0, 0, cv::INTER_AREA);
}

int coarse_sides(int pixels) {
  return (pixels + kCoarser - 1) / kCoarser;
}

/// Each pixel the mean of kCoarser squared, black beyond the image.
cv::Mat1f coarse(const cv::Mat1f& image) {
  const cv::Size size(coarse_sides(image.cols), coarse_sides(image.rows));
  cv::Mat1f padded, out;
  cv::copyMakeBorder(image, padded, 0, size.height * kCoarser - image.rows, 0,
                     size.width * kCoarser - image.cols, cv::BORDER_CONSTANT, 0);
  cv::resize(padded, out, size, 0, 0, cv::INTER_AREA);
  return out;
}

cv::Rect coarse(const cv::Rect& box) {
  return {box.x / kCoarser, box.y / kCoarser, coarse_sides(box.width), coarse_sides(box.height)};
}

} // namespace

RegionViewer::RegionViewer(MarkedFilm film)
    : film_(std::move(film)), coarse_tone_(coarse(film_.tone)),
      coarse_calcified_(coarse(film_.calcified)) {}

cv::Mat RegionViewer::patches(const SeenRegion& region) const {
  cv::Mat patches = tensor(kChannels, kPatch, kPatch);
  int made = 0;
  const auto next = [&] { return cv::Mat1f(kPatch, kPatch, patches.ptr<float>(0, made++)); };
  cv::Mat1f near_tone = next(), own_range = next();
  cv::Mat1f shape;
  region.mask.convertTo(shape, CV_32F, 1 / 255.0);
  const int longer = std::max(region.box.width, region.box.height);
  const auto show = [&](const Reach& reach, const cv::Mat1f& tone) {
    const int side = std::clamp(reach.times * longer, reach.least, kFarthest);
    look(film_.tone, {}, region.box, side, tone);
    for (const cv::Mat1f& map :
         {film_.calcified, film_.mimic, film_.foreign, film_.body, film_.bone})
      look(map, {}, region.box, side, next());
    look(shape, region.box.tl(), region.box, side, next());
  };
  show(kNear, near_tone);
  show(kFar, next());
  for (const cv::Mat1f& image : {coarse_tone_, coarse_calcified_})
    look(image, {}, coarse(region.box), kAfar / kCoarser, next());
  cv::Scalar mean, spread;
  cv::meanStdDev(near_tone, mean, spread);
  own_range = (near_tone - mean[0]) / (spread[0] + 0.02);
  next() = static_cast<float>(std::log2(longer / static_cast<double>(kNear.least)) / 4);
  return patches;
}

} // namespace calx

#include "evaluate/patch.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::evaluation {
namespace {

Patch counted(const cv::Rect& box, cv::Mat1b mask) {
  const int area_px = box.empty() ? 0 : cv::countNonZero(mask);
  if (area_px == 0) return {};
  return {box, std::move(mask), area_px};
}

/// Where a row of pixel centres crosses the outlines, from left to right.
std::vector<double> crossings(const std::vector<Outline>& outlines, double y) {
  std::vector<double> xs;
  for (const Outline& outline : outlines)
    for (std::size_t i = 0; i < outline.size(); ++i) {
      const cv::Point2d a = outline[i], b = outline[(i + 1) % outline.size()];
      if ((a.y <= y) != (b.y <= y)) xs.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
    }
  std::ranges::sort(xs);
  return xs;
}

cv::Rect whole_pixels_around(const std::vector<Outline>& outlines, cv::Size film) {
  double left = film.width, top = film.height, right = -1, bottom = -1;
  for (const Outline& outline : outlines)
    for (const cv::Point2d& p : outline) {
      left = std::min(left, p.x), right = std::max(right, p.x);
      top = std::min(top, p.y), bottom = std::max(bottom, p.y);
    }
  const cv::Rect film_box({}, film);
  if (right < left) return {};
  const cv::Point from(cvFloor(std::max(left, -1.0)), cvFloor(std::max(top, -1.0)));
  const cv::Point to(cvCeil(std::min(right, double(film.width))) + 1,
                     cvCeil(std::min(bottom, double(film.height))) + 1);
  return cv::Rect(from, to) & film_box;
}

} // namespace

std::vector<Patch> patches_of_labels(const cv::Mat1w& labels, std::span<const int> ids) {
  constexpr std::size_t kLabels = 65536;
  struct Extent {
    int left = INT_MAX, top = INT_MAX, right = -1, bottom = -1;
  };
  std::vector<Extent> extents(kLabels);
  for (int y = 0; y < labels.rows; ++y) {
    const ushort* row = labels.ptr<ushort>(y);
    for (int x = 0; x < labels.cols; ++x) {
      if (row[x] == 0) continue;
      Extent& e = extents[row[x]];
      e.left = std::min(e.left, x), e.right = std::max(e.right, x);
      e.top = std::min(e.top, y), e.bottom = y;
    }
  }
  std::vector<Patch> patches;
  for (const int id : ids) {
    const bool drawable = id > 0 && id < int(kLabels);
    const Extent e = drawable ? extents[std::size_t(id)] : Extent{};
    if (e.right < 0) {
      patches.emplace_back();
      continue;
    }
    const cv::Rect box(e.left, e.top, e.right - e.left + 1, e.bottom - e.top + 1);
    patches.push_back(counted(box, labels(box) == id));
  }
  return patches;
}

Patch filled(const std::vector<Outline>& outlines, cv::Size film) {
  const cv::Rect box = whole_pixels_around(outlines, film);
  if (box.empty()) return {};
  cv::Mat1b mask(box.size(), uchar{0});
  for (int y = 0; y < box.height; ++y) {
    const std::vector<double> xs = crossings(outlines, box.y + y);
    for (std::size_t i = 0; i + 1 < xs.size(); i += 2) {
      const int from = std::max(0, cvCeil(xs[i]) - box.x);
      const int to = std::min(box.width - 1, cvFloor(xs[i + 1]) - box.x);
      for (int x = from; x <= to; ++x) mask(y, x) = 255;
    }
  }
  if (cv::countNonZero(mask) == 0) {
    cv::Point2d middle;
    for (const cv::Point2d& p : outlines.front()) middle += p;
    middle *= 1.0 / double(std::max<std::size_t>(1, outlines.front().size()));
    const cv::Point at(std::clamp(int(std::lround(middle.x)) - box.x, 0, box.width - 1),
                       std::clamp(int(std::lround(middle.y)) - box.y, 0, box.height - 1));
    mask(at) = 255;
  }
  return counted(box, mask);
}

Patch grown(const Patch& patch, double radius_px, cv::Size film) {
  if (patch.area_px == 0) return {};
  const int margin = cvCeil(radius_px);
  const cv::Rect padded(patch.box.x - margin, patch.box.y - margin, patch.box.width + 2 * margin,
                        patch.box.height + 2 * margin);
  cv::Mat1b outside;
  cv::copyMakeBorder(~patch.mask, outside, margin, margin, margin, margin, cv::BORDER_CONSTANT,
                     cv::Scalar(255));
  cv::Mat1f distance_px;
  cv::distanceTransform(outside, distance_px, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  const cv::Rect box = padded & cv::Rect({}, film);
  constexpr double kRounding = 1e-3; // of the transform's square roots
  return counted(box, distance_px(box - padded.tl()) <= radius_px + kRounding);
}

Patch solid(const cv::Rect& box, cv::Size film) {
  const cv::Rect inside = box & cv::Rect({}, film);
  return counted(inside, cv::Mat1b(inside.size(), uchar{255}));
}

int overlap_px(const Patch& a, const Patch& b) {
  const cv::Rect both = a.box & b.box;
  if (both.empty()) return 0;
  return cv::countNonZero(a.mask(both - a.box.tl()) & b.mask(both - b.box.tl()));
}

int overlap_px(const Patch& patch, const cv::Mat1b& film_mask) {
  return patch.area_px == 0 ? 0 : cv::countNonZero(patch.mask & film_mask(patch.box));
}

void paint(const Patch& patch, cv::Mat1b& film_mask, unsigned char value) {
  if (patch.area_px > 0) film_mask(patch.box).setTo(value, patch.mask);
}

} // namespace calx::evaluation

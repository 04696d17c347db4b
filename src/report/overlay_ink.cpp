#include "report/overlay_ink.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr int kSubpixelBits = 4; // OpenCV draws in fixed point: sixteenths of a pixel

/// Cuts a polyline into dashes and gaps of `dash` pixels each.
std::vector<std::vector<cv::Point2d>> dashes(const std::vector<cv::Point2d>& path, double dash) {
  std::vector<std::vector<cv::Point2d>> pieces;
  double travelled = 0;
  for (std::size_t i = 1; i < path.size(); ++i) {
    const cv::Point2d step = path[i] - path[i - 1];
    const double length = std::hypot(step.x, step.y);
    for (double done = 0; done < length;) {
      const double phase = std::fmod(travelled, 2 * dash);
      const bool inked = phase < dash;
      const double piece =
          std::min(length - done, std::max(inked ? dash - phase : 2 * dash - phase, 0.01));
      const cv::Point2d a = path[i - 1] + step * (done / length);
      const cv::Point2d b = path[i - 1] + step * ((done + piece) / length);
      if (inked) pieces.push_back({a, b});
      done += piece;
      travelled += piece;
    }
  }
  return pieces;
}

std::vector<cv::Point2d> closed_path(std::vector<cv::Point2d> points) {
  if (!points.empty()) points.push_back(points.front());
  return points;
}

std::vector<cv::Point2d> circle_path(cv::Point2d centre, double radius) {
  const int corners = std::max(24, static_cast<int>(radius * 2));
  std::vector<cv::Point2d> path;
  for (int i = 0; i <= corners; ++i) {
    const double angle = 2 * CV_PI * i / corners;
    path.push_back(centre + radius * cv::Point2d(std::cos(angle), std::sin(angle)));
  }
  return path;
}

using FixedPaths = std::vector<std::vector<cv::Point>>;

FixedPaths fixed_point(const std::vector<std::vector<cv::Point2d>>& paths, cv::Point2d origin) {
  FixedPaths fixed;
  for (const auto& path : paths) {
    auto& points = fixed.emplace_back();
    for (const cv::Point2d& p : path)
      points.emplace_back(cvRound((p.x - origin.x) * (1 << kSubpixelBits)),
                          cvRound((p.y - origin.y) * (1 << kSubpixelBits)));
  }
  return fixed;
}

cv::Rect bounds_of(const std::vector<std::vector<cv::Point2d>>& paths, int margin) {
  cv::Rect bounds;
  for (const auto& path : paths)
    for (const cv::Point2d& p : path)
      bounds |= cv::Rect(cvFloor(p.x) - margin, cvFloor(p.y) - margin, 2 * margin, 2 * margin);
  return bounds;
}

/// Darkens a band along the paths.
void draw_rim(cv::Mat3b& picture, const std::vector<std::vector<cv::Point2d>>& paths,
              int thickness) {
  constexpr double kRimAlpha = 0.55;
  const cv::Rect box = bounds_of(paths, thickness + 2) & cv::Rect({}, picture.size());
  if (box.empty()) return;
  cv::Mat1b rim(box.size(), uchar{0});
  cv::polylines(rim, fixed_point(paths, box.tl()), false, cv::Scalar(255), thickness, cv::LINE_AA,
                kSubpixelBits);
  for (int y = 0; y < rim.rows; ++y)
    for (int x = 0; x < rim.cols; ++x)
      if (rim(y, x) != 0) picture(box.y + y, box.x + x) *= 1 - kRimAlpha * rim(y, x) / 255.0;
}

} // namespace

void Ink::line(cv::Point2d from, cv::Point2d to, Colour colour) {
  strokes_.push_back({{{from, to}}, colour});
}

void Ink::dashed_line(cv::Point2d from, cv::Point2d to, Colour colour) {
  strokes_.push_back({dashes({from, to}, 4 * pen_px_), colour});
}

void Ink::outline(const std::vector<cv::Point2d>& closed, const KindStyle& style) {
  auto path = closed_path(closed);
  if (style.dashed)
    strokes_.push_back({dashes(path, 4 * pen_px_), style.colour});
  else
    strokes_.push_back({{std::move(path)}, style.colour});
}

void Ink::ring(cv::Point2d centre, double radius_px, const KindStyle& style) {
  outline(circle_path(centre, radius_px), style);
}

void Ink::cross(cv::Point2d centre, double arm_px, Colour colour) {
  strokes_.push_back({{{centre - cv::Point2d(arm_px, 0), centre + cv::Point2d(arm_px, 0)},
                       {centre - cv::Point2d(0, arm_px), centre + cv::Point2d(0, arm_px)}},
                      colour});
}

void Ink::draw_on(cv::Mat3b& picture) const {
  const int thin = std::max(1, cvRound(pen_px_));
  for (const Stroke& stroke : strokes_) draw_rim(picture, stroke.paths, thin + 2);
  for (const Stroke& stroke : strokes_)
    cv::polylines(picture, fixed_point(stroke.paths, {}), false,
                  cv::Scalar(stroke.colour[0], stroke.colour[1], stroke.colour[2]), thin,
                  cv::LINE_AA, kSubpixelBits);
}

} // namespace calx

// Lines that stay visible on bright bone and on black air: thin, smooth, with a dark rim.
#pragma once

#include "report/palette.hpp"

#include <opencv2/core.hpp>
#include <vector>

namespace calx {

/// Collects lines for one picture and draws them with one pen. Coordinates are picture pixels, as
/// real numbers.
class Ink {
public:
  explicit Ink(double pen_px) : pen_px_(pen_px) {}

  void line(cv::Point2d from, cv::Point2d to, Colour colour);
  void dashed_line(cv::Point2d from, cv::Point2d to, Colour colour);
  void outline(const std::vector<cv::Point2d>& closed, const KindStyle& style);
  void ring(cv::Point2d centre, double radius_px, const KindStyle& style);
  void cross(cv::Point2d centre, double arm_px, Colour colour);

  /// All rims first, half transparent, then all lines: no rim darkens a line.
  void draw_on(cv::Mat3b& picture) const;

private:
  using Path = std::vector<cv::Point2d>;
  struct Stroke {
    std::vector<Path> paths;
    Colour colour;
  };

  std::vector<Stroke> strokes_;
  double pen_px_;
};

} // namespace calx

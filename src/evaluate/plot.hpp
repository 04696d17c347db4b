// A small chart as SVG: axes, a grid, dots, lines, bands.
#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <string>
#include <utility>
#include <vector>

namespace calx::evaluation {

/// One axis: a value's place from 0 to 1, and the values that get a label.
struct Axis {
  std::string title;
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<std::pair<double, std::string>> ticks;

  double place(double value) const;
};

/// Ticks of 1, 2 or 5 times a power of ten, about `count` of them, from low to high.
Axis linear_axis(std::string title, double low, double high, int count = 5);
/// Ticks at the powers of ten between low and high, which are widened to such.
Axis logarithmic_axis(std::string title, double low, double high);

/// Draws in data coordinates; colours are classes of the page's style sheet.
class Plot {
public:
  Plot(std::string title, Axis x, Axis y, cv::Size size_px = {460, 340});

  void dot(double x, double y, std::string_view style, const std::string& tip = {});
  void line(const std::vector<cv::Point2d>& points, std::string_view style);
  void area(const std::vector<cv::Point2d>& closed, std::string_view style);
  void label(double x, double y, const std::string& text, std::string_view style);
  std::string svg() const;

private:
  cv::Point2d at(double x, double y) const;
  std::string path(const std::vector<cv::Point2d>& points) const;

  std::string title_, marks_;
  Axis x_, y_;
  cv::Size size_px_;
  cv::Rect2d field_;
};

} // namespace calx::evaluation

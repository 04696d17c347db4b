#include "evaluate/plot.hpp"

#include "evaluate/report_page.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace calx::evaluation {

double Axis::place(double value) const {
  if (!logarithmic) return (value - low) / (high - low);
  return std::log(std::max(value, low) / low) / std::log(high / low);
}

Axis linear_axis(std::string title, double low, double high, int count) {
  const double rough = (high - low) / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = power;
  for (const double factor : {2.0, 5.0, 10.0})
    if (step < rough) step = factor * power;
  Axis axis{std::move(title), low, high, false, {}};
  const auto last = static_cast<int>(std::floor((high - low) / step + 1e-9));
  for (int i = 0; i <= last; ++i)
    axis.ticks.emplace_back(low + i * step, fmt::format("{:.3g}", low + i * step + 0.0));
  return axis;
}

Axis logarithmic_axis(std::string title, double low, double high) {
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = std::max(first + 1, static_cast<int>(std::ceil(std::log10(high))));
  Axis axis{std::move(title), std::pow(10.0, first), std::pow(10.0, last), true, {}};
  for (int i = first; i <= last; ++i)
    axis.ticks.emplace_back(std::pow(10.0, i), fmt::format("{:g}", std::pow(10.0, i)));
  return axis;
}

Plot::Plot(std::string title, Axis x, Axis y, cv::Size size_px)
    : title_(std::move(title)), x_(std::move(x)), y_(std::move(y)), size_px_(size_px),
      field_(64, 34, size_px.width - 64 - 24, size_px.height - 34 - 46) {}

cv::Point2d Plot::at(double x, double y) const {
  return {field_.x + x_.place(x) * field_.width, field_.br().y - y_.place(y) * field_.height};
}

std::string Plot::path(const std::vector<cv::Point2d>& points) const {
  std::string d;
  for (const cv::Point2d& p : points) {
    const cv::Point2d q = at(p.x, p.y);
    d += fmt::format("{}{} {}", d.empty() ? "M" : "L", coordinate(q.x), coordinate(q.y));
  }
  return d;
}

void Plot::dot(double x, double y, std::string_view style, const std::string& tip) {
  const cv::Point2d p = at(x, y);
  marks_ += fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"3.5\">{}</circle>", style,
                        coordinate(p.x), coordinate(p.y),
                        tip.empty() ? "" : "<title>" + escaped(tip) + "</title>");
}

void Plot::line(const std::vector<cv::Point2d>& points, std::string_view style) {
  marks_ += fmt::format("<path class=\"{}\" d=\"{}\"/>", style, path(points));
}

void Plot::area(const std::vector<cv::Point2d>& closed, std::string_view style) {
  marks_ += fmt::format("<path class=\"{}\" d=\"{}Z\"/>", style, path(closed));
}

void Plot::label(double x, double y, const std::string& text, std::string_view style) {
  const cv::Point2d p = at(x, y);
  marks_ += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>", style, coordinate(p.x),
                        coordinate(p.y), escaped(text));
}

std::string Plot::svg() const {
  std::string out =
      fmt::format("<svg class=\"plot\" viewBox=\"0 0 {} {}\" role=\"img\">"
                  "<text class=\"title\" x=\"{}\" y=\"18\">{}</text>",
                  size_px_.width, size_px_.height, coordinate(field_.x), escaped(title_));
  const double left = field_.x, right = field_.br().x, top = field_.y, bottom = field_.br().y;
  for (const auto& [value, text] : x_.ticks) {
    const std::string x = coordinate(left + x_.place(value) * field_.width);
    out += fmt::format("<path class=\"grid\" d=\"M{0} {1}V{2}\"/>"
                       "<text class=\"tick\" text-anchor=\"middle\" x=\"{0}\" y=\"{3}\">{4}</text>",
                       x, coordinate(bottom), coordinate(top), coordinate(bottom + 16), text);
  }
  for (const auto& [value, text] : y_.ticks) {
    const std::string y = coordinate(bottom - y_.place(value) * field_.height);
    out += fmt::format("<path class=\"grid\" d=\"M{0} {1}H{2}\"/>", coordinate(left), y,
                       coordinate(right));
    out +=
        fmt::format("<text class=\"tick\" text-anchor=\"end\" dy=\"4\" x=\"{}\" y=\"{}\">{}</text>",
                    coordinate(left - 7), y, text);
  }
  out += marks_;
  out += fmt::format("<text class=\"axis\" text-anchor=\"middle\" x=\"{}\" y=\"{}\">{}</text>",
                     coordinate((left + right) / 2), coordinate(bottom + 36), escaped(x_.title));
  if (!y_.title.empty())
    out += fmt::format("<text class=\"axis\" text-anchor=\"middle\" "
                       "transform=\"translate(14 {}) rotate(-90)\">{}</text>",
                       coordinate((top + bottom) / 2), escaped(y_.title));
  return out + "</svg>\n";
}

} // namespace calx::evaluation

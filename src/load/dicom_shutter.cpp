#include "load/dicom_grey.hpp"

#include <algorithm>
#include <cstdint>

namespace calx::load {
namespace {

/// Hides columns outside [first, last] of one row; both may lie outside the image.
void keep_columns(cv::Mat1b& mask, int y, std::int64_t first, std::int64_t last) {
  std::uint8_t* row = mask.ptr<std::uint8_t>(y);
  const auto begin = std::clamp<std::int64_t>(first, 0, mask.cols);
  const auto end = std::clamp<std::int64_t>(last + 1, begin, mask.cols);
  std::fill(row, row + begin, std::uint8_t(255));
  std::fill(row + end, row + mask.cols, std::uint8_t(255));
}

void hide_outside(const ShutterTags::Rectangle& r, cv::Mat1b& mask) {
  for (int y = 0; y < mask.rows; ++y) {
    const bool inside = y + 1 >= r.upper && y + 1 <= r.lower;
    keep_columns(mask, y, inside ? r.left - 1 : 0, inside ? r.right - 1 : -1);
  }
}

void hide_outside(const ShutterTags::Circle& c, cv::Mat1b& mask) {
  for (int y = 0; y < mask.rows; ++y) {
    const std::int64_t down = y + 1 - c.row;
    const std::int64_t rest = std::int64_t(c.radius) * c.radius - down * down;
    const auto half = rest < 0 ? -1 : static_cast<std::int64_t>(std::sqrt(double(rest)));
    keep_columns(mask, y, half < 0 ? 0 : c.column - 1 - half, half < 0 ? -1 : c.column - 1 + half);
  }
}

/// Even-odd filling by rows; the outline itself counts as inside.
void hide_outside(const std::vector<ShutterTags::Vertex>& polygon, cv::Mat1b& mask) {
  std::vector<double> crossings;
  for (int y = 0; y < mask.rows; ++y) {
    crossings.clear();
    // Half a pixel down at the last vertex row would leave the row itself out.
    const double at = y + 1 + 1e-6;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      const auto& a = polygon[i];
      const auto& b = polygon[(i + 1) % polygon.size()];
      if ((a.row <= at) == (b.row <= at)) continue;
      crossings.push_back(a.column + (at - a.row) * (b.column - a.column) / double(b.row - a.row));
    }
    std::ranges::sort(crossings);
    std::uint8_t* row = mask.ptr<std::uint8_t>(y);
    std::size_t passed = 0;
    for (int x = 0; x < mask.cols; ++x) {
      while (passed < crossings.size() && crossings[passed] < x + 1 - 1e-6) ++passed;
      const bool on_edge = passed < crossings.size() && crossings[passed] <= x + 1 + 1e-6;
      if (passed % 2 == 0 && !on_edge) row[x] = 255;
    }
  }
}

} // namespace

cv::Mat1b shutter_mask(const ShutterTags& shutter, int rows, int columns) {
  if (!shutter.rectangle && !shutter.circle && shutter.polygon.empty()) return {};
  cv::Mat1b mask = cv::Mat1b::zeros(rows, columns);
  if (shutter.rectangle) hide_outside(*shutter.rectangle, mask);
  if (shutter.circle) hide_outside(*shutter.circle, mask);
  if (!shutter.polygon.empty()) hide_outside(shutter.polygon, mask);
  const int hidden = cv::countNonZero(mask);
  if (hidden == 0 || hidden == rows * columns) return {};
  return mask;
}

} // namespace calx::load

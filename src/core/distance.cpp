// Two passes over the picture, each row in two steps: first the way through the rows seen before,
// which has no dependence along the row and is done many pixels at a time, then the way along it.
#include "core/distance.hpp"

#include <algorithm>

namespace calx {
namespace {

// Weights in 1/65536 pixel, so that sums are exact.
constexpr int kShift = 16;
constexpr int kStraight = 1 << kShift;
constexpr int kDiagonal = 91750; // 1.4
constexpr int kKnight = 143976;  // 2.1969
constexpr int kFar = (1 << 29) - 1;
constexpr int kBorder = 2;

/// The least way to each pixel of a row from the zeros seen in the row next to it and the one after
/// that, if it is shorter than what `way` holds.
void through_rows(const int* next, const int* second, int* __restrict way, int count) {
  for (int x = 0; x < count; ++x) {
    const int knight = std::min({next[x - 2], next[x + 2], second[x - 1], second[x + 1]}) + kKnight;
    const int diagonal = std::min(next[x - 1], next[x + 1]) + kDiagonal;
    way[x] = std::min({way[x], knight, diagonal, next[x] + kStraight});
  }
}

} // namespace

cv::Mat1f distance_to_zero(const cv::Mat1b& mask) {
  const int rows = mask.rows;
  const int columns = mask.cols;
  cv::Mat1i way(rows + 2 * kBorder, columns + 2 * kBorder, kFar);
  const auto row = [&](int y) { return way[y + kBorder] + kBorder; };
  for (int y = 0; y < rows; ++y) {
    int* here = row(y);
    const uchar* inside = mask[y];
    for (int x = 0; x < columns; ++x) here[x] = inside[x] ? kFar : 0;
    through_rows(row(y - 1), row(y - 2), here, columns);
    for (int x = 1; x < columns; ++x) here[x] = std::min(here[x], here[x - 1] + kStraight);
  }
  cv::Mat1f distance(mask.size());
  for (int y = rows - 1; y >= 0; --y) {
    int* here = row(y);
    through_rows(row(y + 1), row(y + 2), here, columns);
    for (int x = columns - 2; x >= 0; --x) here[x] = std::min(here[x], here[x + 1] + kStraight);
    float* out = distance[y];
    for (int x = 0; x < columns; ++x)
      out[x] = static_cast<float>(here[x]) * (1.0F / static_cast<float>(1 << kShift));
  }
  return distance;
}

} // namespace calx

#include "simulate/mesh/voxelise.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

namespace {

constexpr int kLines = 2;           ///< lines a cell, in each of the two directions across
constexpr std::uint8_t kFull = 252; ///< of a cell; a multiple of the lines' number
constexpr std::uint8_t kUnknown = 255;

/// The mesh seen along one axis: lattice coordinates with `along` last.
struct Direction {
  int u, v, along;
};
constexpr Direction kDirections[] = {{1, 2, 0}, {2, 0, 1}, {0, 1, 2}};

struct Crossing {
  std::int64_t line;
  float depth;
};

/// u of the edge from a to b at height v. The same for both triangles of an edge, to the last bit.
double edge_crossing(cv::Vec3d a, cv::Vec3d b, double v) {
  if (std::tie(b[1], b[0], b[2]) < std::tie(a[1], a[0], a[2])) std::swap(a, b);
  return a[0] + (v - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
}

/// All crossings of lines with one triangle; corners as (u, v, depth) in line numbers.
void cross(const std::array<cv::Vec3d, 3>& p, int lines_u, int lines_v,
           std::vector<Crossing>& crossings) {
  const auto [low, high] = std::minmax({p[0][1], p[1][1], p[2][1]});
  const cv::Vec3d normal = (p[1] - p[0]).cross(p[2] - p[0]);
  if (normal[2] == 0) return; // seen edge-on
  const int last_v = std::min(lines_v - 1, static_cast<int>(std::ceil(high)) - 1);
  for (int v = std::max(0, static_cast<int>(std::ceil(low))); v <= last_v; ++v) {
    double ends[2];
    int found = 0;
    for (std::size_t i = 0; i < 3 && found < 2; ++i) {
      const cv::Vec3d &a = p[i], &b = p[(i + 1) % 3];
      if ((a[1] <= v) != (b[1] <= v)) ends[found++] = edge_crossing(a, b, v);
    }
    if (found < 2) continue;
    if (ends[0] > ends[1]) std::swap(ends[0], ends[1]);
    const int last_u = std::min(lines_u - 1, static_cast<int>(std::ceil(ends[1])) - 1);
    for (int u = std::max(0, static_cast<int>(std::ceil(ends[0]))); u <= last_u; ++u) {
      const double depth =
          p[0][2] - (normal[0] * (u - p[0][0]) + normal[1] * (v - p[0][1])) / normal[2];
      crossings.push_back({std::int64_t{v} * lines_u + u, static_cast<float>(depth)});
    }
  }
}

/// Crossings in the order of their lines; `begins[line]` is where a line's crossings begin.
struct Lines {
  std::vector<std::int64_t> begins;
  std::vector<float> depths;
};

Lines sort_by_line(const std::vector<Crossing>& crossings, std::size_t count) {
  Lines lines{std::vector<std::int64_t>(count + 1, 0), std::vector<float>(crossings.size())};
  for (const Crossing& c : crossings) ++lines.begins[static_cast<std::size_t>(c.line) + 1];
  for (std::size_t i = 0; i < count; ++i) lines.begins[i + 1] += lines.begins[i];
  std::vector<std::int64_t> next(lines.begins.begin(), lines.begins.end() - 1);
  for (const Crossing& c : crossings)
    lines.depths[static_cast<std::size_t>(next[static_cast<std::size_t>(c.line)]++)] = c.depth;
  return lines;
}

/// Adds the part of each cell that lies between two depths.
void fill(std::vector<float>& column, float from, float to) {
  const float last = static_cast<float>(column.size()) - 0.5F;
  from = std::clamp(from, -0.5F, last);
  to = std::clamp(to, -0.5F, last);
  const int first = static_cast<int>(from + 0.5F);
  for (int k = first; k < static_cast<int>(column.size()); ++k) {
    const float low = static_cast<float>(k) - 0.5F;
    if (low >= to) break;
    column[static_cast<std::size_t>(k)] += std::min(to, low + 1) - std::max(from, low);
  }
}

/// The parts of the cells of one column, over its lines; false if no line can be counted.
bool fill_column(Lines& lines, int lines_u, int cell_u, int cell_v, std::vector<float>& column) {
  std::fill(column.begin(), column.end(), 0.F);
  int counted = 0;
  for (int v = kLines * cell_v; v < kLines * (cell_v + 1); ++v)
    for (int u = kLines * cell_u; u < kLines * (cell_u + 1); ++u) {
      const auto line = static_cast<std::size_t>(v) * static_cast<std::size_t>(lines_u) +
                        static_cast<std::size_t>(u);
      const auto begin = lines.depths.begin() + lines.begins[line],
                 end = lines.depths.begin() + lines.begins[line + 1];
      if ((end - begin) % 2 != 0) continue;
      std::sort(begin, end);
      for (auto at = begin; at != end; at += 2) fill(column, at[0], at[1]);
      ++counted;
    }
  for (float& value : column) value /= static_cast<float>(std::max(counted, 1));
  return counted > 0;
}

std::vector<std::uint8_t> scan(const Mesh& mesh, const Grid& grid, const Direction& direction) {
  const int size_u = grid.size[direction.u], size_v = grid.size[direction.v];
  const int lines_u = kLines * size_u, lines_v = kLines * size_v;
  // Line i of a row is at (i + 0.5) / kLines - 0.5 cells. The small shift keeps lines off vertices
  // on round coordinates.
  const auto to_line = [](double cells) { return (cells + 0.5 + 1.3e-5) * kLines - 0.5; };
  std::vector<Crossing> crossings;
  for (const auto& t : mesh.triangles) {
    std::array<cv::Vec3d, 3> p;
    for (std::size_t i = 0; i < 3; ++i) {
      const cv::Vec3d at =
          cv::Vec3d(mesh.vertices[static_cast<std::size_t>(t[i])]) - grid.origin_mm;
      p[i] = {to_line(at[direction.u] / grid.pitch_mm), to_line(at[direction.v] / grid.pitch_mm),
              at[direction.along] / grid.pitch_mm};
    }
    cross(p, lines_u, lines_v, crossings);
  }
  Lines lines = sort_by_line(crossings,
                             static_cast<std::size_t>(lines_u) * static_cast<std::size_t>(lines_v));

  std::vector<std::uint8_t> part(grid.values.size());
  cv::parallel_for_({0, size_v}, [&](const cv::Range& range) {
    std::vector<float> column(static_cast<std::size_t>(grid.size[direction.along]));
    cv::Vec3i node;
    for (node[direction.v] = range.start; node[direction.v] < range.end; ++node[direction.v])
      for (node[direction.u] = 0; node[direction.u] < size_u; ++node[direction.u]) {
        const bool known =
            fill_column(lines, lines_u, node[direction.u], node[direction.v], column);
        for (std::size_t k = 0; k < column.size(); ++k) {
          node[direction.along] = static_cast<int>(k);
          part[grid.index(node[0], node[1], node[2])] =
              known ? static_cast<std::uint8_t>(std::min(column[k], 1.F) * kFull + 0.5F) : kUnknown;
        }
      }
  });
  return part;
}

/// What the directions say together, 0 to 1.
struct Vote {
  float inside;
  bool contested;
};

Vote vote(std::array<std::uint8_t, 3> parts) {
  std::sort(parts.begin(), parts.end());
  const float low = parts[0] / float{kFull}, middle = parts[1] / float{kFull},
              high = parts[2] / float{kFull};
  constexpr float apart = 0.6F; // more than two true readings of one cell differ
  if (parts[0] == kUnknown) return {0, false};
  if (parts[1] == kUnknown) return {low, low > 0.5F};
  if (parts[2] == kUnknown) // a hole hides the inside more often than it makes up one
    return middle - low > apart ? Vote{middle, true} : Vote{(low + middle) / 2, middle > 0.5F};
  if (high - low <= apart) return {(low + middle + high) / 3, false};
  return middle - low > high - middle ? Vote{(middle + high) / 2, true}
                                      : Vote{(low + middle) / 2, true};
}

} // namespace

Voxels voxelise(const Mesh& mesh, Grid grid) {
  std::array<std::vector<std::uint8_t>, 3> parts;
  for (std::size_t i = 0; i < 3; ++i) parts[i] = scan(mesh, grid, kDirections[i]);
  Voxels voxels{std::move(grid), 0};
  std::size_t inside = 0, contested = 0;
  for (std::size_t i = 0; i < parts[0].size(); ++i) {
    const Vote result = vote({parts[0][i], parts[1][i], parts[2][i]});
    voxels.inside.values[i] = result.inside;
    inside += result.inside > 0.5F || result.contested;
    contested += result.contested;
  }
  voxels.contested_share =
      static_cast<double>(contested) / static_cast<double>(std::max<std::size_t>(inside, 1));
  return voxels;
}

} // namespace calx::simulate

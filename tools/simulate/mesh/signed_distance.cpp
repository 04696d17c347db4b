#include "simulate/mesh/signed_distance.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

constexpr float kFar = 1e9F;

struct Lattice {
  int size[3];
  std::ptrdiff_t stride[3];
  explicit Lattice(const Grid& grid)
      : size{grid.size[0], grid.size[1], grid.size[2]},
        stride{1, grid.size[0], std::ptrdiff_t{grid.size[0]} * grid.size[1]} {}
};

/// Distance in nodes of a node next to the surface, to first order: its value against the slope,
/// which is taken across the surface where that crosses the lattice's line; kFar for other nodes.
float near_distance(const float* value, float level, const Lattice& lattice, const int (&node)[3]) {
  const float own = *value - level;
  float squared_slope = 0;
  bool near = false;
  for (int axis = 0; axis < 3; ++axis) {
    const auto step = [&](int side) { // how the field falls towards that side
      const int at = node[axis] + side;
      return at < 0 || at >= lattice.size[axis] ? 0 : *value - value[side * lattice.stride[axis]];
    };
    const float back = step(-1), ahead = step(1);
    const bool crosses_back = (own > 0) != (own - back > 0);
    const bool crosses_ahead = (own > 0) != (own - ahead > 0);
    float slope = (ahead - back) / 2;
    if (crosses_back || crosses_ahead)
      slope = std::max(crosses_back ? std::abs(back) : 0, crosses_ahead ? std::abs(ahead) : 0);
    near = near || crosses_back || crosses_ahead;
    squared_slope += slope * slope;
  }
  return near ? std::abs(own) / std::sqrt(squared_slope) : kFar;
}

/// Godunov's update: the distance that the smallest neighbours of each axis allow.
float updated(float a, float b, float c) {
  if (a > b) std::swap(a, b);
  if (b > c) std::swap(b, c);
  if (a > b) std::swap(a, b);
  if (a + 1 <= b) return a + 1;
  const float two = 0.5F * (a + b + std::sqrt(2 - (a - b) * (a - b)));
  if (two <= c) return two;
  const float sum = a + b + c, squares = a * a + b * b + c * c;
  return (sum + std::sqrt(std::max(sum * sum - 3 * (squares - 1), 0.F))) / 3;
}

void sweep(std::vector<float>& distance, const std::vector<std::uint8_t>& fixed,
           const Lattice& lattice, const bool (&backward)[3]) {
  const auto order = [&](int axis, int i) {
    return backward[axis] ? lattice.size[axis] - 1 - i : i;
  };
  const auto smaller = [&](const float* at, int axis, int position) {
    const float low = position > 0 ? at[-lattice.stride[axis]] : kFar;
    const float high = position + 1 < lattice.size[axis] ? at[lattice.stride[axis]] : kFar;
    return std::min(low, high);
  };
  for (int k = 0; k < lattice.size[2]; ++k)
    for (int j = 0; j < lattice.size[1]; ++j) {
      const int z = order(2, k), y = order(1, j);
      const std::ptrdiff_t row = z * lattice.stride[2] + y * lattice.stride[1];
      for (int i = 0; i < lattice.size[0]; ++i) {
        const int x = order(0, i);
        if (fixed[static_cast<std::size_t>(row + x)] != 0) continue;
        float* at = &distance[static_cast<std::size_t>(row + x)];
        const float a = smaller(at, 0, x), b = smaller(at, 1, y), c = smaller(at, 2, z);
        if (std::min({a, b, c}) < *at) *at = std::min(*at, updated(a, b, c));
      }
    }
}

} // namespace

Grid signed_distance(const Grid& field, float level) {
  const Lattice lattice(field);
  Grid result = field;
  std::vector<float>& distance = result.values;
  std::vector<std::uint8_t> fixed(distance.size(), 0);
  cv::parallel_for_({0, lattice.size[2]}, [&](const cv::Range& range) {
    for (int z = range.start; z < range.end; ++z)
      for (int y = 0; y < lattice.size[1]; ++y)
        for (int x = 0; x < lattice.size[0]; ++x) {
          const std::size_t at = field.index(x, y, z);
          distance[at] = near_distance(&field.values[at], level, lattice, {x, y, z});
          fixed[at] = distance[at] < kFar;
        }
  });
  for (const bool z : {false, true})
    for (const bool y : {false, true})
      for (const bool x : {false, true}) sweep(distance, fixed, lattice, {x, y, z});

  const float pitch = static_cast<float>(field.pitch_mm);
  for (std::size_t i = 0; i < distance.size(); ++i) {
    const float mm = std::min(distance[i] * pitch, farthest_mm);
    const float rounded = std::round(mm / distance_step_mm) * distance_step_mm;
    distance[i] = field.values[i] > level ? -rounded : rounded;
  }
  return result;
}

void blur(Grid& grid, double sigma_nodes) {
  if (sigma_nodes <= 0) return;
  const int reach = 2 * static_cast<int>(std::ceil(3 * sigma_nodes)) + 1;
  const int row = grid.size[0], slab = grid.size[0] * grid.size[1];
  cv::Mat1f slabs(grid.size[2], slab, grid.values.data());
  cv::GaussianBlur(slabs, slabs, {1, reach}, sigma_nodes, sigma_nodes, cv::BORDER_CONSTANT);
  cv::parallel_for_({0, grid.size[2]}, [&](const cv::Range& range) {
    for (int z = range.start; z < range.end; ++z) {
      cv::Mat1f plane(grid.size[1], row, slabs.ptr<float>(z));
      cv::GaussianBlur(plane, plane, {reach, reach}, sigma_nodes, sigma_nodes, cv::BORDER_CONSTANT);
    }
  });
}

} // namespace calx::simulate

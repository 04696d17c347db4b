#include "simulate/deposits/sculpt.hpp"

#include "simulate/anatomy/field.hpp"

#include <cmath>
#include <numbers>

namespace calx::simulate {

namespace {

constexpr int kBlock = 8;
constexpr double kApatite_g_cm3 = 3.16;

/// Lowest and highest node with matter, one past the last.
struct Extent {
  cv::Vec3i low{1 << 30, 1 << 30, 1 << 30}, high{0, 0, 0};
  void include(int x, int y, int z) {
    const cv::Vec3i at(x, y, z);
    for (int i = 0; i < 3; ++i) {
      low[i] = std::min(low[i], at[i]);
      high[i] = std::max(high[i], at[i] + 1);
    }
  }
  void include(const Extent& other) {
    for (int i = 0; i < 3; ++i) {
      low[i] = std::min(low[i], other.low[i]);
      high[i] = std::max(high[i], other.high[i]);
    }
  }
};

/// Nodes that a block holds along each axis, cut off at the box.
cv::Vec3i end_of_block(const cv::Vec3i& from, const cv::Vec3i& size) {
  return {std::min(from[0] + kBlock, size[0]), std::min(from[1] + kBlock, size[1]),
          std::min(from[2] + kBlock, size[2])};
}

/// The density in a block, empty where it holds no matter. Of `grid` only the lattice is looked at.
Shape::Density density_in(const Shape& shape, const Grid& grid, const cv::Vec3i& from) {
  const cv::Vec3i to = end_of_block(from, grid.size);
  const cv::Vec3d middle =
      (grid.node_mm(from[0], from[1], from[2]) + grid.node_mm(to[0] - 1, to[1] - 1, to[2] - 1)) / 2;
  const double reach = 0.5 * std::numbers::sqrt3 * kBlock * grid.pitch_mm;
  return shape.part(cv::Vec3f(middle), static_cast<float>(reach));
}

/// Calls `visit(extent, first node)` for each block of the lattice, layers of blocks in parallel;
/// each layer has an extent of its own. Returns all of them as one.
template <class Visit>
Extent over_blocks(const cv::Vec3i& size, const Visit& visit) {
  std::vector<Extent> layers(static_cast<std::size_t>((size[2] + kBlock - 1) / kBlock));
  each_slice(static_cast<int>(layers.size()), [&](int layer) {
    Extent& extent = layers[static_cast<std::size_t>(layer)];
    for (int y = 0; y < size[1]; y += kBlock)
      for (int x = 0; x < size[0]; x += kBlock) visit(extent, cv::Vec3i(x, y, layer * kBlock));
  });
  Extent all;
  for (const Extent& layer : layers) all.include(layer);
  return all;
}

/// The lattice cut down to the blocks that may hold matter; most boxes are nearly empty.
Grid working_grid(const Shape& shape) {
  Grid box{{}, shape.pitch_mm, shape.low_mm, 0, {}};
  for (int axis = 0; axis < 3; ++axis)
    box.size[axis] =
        static_cast<int>(std::ceil((shape.high_mm[axis] - shape.low_mm[axis]) / shape.pitch_mm)) +
        1;
  const Extent blocks = over_blocks(box.size, [&](Extent& extent, const cv::Vec3i& from) {
    if (!density_in(shape, box, from)) return;
    const cv::Vec3i to = end_of_block(from, box.size);
    extent.include(from[0], from[1], from[2]);
    extent.include(to[0] - 1, to[1] - 1, to[2] - 1);
  });
  if (blocks.high[0] == 0) return {};
  return Grid::filled(blocks.high - blocks.low, shape.pitch_mm,
                      box.node_mm(blocks.low[0], blocks.low[1], blocks.low[2]), 0, 0);
}

void fill_block(const Shape& shape, Grid& grid, const cv::Vec3i& from, Extent& extent) {
  const Shape::Density density_at = density_in(shape, grid, from);
  if (!density_at) return;
  const cv::Vec3i to = end_of_block(from, grid.size);
  for (int z = from[2]; z < to[2]; ++z)
    for (int y = from[1]; y < to[1]; ++y)
      for (int x = from[0]; x < to[0]; ++x) {
        const float density = density_at(cv::Vec3f(grid.node_mm(x, y, z)));
        if (!(density > 0)) continue;
        grid.at(x, y, z) = density;
        extent.include(x, y, z);
      }
}

Grid trimmed(const Grid& grid, const Extent& extent) {
  const cv::Vec3i low = extent.low - cv::Vec3i::all(1);
  Grid out = Grid::filled(extent.high - extent.low + cv::Vec3i::all(2), grid.pitch_mm,
                          grid.node_mm(low[0], low[1], low[2]), 0, 0);
  for (int z = extent.low[2]; z < extent.high[2]; ++z)
    for (int y = extent.low[1]; y < extent.high[1]; ++y)
      std::copy_n(&grid.values[grid.index(extent.low[0], y, z)], extent.high[0] - extent.low[0],
                  &out.at(1, y - low[1], z - low[2]));
  return out;
}

} // namespace

Grid sculpt(const Shape& shape) {
  Grid grid = working_grid(shape);
  const Extent extent = over_blocks(grid.size, [&](Extent& layer, const cv::Vec3i& from) {
    fill_block(shape, grid, from, layer);
  });
  return extent.high[0] == 0 ? Grid{} : trimmed(grid, extent);
}

float distance_to_segment(const cv::Vec3f& p, const cv::Vec3f& a, const cv::Vec3f& b) {
  const cv::Vec3f ab = b - a, ap = p - a;
  const float length2 = ab.dot(ab);
  const float t = length2 > 0 ? std::clamp(ap.dot(ab) / length2, 0.F, 1.F) : 0.F;
  return static_cast<float>(cv::norm(ap - t * ab));
}

cv::Vec3d random_direction(Random& random) {
  const double z = random.uniform(-1, 1), angle = random.uniform(0, 2 * std::numbers::pi);
  const double r = std::sqrt(1 - z * z);
  return {r * std::cos(angle), r * std::sin(angle), z};
}

cv::Vec3d unit(const cv::Vec3d& v) {
  const double length = cv::norm(v);
  return length > 0 ? v / length : cv::Vec3d(0, 0, 1);
}

cv::Matx33d frame_along(const cv::Vec3d& axis) {
  const cv::Vec3d helper = std::abs(axis[2]) < 0.8 ? cv::Vec3d(0, 0, 1) : cv::Vec3d(1, 0, 0);
  const cv::Vec3d v = unit(helper.cross(axis)), w = axis.cross(v);
  return {axis[0], v[0], w[0], axis[1], v[1], w[1], axis[2], v[2], w[2]};
}

cv::Matx33d random_rotation(Random& random) {
  const cv::Matx33d frame = frame_along(random_direction(random));
  const double angle = random.uniform(0, 2 * std::numbers::pi);
  const double c = std::cos(angle), s = std::sin(angle);
  return frame * cv::Matx33d(1, 0, 0, 0, c, -s, 0, s, c);
}

Inclusion apatite(Grid fraction, Kind kind, Pattern pattern, std::string description) {
  Inclusion inclusion{
      kind, pattern, Material::Hydroxyapatite, std::move(fraction), 0, std::move(description)};
  auto& values = inclusion.density_g_cm3.values;
  if (!values.empty()) inclusion.ha_fraction = *std::ranges::max_element(values);
  for (float& value : values) value *= static_cast<float>(kApatite_g_cm3);
  return inclusion;
}

Inclusion added(Grid density_g_cm3, Kind kind, Material material, std::string description) {
  return {kind, Pattern::None, material, std::move(density_g_cm3), 0, std::move(description)};
}

} // namespace calx::simulate

#include "simulate/physics/project_parts.hpp"
#include "simulate/physics/rays.hpp"

#include <cmath>

namespace calx::simulate {

namespace {

constexpr float kShare = 0.02F; ///< of the peak density: what counts as the inclusion's path

/// The largest density in each block of the lattice and its rim, to skip what is empty.
class Blocks {
public:
  static constexpr int side = 8;

  explicit Blocks(const Grid& grid)
      : size_((grid.size - cv::Vec3i::all(1)) / side + cv::Vec3i::all(1)) {
    largest_.assign(static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1]) *
                        static_cast<std::size_t>(size_[2]),
                    0.F);
    for (int z = 0; z < grid.size[2]; ++z)
      for (int y = 0; y < grid.size[1]; ++y)
        for (int x = 0; x < grid.size[0]; ++x) {
          const float value = grid.at(x, y, z);
          if (value > 0) raise(x, y, z, value);
        }
  }

  bool empty_at(const cv::Vec3f& node) const {
    return !(largest_[index(static_cast<int>(node[0]) / side, static_cast<int>(node[1]) / side,
                            static_cast<int>(node[2]) / side)] > 0);
  }

  /// The way along a ray from a position to the end of its block.
  static float to_edge_mm(const Ray& ray, const cv::Vec3f& node) {
    float way = 1e9F;
    for (int axis = 0; axis < 3; ++axis) {
      const float speed = ray.direction[axis];
      if (std::abs(speed) < 1e-9F) continue;
      const float low = std::floor(node[axis] / side) * side;
      way = std::min(way, ((speed > 0 ? low + side : low) - node[axis]) / speed);
    }
    return std::max(way, 0.F);
  }

private:
  std::size_t index(int x, int y, int z) const {
    return (static_cast<std::size_t>(z) * static_cast<std::size_t>(size_[1]) +
            static_cast<std::size_t>(y)) *
               static_cast<std::size_t>(size_[0]) +
           static_cast<std::size_t>(x);
  }
  /// A node shows in the cells on all its sides.
  void raise(int x, int y, int z, float value) {
    for (int c = std::max(z - 1, 0) / side; c <= z / side; ++c)
      for (int b = std::max(y - 1, 0) / side; b <= y / side; ++b)
        for (int a = std::max(x - 1, 0) / side; a <= x / side; ++a) {
          float& largest = largest_[index(a, b, c)];
          largest = std::max(largest, value);
        }
  }

  cv::Vec3i size_;
  std::vector<float> largest_;
};

struct InclusionRay {
  float g_cm2 = 0, path_mm = 0, middle_mm = 0;
};

InclusionRay trace(const Ray& ray, const Sampler& density, const Blocks& blocks, float step_mm,
                   float least) {
  InclusionRay result;
  float at = 0;
  double moment = 0;
  while (at < ray.length_mm) {
    const cv::Vec3f node = ray.at(at);
    if (blocks.empty_at(node)) {
      at += Blocks::to_edge_mm(ray, node) + 1e-3F;
      continue;
    }
    const float step = std::min(step_mm, ray.length_mm - at);
    const float value = density(ray.at(at + 0.5F * step));
    if (value > 0) {
      result.g_cm2 += value * step / 10;
      moment += double{value} * double{step} * double{at + 0.5F * step} / 10;
      if (value > least) result.path_mm += step;
    }
    at += step;
  }
  if (result.g_cm2 > 0) result.middle_mm = static_cast<float>(moment / double{result.g_cm2});
  return result;
}

} // namespace

void add_inclusions(Projection& projection, const Anatomy& anatomy,
                    const std::vector<Inclusion>& inclusions, const Geometry& geometry) {
  cv::Mat1f& fat = map_of(projection, Material::Adipose, geometry);
  cv::Mat1f& muscle = map_of(projection, Material::Muscle, geometry);
  for (const Inclusion& inclusion : inclusions) {
    const Grid& grid = inclusion.density_g_cm3;
    PathPatch patch;
    if (!grid.empty()) patch.box = shadow(geometry, grid);
    if (patch.box.empty()) {
      projection.inclusions.push_back({});
      continue;
    }
    patch.path_mm = cv::Mat1f::zeros(patch.box.size());
    const float peak = *std::max_element(grid.values.begin(), grid.values.end());
    const Rays rays(geometry, grid);
    const Sampler density(grid);
    const Blocks blocks(grid);
    const float step_mm = 0.6F * static_cast<float>(grid.pitch_mm);
    const double material_g_cm3 = density_g_cm3(inclusion.material);
    const float fat_ratio = static_cast<float>(density_g_cm3(Material::Adipose) / material_g_cm3),
                muscle_ratio = static_cast<float>(density_g_cm3(Material::Muscle) / material_g_cm3);
    cv::Mat1f& mass = map_of(projection, inclusion.material, geometry);
    for_rows(patch.box, [&](int y) {
      for (int x = patch.box.x; x < patch.box.x + patch.box.width; ++x) {
        Ray ray;
        if (!rays.cast(y, x, ray)) continue;
        const InclusionRay found = trace(ray, density, blocks, step_mm, kShare * peak);
        if (!(found.g_cm2 > 0)) continue;
        patch.path_mm(y - patch.box.y, x - patch.box.x) = found.path_mm;
        mass(y, x) += found.g_cm2;
        const cv::Vec3f middle = point_on_ray(geometry, y, x, ray.source_mm + found.middle_mm);
        if (anatomy.soft.skin_distance_mm.sample(middle) > 0) continue; // displaces air
        const float share = muscle_at(anatomy.soft, middle);
        fat(y, x) = std::max(0.F, fat(y, x) - (1 - share) * fat_ratio * found.g_cm2);
        muscle(y, x) = std::max(0.F, muscle(y, x) - share * muscle_ratio * found.g_cm2);
      }
    });
    projection.inclusions.push_back(trimmed(patch));
  }
}

} // namespace calx::simulate

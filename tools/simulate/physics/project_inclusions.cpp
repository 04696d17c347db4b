#include "simulate/physics/project_parts.hpp"
#include "simulate/physics/rays.hpp"

#include <cmath>
#include <opencv2/imgproc.hpp>

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

/// To where its mass is not nil.
InclusionPatch cut_down(InclusionPatch patch) {
  const cv::Rect inner = cv::boundingRect(patch.g_cm2 > 0);
  for (cv::Mat1f* map : {&patch.path_mm, &patch.g_cm2, &patch.muscle_share})
    *map = inner.empty() ? cv::Mat1f() : (*map)(inner).clone();
  patch.box = inner.empty() ? cv::Rect() : inner + patch.box.tl();
  return patch;
}

InclusionPatch patch_of(const Inclusion& inclusion, const Anatomy& anatomy,
                        const Geometry& geometry) {
  const Grid& grid = inclusion.density_g_cm3;
  InclusionPatch patch;
  patch.inclusion = &inclusion;
  if (!grid.empty()) patch.box = shadow(geometry, grid);
  if (patch.box.empty()) return patch;
  for (cv::Mat1f* map : {&patch.path_mm, &patch.g_cm2, &patch.muscle_share})
    *map = cv::Mat1f::zeros(patch.box.size());
  const float peak = *std::max_element(grid.values.begin(), grid.values.end());
  const Rays rays(geometry, grid);
  const Sampler density(grid);
  const Blocks blocks(grid);
  const float step_mm = 0.6F * static_cast<float>(grid.pitch_mm);
  for_rows(patch.box, [&](int y) {
    for (int x = patch.box.x; x < patch.box.x + patch.box.width; ++x) {
      Ray ray;
      if (!rays.cast(y, x, ray)) continue;
      const InclusionRay found = trace(ray, density, blocks, step_mm, kShare * peak);
      if (!(found.g_cm2 > 0)) continue;
      const cv::Point at = cv::Point(x, y) - patch.box.tl();
      patch.path_mm(at) = found.path_mm;
      patch.g_cm2(at) = found.g_cm2;
      const cv::Vec3f middle = point_on_ray(geometry, y, x, ray.source_mm + found.middle_mm);
      const bool in_air = anatomy.soft.skin_distance_mm.sample(middle) > 0;
      patch.muscle_share(at) = in_air ? -1 : muscle_at(anatomy.soft, middle);
    }
  });
  return cut_down(std::move(patch));
}

} // namespace

std::vector<InclusionPatch> project_inclusions(const Anatomy& anatomy,
                                               const std::vector<Inclusion>& inclusions,
                                               const Geometry& geometry) {
  std::vector<InclusionPatch> patches;
  for (const Inclusion& inclusion : inclusions)
    patches.push_back(patch_of(inclusion, anatomy, geometry));
  return patches;
}

void add_inclusions(Projection& projection, const std::vector<InclusionPatch>& patches,
                    const Geometry& geometry, std::optional<Kind> but) {
  cv::Mat1f& fat = map_of(projection, Material::Adipose, geometry);
  cv::Mat1f& muscle = map_of(projection, Material::Muscle, geometry);
  for (const InclusionPatch& patch : patches) {
    if (patch.box.empty() || patch.inclusion->kind == but) continue;
    const Material material = patch.inclusion->material;
    cv::Mat1f& mass = map_of(projection, material, geometry);
    const double material_g_cm3 = density_g_cm3(material);
    const float fat_ratio = static_cast<float>(density_g_cm3(Material::Adipose) / material_g_cm3),
                muscle_ratio = static_cast<float>(density_g_cm3(Material::Muscle) / material_g_cm3);
    for_rows(patch.box, [&](int y) {
      for (int x = patch.box.x; x < patch.box.x + patch.box.width; ++x) {
        const cv::Point at = cv::Point(x, y) - patch.box.tl();
        const float g_cm2 = patch.g_cm2(at), share = patch.muscle_share(at);
        mass(y, x) += g_cm2;
        if (share < 0) continue;
        fat(y, x) = std::max(0.F, fat(y, x) - (1 - share) * fat_ratio * g_cm2);
        muscle(y, x) = std::max(0.F, muscle(y, x) - share * muscle_ratio * g_cm2);
      }
    });
  }
}

} // namespace calx::simulate

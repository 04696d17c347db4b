// Soft tissue is smooth: every fourth pixel is traced, the others lie between, except where the
// skin's edge or a fold comes into view.
#include "simulate/physics/project_parts.hpp"
#include "simulate/physics/rays.hpp"

#include <cmath>

namespace calx::simulate {

namespace {

constexpr int kStride = 4;
constexpr float kSkin_mm = 1.3F, kSkinMuscle = 0.8F; ///< skin: as a mixture of muscle and fat
constexpr float kBend_mm = 0.12F; ///< how much a path may bend between nodes to be interpolated

/// Path inside the skin, and the parts of it in muscle and in fat; the rest is air.
using Paths = cv::Vec3f;

class SoftTracer {
public:
  SoftTracer(const SoftTissue& soft, const Geometry& geometry)
      : rays_(geometry, soft.skin_distance_mm), skin_(soft.skin_distance_mm), soft_(soft),
        geometry_(geometry), pitch_mm_(static_cast<float>(soft.skin_distance_mm.pitch_mm)),
        tissue_step_mm_(static_cast<float>(soft.muscle_fraction.pitch_mm)) {}

  Paths trace(double row, double column) const {
    Ray ray;
    if (!rays_.cast(row, column, ray)) return {0, 0, 0};
    const cv::Vec3f start = point_on_ray(geometry_, row, column, ray.source_mm);
    const cv::Vec3f end = point_on_ray(geometry_, row, column, ray.source_mm + ray.length_mm);
    const cv::Vec3f direction = (end - start) * (1 / ray.length_mm);
    Paths paths(0, 0, 0);
    float at = 0, depth = -skin_(ray.start);
    while (at < ray.length_mm) {
      float step = depth <= 0 ? std::max(-0.9F * depth, 0.4F * pitch_mm_)
                              : std::clamp(0.5F * depth, 0.4F * pitch_mm_, tissue_step_mm_);
      step = std::min(step, ray.length_mm - at);
      const float next = -skin_(ray.at(at + step));
      if (depth > 0 || next > 0) {
        const float inside = step * share_above(depth, next, 0),
                    below_skin = step * share_above(depth, next, kSkin_mm);
        const cv::Vec3f middle = start + direction * (at + 0.5F * step);
        const float tissue = 1 - air_at(middle);
        const float share = muscle_at(soft_, middle);
        const float muscle = below_skin * share + (inside - below_skin) * kSkinMuscle;
        paths += Paths(inside, tissue * muscle, tissue * (inside - muscle));
      }
      at += step;
      depth = next;
    }
    return paths;
  }

private:
  float air_at(const cv::Vec3f& film_mm) const {
    return soft_.air_fraction.empty() ? 0.F
                                      : std::clamp(soft_.air_fraction.sample(film_mm), 0.F, 1.F);
  }

  /// The part of a straight way from depth a to depth b that is below a level.
  static float share_above(float a, float b, float level) {
    a -= level;
    b -= level;
    if (std::abs(b - a) < 1e-4F) return a > 0 ? 1.F : 0.F;
    return (std::max(b, 0.F) - std::max(a, 0.F)) / (b - a);
  }

  Rays rays_;
  Sampler skin_;
  const SoftTissue& soft_;
  const Geometry& geometry_;
  float pitch_mm_, tissue_step_mm_;
};

/// Whether pixels between four nodes need rays of their own.
cv::Mat1b rough_cells(const cv::Mat_<Paths>& nodes) {
  cv::Mat1b bent(nodes.size(), std::uint8_t{0}); // by node
  const auto inside = [&](int y, int x) {
    return nodes(std::clamp(y, 0, nodes.rows - 1), std::clamp(x, 0, nodes.cols - 1))[0];
  };
  for_rows({0, 0, nodes.cols, nodes.rows}, [&](int y) {
    for (int x = 0; x < nodes.cols; ++x) {
      const float own = inside(y, x);
      for (const auto& [dy, dx] : {std::pair{0, 1}, std::pair{1, 0}}) {
        const float before = inside(y - dy, x - dx), after = inside(y + dy, x + dx);
        const bool edge = (own > 0) != (before > 0) || (own > 0) != (after > 0);
        if (edge || std::abs(before - 2 * own + after) > kBend_mm * kStride) bent(y, x) = 1;
      }
    }
  });
  cv::Mat1b cells(nodes.rows - 1, nodes.cols - 1);
  for (int y = 0; y < cells.rows; ++y)
    for (int x = 0; x < cells.cols; ++x)
      cells(y, x) = bent(y, x) | bent(y, x + 1) | bent(y + 1, x) | bent(y + 1, x + 1);
  return cells;
}

} // namespace

void project_soft_tissue(Projection& projection, const SoftTissue& soft, const Geometry& geometry) {
  projection.body_mm = cv::Mat1f::zeros(geometry.rows, geometry.columns);
  cv::Mat1f& fat = map_of(projection, Material::Adipose, geometry);
  cv::Mat1f& muscle = map_of(projection, Material::Muscle, geometry);
  if (soft.skin_distance_mm.empty()) return;
  const SoftTracer tracer(soft, geometry);
  const float fat_g = static_cast<float>(density_g_cm3(Material::Adipose) / 10),
              muscle_g = static_cast<float>(density_g_cm3(Material::Muscle) / 10);

  cv::Mat_<Paths> nodes((geometry.rows - 1) / kStride + 2, (geometry.columns - 1) / kStride + 2);
  for_rows({0, 0, nodes.cols, nodes.rows}, [&](int y) {
    for (int x = 0; x < nodes.cols; ++x) nodes(y, x) = tracer.trace(y * kStride, x * kStride);
  });
  const cv::Mat1b rough = rough_cells(nodes);
  for_rows({0, 0, geometry.columns, geometry.rows}, [&](int y) {
    const int cell_y = y / kStride;
    const float part_y = static_cast<float>(y % kStride) / kStride;
    for (int x = 0; x < geometry.columns; ++x) {
      const int cell_x = x / kStride;
      const float part_x = static_cast<float>(x % kStride) / kStride;
      Paths paths;
      if (rough(cell_y, cell_x) != 0) {
        paths = tracer.trace(y, x);
      } else {
        const Paths* const upper = nodes[cell_y] + cell_x;
        const Paths* const lower = nodes[cell_y + 1] + cell_x;
        const Paths a = upper[0] + (upper[1] - upper[0]) * part_x,
                    b = lower[0] + (lower[1] - lower[0]) * part_x;
        paths = a + (b - a) * part_y;
      }
      projection.body_mm(y, x) = paths[0];
      muscle(y, x) = muscle_g * paths[1];
      fat(y, x) = fat_g * paths[2];
    }
  });
}

} // namespace calx::simulate

#include "simulate/anatomy/field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core/utility.hpp>

namespace calx::simulate {

namespace {

constexpr float unknown = std::numeric_limits<float>::max();

/// The distances of the nodes beside the surface, from the function's own slope; the rest unknown.
std::vector<float> seeds(const Grid& field) {
  std::vector<float> distance(field.values.size(), unknown);
  const auto pitch = static_cast<float>(field.pitch_mm);
  const int step[3] = {1, field.size[0], field.size[0] * field.size[1]};
  each_slice(field.size[2], [&](int z) {
    for (int y = 0; y < field.size[1]; ++y)
      for (int x = 0; x < field.size[0]; ++x) {
        const std::size_t i = field.index(x, y, z);
        const float here = field.values[i];
        const int at[3] = {x, y, z};
        float inverse_square = 0; // of the distances to the crossings along each axis
        for (int axis = 0; axis < 3; ++axis) {
          float nearest = unknown;
          for (const int side : {-1, 1}) {
            if (at[axis] + side < 0 || at[axis] + side >= field.size[axis]) continue;
            const float there =
                field.values[static_cast<std::size_t>(static_cast<long>(i) + side * step[axis])];
            if ((here < 0) == (there < 0)) continue;
            nearest = std::min(nearest,
                               pitch * std::abs(here) / std::max(std::abs(here - there), 1e-12F));
          }
          if (nearest < unknown) inverse_square += 1 / std::max(nearest * nearest, 1e-6F);
        }
        if (inverse_square > 0) distance[i] = 1 / std::sqrt(inverse_square);
      }
  });
  return distance;
}

/// Godunov's solution of |grad d| = 1 from the least neighbours along each axis.
float eikonal(float a, float b, float c, float pitch) {
  if (a > b) std::swap(a, b);
  if (b > c) std::swap(b, c);
  if (a > b) std::swap(a, b);
  float d = a + pitch;
  if (d <= b) return d;
  d = 0.5F * (a + b + std::sqrt(std::max(2 * pitch * pitch - (a - b) * (a - b), 0.F)));
  if (d <= c) return d;
  const float sum = a + b + c;
  const float square = sum * sum - 3 * (a * a + b * b + c * c - pitch * pitch);
  return (sum + std::sqrt(std::max(square, 0.F))) / 3;
}

/// Passes through the lattice along all eight diagonals. `distance` holds the field's nodes; they
/// are swept with a rim of unknown ones about them, so that each has all its neighbours.
void sweep(std::vector<float>& distance, const Grid& field, float reach) {
  const auto pitch = static_cast<float>(field.pitch_mm);
  const std::ptrdiff_t nx = field.size[0], ny = field.size[1], nz = field.size[2];
  const std::ptrdiff_t row = nx + 2, slab = row * (ny + 2);
  std::vector<float> rimmed(static_cast<std::size_t>(slab * (nz + 2)), unknown);
  const auto line = [&](std::ptrdiff_t y, std::ptrdiff_t z) {
    return rimmed.data() + (z + 1) * slab + (y + 1) * row + 1;
  };
  const auto nodes = [&](std::ptrdiff_t y, std::ptrdiff_t z) {
    return distance.data() + (z * ny + y) * nx;
  };
  for (std::ptrdiff_t z = 0; z < nz; ++z)
    for (std::ptrdiff_t y = 0; y < ny; ++y) std::copy_n(nodes(y, z), nx, line(y, z));
  const auto sweep_line = [&](int turn, std::ptrdiff_t j, std::ptrdiff_t k) {
    const std::ptrdiff_t along = turn & 1 ? -1 : 1;
    float* here =
        line(turn & 2 ? ny - 1 - j : j, turn & 4 ? nz - 1 - k : k) + (along < 0 ? nx - 1 : 0);
    for (std::ptrdiff_t h = 0; h < nx; ++h, here += along) {
      const float a = std::min(here[-1], here[1]), b = std::min(here[-row], here[row]),
                  c = std::min(here[-slab], here[slab]);
      const float nearest = std::min({a, b, c});
      if (nearest >= reach || nearest >= *here) continue;
      *here = std::min(*here, eikonal(a, b, c, pitch));
    }
  };
  for (int turn = 0; turn < 8; ++turn)
    // Lines of one sum wait for none of the others.
    for (std::ptrdiff_t sum = 0; sum < ny + nz - 1; ++sum) {
      const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, sum - (nz - 1));
      const std::ptrdiff_t last = std::min(sum, ny - 1);
      each_slice(static_cast<int>(last - first + 1),
                 [&](int i) { sweep_line(turn, first + i, sum - first - i); });
    }
  for (std::ptrdiff_t z = 0; z < nz; ++z)
    for (std::ptrdiff_t y = 0; y < ny; ++y) std::copy_n(line(y, z), nx, nodes(y, z));
}

} // namespace

void each_slice(int slices, const std::function<void(int)>& body) {
  cv::parallel_for_(cv::Range(0, slices), [&](const cv::Range& range) {
    for (int z = range.start; z < range.end; ++z) body(z);
  });
}

void redistance(Grid& field, double reach_mm) {
  const auto reach = static_cast<float>(reach_mm);
  std::vector<float> distance = seeds(field);
  sweep(distance, field, reach);
  float farthest = 0;
  for (std::size_t i = 0; i < distance.size(); ++i) {
    const float magnitude = std::min(distance[i], reach);
    field.values[i] = field.values[i] < 0 ? -magnitude : magnitude;
    farthest = std::max(farthest, field.values[i]);
  }
  field.outside = farthest;
}

void smooth(Grid& field, double sigma_mm) {
  const double sigma = sigma_mm / field.pitch_mm;
  const int reach = static_cast<int>(std::ceil(2.5 * sigma));
  if (reach < 1) return;
  std::vector<float> weights(static_cast<std::size_t>(2 * reach + 1));
  float sum = 0;
  for (int i = -reach; i <= reach; ++i)
    sum += weights[static_cast<std::size_t>(i + reach)] =
        static_cast<float>(std::exp(-0.5 * i * i / (sigma * sigma)));
  for (float& weight : weights) weight /= sum;

  std::vector<float> source;
  for (int axis = 0; axis < 3; ++axis) {
    source = field.values;
    const std::size_t step = field.index(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0);
    each_slice(field.size[2], [&](int z) {
      for (int y = 0; y < field.size[1]; ++y)
        for (int x = 0; x < field.size[0]; ++x) {
          const int at = axis == 0 ? x : axis == 1 ? y : z;
          const std::size_t i = field.index(x, y, z),
                            first = i - static_cast<std::size_t>(at) * step;
          float total = 0;
          for (int k = -reach; k <= reach; ++k) {
            const int there = std::clamp(at + k, 0, field.size[axis] - 1);
            total += weights[static_cast<std::size_t>(k + reach)] *
                     source[first + static_cast<std::size_t>(there) * step];
          }
          field.values[i] = total;
        }
    });
  }
}

Grid resampled(const Grid& field, double pitch_mm) {
  Grid fine =
      Grid::covering(field.low_mm(), field.high_mm(), pitch_mm, field.outside, field.outside);
  const cv::Vec3f low = field.low_mm(), high = field.high_mm();
  each_slice(fine.size[2], [&](int z) {
    for (int y = 0; y < fine.size[1]; ++y)
      for (int x = 0; x < fine.size[0]; ++x) {
        cv::Vec3f at = fine.node_mm(x, y, z);
        for (int axis = 0; axis < 3; ++axis) at[axis] = std::clamp(at[axis], low[axis], high[axis]);
        fine.at(x, y, z) = field.sample(at);
      }
  });
  return fine;
}

float far_distance(const Grid& distance, const cv::Vec3f& at) {
  const float within = distance.sample(at);
  if (within != distance.outside) return within;
  constexpr float hair = 1e-3F; // keeps rounding from leaving the grid
  const cv::Vec3f low = distance.low_mm(), high = distance.high_mm();
  cv::Vec3f inside = at;
  for (int axis = 0; axis < 3; ++axis)
    inside[axis] = std::clamp(at[axis], low[axis] + hair, high[axis] - hair);
  return distance.sample(inside) + static_cast<float>(cv::norm(at - inside));
}

float smooth_min(float a, float b, float blend_mm) {
  const float part = std::max(blend_mm - std::abs(a - b), 0.F) / blend_mm;
  return std::min(a, b) - part * part * blend_mm * 0.25F;
}

float smooth_step(float low, float high, float at) {
  const float t = std::clamp((at - low) / (high - low), 0.F, 1.F);
  return t * t * (3 - 2 * t);
}

} // namespace calx::simulate

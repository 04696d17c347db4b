#include "simulate/anatomy/soft_tissue.hpp"

#include "simulate/anatomy/air.hpp"
#include "simulate/anatomy/field.hpp"
#include "simulate/anatomy/lead_back.hpp"
#include "simulate/anatomy/muscles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace calx::simulate {

namespace {

/// A smooth, low field of about -1 to 1 that makes the fat uneven.
class Unevenness {
public:
  Unevenness(double wavelength_mm, Random draw) {
    for (Wave& wave : waves_) {
      const cv::Vec3d towards(draw.normal(0, 1), draw.normal(0, 1), draw.normal(0, 1));
      const double length = wavelength_mm * draw.uniform(0.7, 1.6);
      wave.number = cv::Vec3f(cv::normalize(towards) * (2 * std::numbers::pi / length));
      wave.phase = static_cast<float>(draw.uniform(0, 2 * std::numbers::pi));
    }
  }
  float operator()(const cv::Vec3f& at) const {
    float sum = 0;
    for (const Wave& wave : waves_) sum += std::sin(wave.number.dot(at) + wave.phase);
    return sum / static_cast<float>(waves_.size());
  }

private:
  struct Wave {
    cv::Vec3f number;
    float phase = 0;
  };
  std::array<Wave, 5> waves_;
};

/// The smallest box (body frame) of the rest positions that lie within `reach_mm` of the lean body.
std::pair<cv::Vec3d, cv::Vec3d> rest_box(const RestField& field, float reach_mm) {
  cv::Vec3f low = cv::Vec3f::all(1e6F), high = cv::Vec3f::all(-1e6F);
  for (std::size_t i = 0; i < field.position.size(); ++i) {
    if (field.lean.values[i] > reach_mm) continue;
    for (int axis = 0; axis < 3; ++axis) {
      low[axis] = std::min(low[axis], field.position[i][axis]);
      high[axis] = std::max(high[axis], field.position[i][axis]);
    }
  }
  if (low[0] > high[0]) return {cv::Vec3d::all(0), cv::Vec3d::all(1)};
  return {cv::Vec3d(low), cv::Vec3d(high)};
}

/// A muscle's distance where the pose has moved it: none where its bone is not.
float posed_muscle_mm(float muscle_mm, float displaced_mm) {
  return muscle_mm + std::max(displaced_mm - 6, 0.F);
}

/// Adds the muscles to the lean body and closes hollows that are narrower than 2 `closing_mm`.
void complete_lean(RestField& field, const Grid& muscle, const SoftRequest& request) {
  const auto blend = static_cast<float>(request.rest.row->blend_mm * request.size),
             size = static_cast<float>(request.size);
  Grid& lean = field.lean;
  if (!muscle.empty())
    each_slice(lean.size[2], [&](int z) {
      for (int y = 0; y < lean.size[1]; ++y)
        for (int x = 0; x < lean.size[0]; ++x) {
          const std::size_t i = lean.index(x, y, z);
          const float distance =
              posed_muscle_mm(size * muscle.sample(field.position[i]), field.displaced.values[i]);
          lean.values[i] = smooth_min(lean.values[i], distance, blend);
        }
    });
  const auto closing = static_cast<float>(request.rest.row->closing_mm * request.size);
  constexpr double reach_mm = 75;
  for (float& value : lean.values) value -= closing;
  redistance(lean, reach_mm);
  for (float& value : lean.values) value += closing;
}

Grid skin_of(const RestField& field, const SoftRequest& request, Random draw) {
  const RegionRow& row = *request.rest.row;
  const Unevenness uneven(row.soft_pitch_mm < 1.3 ? 45 : 140, draw.stream("fat"));
  const double spread = draw.uniform(0.1, 0.45);
  Grid skin = field.lean;
  for (std::size_t i = 0; i < skin.values.size(); ++i)
    skin.values[i] -=
        static_cast<float>(request.fat_mm * std::max(0.3, 1 + spread * uneven(field.position[i])));
  smooth(skin, 0.45 * row.blend_mm * request.size);
  redistance(skin, 60);
  return skin;
}

/// The part of muscle in the lean body: planes of fat between muscles, and flesh of which no mesh
/// is known away from them.
float lean_fraction(float muscle_mm) {
  constexpr float muscle = 0.95F, plane = 0.25F, unknown = 0.82F;
  const float out_of_muscle = smooth_step(-0.7F, 0.5F, muscle_mm);
  const float beyond = smooth_step(1.5F, 4.5F, muscle_mm);
  const float between = plane + (unknown - plane) * beyond;
  return muscle + (between - muscle) * out_of_muscle;
}

/// Rest positions between the nodes of the coarse lattice.
cv::Vec3f position_at(const RestField& field, const cv::Vec3f& at) {
  const Grid& lattice = field.lean;
  std::size_t base[3];
  float part[3];
  for (int axis = 0; axis < 3; ++axis) {
    const float node = (at[axis] - static_cast<float>(lattice.origin_mm[axis])) /
                       static_cast<float>(lattice.pitch_mm);
    const int first = std::clamp(static_cast<int>(node), 0, lattice.size[axis] - 2);
    base[axis] = static_cast<std::size_t>(first);
    part[axis] = std::clamp(node - static_cast<float>(first), 0.F, 1.F);
  }
  const std::size_t corner = lattice.index(static_cast<int>(base[0]), static_cast<int>(base[1]),
                                           static_cast<int>(base[2]));
  const std::size_t row = lattice.index(0, 1, 0), slab = lattice.index(0, 0, 1);
  cv::Vec3f sum(0, 0, 0);
  for (const std::size_t k : {0U, 1U})
    for (const std::size_t j : {0U, 1U})
      for (const std::size_t i : {0U, 1U})
        sum += field.position[corner + i + j * row + k * slab] *
               ((i ? part[0] : 1 - part[0]) * (j ? part[1] : 1 - part[1]) *
                (k ? part[2] : 1 - part[2]));
  return sum;
}

Grid muscle_fraction(const RestField& field, const Grid& skin, const Grid& muscle,
                     const SoftRequest& request, Random draw) {
  const Unevenness streaks(22 * request.size, draw.stream("streaks"));
  const auto size = static_cast<float>(request.size);
  const auto fat = static_cast<float>(draw.uniform(0.02, 0.1));
  const auto marbling = static_cast<float>(draw.uniform(0.0, 0.08));
  const bool hand = request.rest.row->soft_pitch_mm < 1.3;
  Grid fraction = Grid::filled(skin.size, skin.pitch_mm, skin.origin_mm, 0, 0);
  each_slice(fraction.size[2], [&](int z) {
    for (int y = 0; y < fraction.size[1]; ++y)
      for (int x = 0; x < fraction.size[0]; ++x) {
        if (skin.at(x, y, z) > 2) continue;
        const cv::Vec3f at = fraction.node_mm(x, y, z), rest = position_at(field, at);
        const float lean_mm = field.lean.sample(at);
        const float outside = smooth_step(-0.8F, 0.8F, lean_mm);
        if (outside >= 1) {
          fraction.at(x, y, z) = fat;
          continue;
        }
        float lean = hand ? 0.78F : 0.88F;
        if (!muscle.empty())
          lean = lean_fraction(
              posed_muscle_mm(size * muscle.sample(rest), field.displaced.sample(at)));
        lean -= marbling * (1 + streaks(rest));
        fraction.at(x, y, z) = lean + (fat - lean) * outside;
      }
  });
  return fraction;
}

/// The part of the grid that holds what is below `limit`, with one node around it.
Grid cropped(const Grid& grid, float limit) {
  cv::Vec3i first = grid.size, last(-1, -1, -1);
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x) {
        if (grid.at(x, y, z) > limit) continue;
        const int at[3] = {x, y, z};
        for (int axis = 0; axis < 3; ++axis) {
          first[axis] = std::min(first[axis], at[axis]);
          last[axis] = std::max(last[axis], at[axis]);
        }
      }
  if (last[0] < 0) return grid;
  for (int axis = 0; axis < 3; ++axis) {
    first[axis] = std::max(0, first[axis] - 1);
    last[axis] = std::min(grid.size[axis] - 1, last[axis] + 1);
  }
  Grid part = Grid::filled(last - first + cv::Vec3i(1, 1, 1), grid.pitch_mm,
                           grid.node_mm(first[0], first[1], first[2]), 0, grid.outside);
  for (int z = 0; z < part.size[2]; ++z)
    for (int y = 0; y < part.size[1]; ++y)
      std::copy_n(&grid.values[grid.index(first[0], first[1] + y, first[2] + z)], part.size[0],
                  &part.values[part.index(0, y, z)]);
  return part;
}

} // namespace

SoftTissue make_soft_tissue(const SoftRequest& request, const Random& random) {
  const RegionRow& row = *request.rest.row;
  RestField field = lead_back(request, 2 * row.soft_pitch_mm);
  Grid muscle;
  if (!request.muscles.empty()) {
    const auto [low, high] = rest_box(field, 60);
    Random draw = random.stream("fat planes");
    muscle = muscle_distance(request.muscles, low, high, row.soft_pitch_mm, draw.uniform(0.6, 1.6));
  }
  complete_lean(field, muscle, request);
  SoftTissue soft;
  const Grid coarse = skin_of(field, request, random.stream("skin"));
  soft.skin_distance_mm = resampled(cropped(coarse, 4), row.soft_pitch_mm);
  soft.muscle_fraction =
      muscle_fraction(field, soft.skin_distance_mm, muscle, request, random.stream("flesh"));
  soft.air_fraction = air_fraction(request, field, soft.skin_distance_mm, random.stream("air"));
  return soft;
}

} // namespace calx::simulate

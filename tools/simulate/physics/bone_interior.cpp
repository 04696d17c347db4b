#include "simulate/physics/bone_interior.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

namespace {

double smooth_step(double from, double to, double at) {
  const double x = std::clamp((at - from) / (to - from), 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

/// A rotation that takes `axis` to the third coordinate, turned around it by an angle.
cv::Matx33d upright(const cv::Vec3d& axis, double angle) {
  const cv::Vec3d other = std::abs(axis[0]) < 0.8 ? cv::Vec3d(1, 0, 0) : cv::Vec3d(0, 1, 0);
  const cv::Vec3d u = cv::normalize(axis.cross(other)), v = axis.cross(u);
  const cv::Vec3d a = u * std::cos(angle) + v * std::sin(angle),
                  b = v * std::cos(angle) - u * std::sin(angle);
  return {a[0], a[1], a[2], b[0], b[1], b[2], axis[0], axis[1], axis[2]};
}

cv::Vec3f random_shift(Random& random) {
  constexpr double widest = 128; // nodes of a tile
  return {static_cast<float>(random.uniform(0, widest)),
          static_cast<float>(random.uniform(0, widest)),
          static_cast<float>(random.uniform(0, widest))};
}

/// Integral over depth, from the surface, of the share of compact bone: 1 down to `cortex`, then
/// falling to 0 over `edge`.
inline float compact_down_to(float depth, float cortex, float edge) {
  const float beyond = std::clamp(depth - cortex, 0.F, edge);
  return std::clamp(depth, 0.F, cortex) + beyond - beyond * beyond / (2 * edge);
}

} // namespace

BoneInterior::BoneInterior(const Bone& bone, const Random& random)
    : strands_(trabecular_tile()), hills_(hill_tile()) {
  const Grid& grid = bone.solid->distance_mm;
  const BoneTissue& tissue = bone.tissue;
  const double pitch = grid.pitch_mm * bone.scale, half = bone.solid->half_length_mm * bone.scale;
  Random draw = random.stream("bone interior " + bone.name);
  pitch_mm_ = static_cast<float>(pitch);
  compact_ = static_cast<float>(1 - tissue.cortex_porosity);
  centre_ = (bone.solid->centre_mm - grid.origin_mm) * (1 / grid.pitch_mm);
  along_ = bone.solid->axis * (grid.pitch_mm / std::max(bone.solid->half_length_mm, 1e-3));
  for (int i = 0; i <= kProfile; ++i) {
    const double at = static_cast<double>(i) / kProfile;
    const double shaft = 1 - smooth_step(0.38, 0.92, at), marrow = 1 - smooth_step(0.42, 0.82, at);
    profile_[static_cast<std::size_t>(i)] = {
        static_cast<float>(std::lerp(tissue.cortex_end_mm, tissue.cortex_shaft_mm, shaft)),
        static_cast<float>(
            std::lerp(tissue.trabecular_end_fraction, tissue.trabecular_shaft_fraction, marrow))};
  }
  // Trabeculae of the hand can be told apart on a film; in large bones one sees bundles of them.
  strand_mm_ =
      static_cast<float>(std::clamp(0.10 + 0.0010 * half, 0.115, 0.27) * draw.uniform(0.85, 1.2));
  hill_mm_ = static_cast<float>(std::clamp(0.024 * half, 0.5, 2.2));
  const cv::Matx33d turn = upright(bone.solid->axis, draw.uniform(0, 6.28));
  to_strands_ = turn * (pitch / double{strand_mm_});
  to_hills_ = turn * (pitch / double{hill_mm_});
  strand_shift_ = random_shift(draw);
  hill_shift_ = random_shift(draw);
}

BoneInterior::Zone BoneInterior::zone(const cv::Vec3f& node) const {
  const float at = std::min(std::abs((node - centre_).dot(along_)), 1.F) * kProfile;
  const int low = std::min(static_cast<int>(at), kProfile - 1);
  const Profile &a = profile_[static_cast<std::size_t>(low)],
                &b = profile_[static_cast<std::size_t>(low) + 1];
  const float part = at - static_cast<float>(low);
  const float hill = hills_(to_hills_ * node + hill_shift_);
  Zone zone;
  zone.cortex_mm = (a.cortex_mm + part * (b.cortex_mm - a.cortex_mm)) * (1 + 0.12F * hill);
  zone.edge_mm = 0.3F * zone.cortex_mm + 0.2F;
  zone.compact = compact_ * (1 - 0.02F * hill);
  zone.trabecular = (a.trabecular + part * (b.trabecular - a.trabecular)) * (1 + 0.22F * hill);
  return zone;
}

BonePiece BoneInterior::piece(const Zone& zone, float strand, float from, float to,
                              float length_mm) const {
  float inside = 1, compact; // as parts of the length
  if (std::abs(to - from) > 1e-3F) {
    const float slope = 1 / (to - from);
    inside = (std::max(to, 0.F) - std::max(from, 0.F)) * slope;
    compact = (compact_down_to(to, zone.cortex_mm, zone.edge_mm) -
               compact_down_to(from, zone.cortex_mm, zone.edge_mm)) *
              slope;
  } else {
    compact = std::clamp(1 - (from - zone.cortex_mm) / zone.edge_mm, 0.F, 1.F);
  }
  const float solid = zone.compact * (1.03F - 0.03F * strand); // Haversian canals
  return {inside * length_mm,
          compact * solid * length_mm + spongy_mm(zone, strand, (inside - compact) * length_mm)};
}

float BoneInterior::step_mm(const Zone& zone, float depth) const {
  const float hollow = below_cortex_mm(zone, depth); // above 0: marrow and trabeculae
  if (hollow <= 0) return std::clamp(0.6F * zone.cortex_mm, 0.6F * pitch_mm_, 1.2F);
  if (zone.trabecular < 0.004F) return std::max(0.8F * hollow, 4 * strand_mm_);
  return 2.6F * strand_mm_;
}

} // namespace calx::simulate

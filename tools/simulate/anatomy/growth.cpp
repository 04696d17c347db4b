#include "simulate/anatomy/growth.hpp"

#include "simulate/anatomy/field.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace calx::simulate {

namespace {

/// Age in years at which a bone without a shaft begins to ossify, means of both sexes.
double ossifies_at(std::string_view bone) {
  struct Onset {
    std::string_view bone;
    double years;
  };
  constexpr std::array<Onset, 12> onsets{{{"triquetrum", 2.4},
                                          {"lunate", 3.5},
                                          {"scaphoid", 5},
                                          {"trapezium", 4.8},
                                          {"trapezoid", 5},
                                          {"pisiform", 10},
                                          {"patella", 4},
                                          {"navicular", 2.8},
                                          {"medial_cuneiform", 1.8},
                                          {"intermediate_cuneiform", 2.5},
                                          {"foot_sesamoids", 10},
                                          {"coccyx", 5}}};
  const auto found = std::ranges::find(onsets, bone, &Onset::bone);
  return found == onsets.end() ? 0.3 : found->years;
}

struct Plates {
  bool proximal, distal;
};

/// Which ends of a tubular bone grow.
Plates plates_of(const BoneRow& bone) {
  if (!traits(bone.kind).tubular) return {false, false};
  const bool ray = bone.kind == BoneKind::Metacarpal || bone.kind == BoneKind::Metatarsal;
  if (ray && (bone.name.starts_with("thumb") || bone.name.starts_with("first")))
    return {true, false};
  if (ray) return {false, true};
  const bool short_bone = bone.kind == BoneKind::Phalanx || bone.kind == BoneKind::DistalPhalanx ||
                          bone.kind == BoneKind::Toe;
  return short_bone ? Plates{true, false} : Plates{true, true};
}

/// How far from the end the plate lies, as a part of the bone's length.
double plate_depth(BoneKind kind) {
  switch (kind) {
  case BoneKind::DistalPhalanx:
  case BoneKind::Toe:
    return 0.13;
  case BoneKind::Phalanx:
    return 0.1;
  case BoneKind::Metacarpal:
  case BoneKind::Metatarsal:
    return 0.15;
  case BoneKind::Femur:
  case BoneKind::Humerus:
    return 0.075;
  default:
    return 0.065;
  }
}

/// Thins the body by `less_mm` where `at` lies beyond a growth plate and cuts the plate out.
class Plate {
public:
  Plate(const Solid& solid, const cv::Vec3d& outwards, double depth_mm, double gap_mm,
        double less_mm, Random draw)
      : outwards_(outwards), origin_(solid.centre_mm), half_gap_(static_cast<float>(gap_mm / 2)),
        less_(static_cast<float>(less_mm)) {
    float end = 0;
    for (const int side : {0, 1}) end = std::max(end, extent(solid, side));
    place_ = end - static_cast<float>(depth_mm);
    const double width = std::sqrt(solid.volume_mm3 / (2 * solid.half_length_mm));
    for (cv::Vec3f& wave : waves_)
      wave = cv::Vec3f(cv::Vec3d(draw.normal(0, 1), draw.normal(0, 1), draw.normal(0, 1)) *
                       (1.6 / width));
    height_ = static_cast<float>(0.05 * width);
  }
  float cut(const cv::Vec3f& at, float distance) const {
    float along = (at - origin_).dot(outwards_) - place_;
    if (std::abs(along) > 40 && along < 0) return distance;
    for (const cv::Vec3f& wave : waves_) along += height_ * std::sin(wave.dot(at - origin_));
    const float gap = half_gap_ - std::abs(along);
    distance += less_ * smooth_step(-half_gap_, half_gap_, along);
    return -smooth_min(-distance, -gap, 1.2F); // the larger of both, with rounded edges
  }

private:
  cv::Vec3f outwards_, origin_;
  float half_gap_, less_, place_ = 0, height_ = 0;
  std::array<cv::Vec3f, 3> waves_;

  /// The bone's extent from its centre along `outwards_`.
  float extent(const Solid& solid, int phase) const {
    float end = 0;
    const Grid& grid = solid.distance_mm;
    for (int z = phase; z < grid.size[2]; z += 2)
      for (int y = 0; y < grid.size[1]; y += 2)
        for (int x = 0; x < grid.size[0]; x += 2)
          if (grid.at(x, y, z) < 0)
            end = std::max(end, (cv::Vec3f(grid.node_mm(x, y, z)) - origin_).dot(outwards_));
    return end;
  }
};

bool is_young(const Patient& patient) {
  return patient.age_years < 17;
}

std::shared_ptr<Solid> with_plates(const RestBone& bone, const Patient& patient, Random draw) {
  auto solid = std::make_shared<Solid>(*bone.solid);
  const bool foot = bone.row->kind == BoneKind::Metatarsal || bone.row->kind == BoneKind::Toe;
  const cv::Vec3d distal = foot ? cv::Vec3d(0, -1, 0) : cv::Vec3d(0, 0, -1);
  cv::Vec3d axis = solid->axis;
  if ((bone.to_body.linear() * axis).dot(distal) < 0) axis = -axis;
  const double width = 2 * std::sqrt(solid->volume_mm3 / (2 * solid->half_length_mm * 3.14));
  const double youth = std::clamp((16.5 - patient.age_years) / 14, 0.0, 1.0);
  const double gap = std::clamp(0.05 * width, 0.7, 2.2) * (0.7 + youth) / patient.size;
  const double less = 0.16 * width * std::max(0.0, youth - 0.3) / 0.7;
  const double depth = plate_depth(bone.row->kind) * 2 * solid->half_length_mm;
  const Plates open = plates_of(*bone.row);
  std::vector<Plate> plates;
  if (open.proximal) plates.emplace_back(*solid, -axis, depth, gap, less, draw.stream("proximal"));
  if (open.distal) plates.emplace_back(*solid, axis, depth, gap, less, draw.stream("distal"));
  Grid& grid = solid->distance_mm;
  each_slice(grid.size[2], [&](int z) {
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x) {
        float& distance = grid.at(x, y, z);
        if (distance > 3) continue;
        for (const Plate& plate : plates) distance = plate.cut(grid.node_mm(x, y, z), distance);
      }
  });
  return solid;
}

/// A bone without a shaft, as large as its ossified part is.
std::shared_ptr<Solid> ossified_part(const RestBone& bone, double part) {
  auto solid = std::make_shared<Solid>(*bone.solid);
  const float deepest = -*std::ranges::min_element(solid->distance_mm.values);
  const float less = deepest * static_cast<float>(1 - part);
  for (float& distance : solid->distance_mm.values) distance += less;
  return solid;
}

} // namespace

Patient draw_patient(Region region, double fat_low_mm, double fat_high_mm, Random draw) {
  Patient patient;
  patient.sex = draw.chance(0.5) && region != Region::Scrotum ? Sex::Female : Sex::Male;
  const bool child = draw.chance(0.14);
  patient.age_years = child ? draw.uniform(2.5, 17) : draw.normal_within(54, 18, 17, 94);
  const double adult = patient.sex == Sex::Female ? 0.95 : 1.02;
  patient.size = adult * draw.normal_within(1, 0.05, 0.88, 1.13);
  if (child) patient.size *= 0.4 + 0.6 * std::pow(patient.age_years / 17, 0.8);
  patient.size = std::clamp(patient.size, 0.5, 1.15);
  const double obesity = std::pow(draw.uniform(0, 1), 1.4); // lean is commoner
  patient.fat_mm = fat_low_mm * std::pow(fat_high_mm / fat_low_mm, obesity);
  if (child) patient.fat_mm *= 0.4 + 0.6 * patient.size;
  return patient;
}

BoneTissue tissue_of(BoneKind kind, const Patient& patient, Random draw) {
  const BoneTraits& adult = traits(kind);
  const double years = std::max(0.0, patient.age_years - 45) / 45; // 1 at 90
  const double loss = patient.sex == Sex::Female ? 1.25 : 0.8;
  const double thin = std::max(0.35, 1 - 0.5 * loss * years * draw.uniform(0.5, 1.3));
  const double own = draw.normal_within(1, 0.1, 0.75, 1.3) * patient.size;
  BoneTissue tissue;
  tissue.cortex_shaft_mm = adult.cortex_shaft_mm * own * thin;
  tissue.cortex_end_mm = adult.cortex_end_mm * own * (0.4 + 0.6 * thin);
  tissue.trabecular_end_fraction =
      adult.trabecular_end * thin * draw.normal_within(1, 0.12, 0.7, 1.35);
  tissue.trabecular_shaft_fraction = adult.trabecular_shaft * thin;
  tissue.cortex_porosity = std::clamp(0.05 + 0.12 * loss * years + draw.normal(0, 0.01), 0.03, 0.3);
  return tissue;
}

RestBone grown(const RestBone& bone, const Patient& patient, Random draw) {
  if (!is_young(patient)) return bone;
  RestBone young = bone;
  const bool closed = patient.age_years > draw.uniform(14, 16.9);
  if (traits(bone.row->kind).tubular) {
    if (!closed) young.solid = with_plates(bone, patient, draw.stream("plates"));
    return young;
  }
  const double years = patient.age_years - ossifies_at(bone.row->name);
  young.ossified = years >= 0;
  const bool small_bone = bone.row->kind == BoneKind::Carpal ||
                          bone.row->kind == BoneKind::Tarsal || bone.row->kind == BoneKind::Patella;
  const double part = std::clamp(0.35 + years / 9, 0.0, 1.0);
  if (small_bone && part < 1) young.solid = ossified_part(bone, part);
  return young;
}

} // namespace calx::simulate

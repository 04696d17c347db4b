#include "simulate/insertion/film_anatomy.hpp"

#include "anatomy/anatomy.hpp"
#include "normalise/normalise.hpp"
#include "simulate/mesh/shapes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

// Effective energies: those at which mono-energetic contrast of apatite in the region's thickness
// equals the polyenergetic one of its usual tube voltage.
constexpr std::array kTechniques{
    RegionTechnique{Region::Hand, 12, 6, 34, 0.30, 3.5},
    RegionTechnique{Region::Wrist, 20, 9, 35, 0.43, 5},
    RegionTechnique{Region::Forearm, 30, 8, 38, 0.6, 6},
    RegionTechnique{Region::Elbow, 38, 14, 40, 0.85, 7},
    RegionTechnique{Region::UpperArm, 48, 13, 42, 1.0, 7},
    RegionTechnique{Region::Shoulder, 62, 20, 47, 0.36, 8},
    RegionTechnique{Region::Pelvis, 95, 25, 51, 0.5, 12},
    RegionTechnique{Region::Hip, 85, 24, 51, 0.5, 12},
    RegionTechnique{Region::Thigh, 70, 16, 48, 0.6, 12},
    RegionTechnique{Region::Knee, 55, 26, 44, 1.24, 10},
    RegionTechnique{Region::Leg, 45, 15, 42, 0.9, 9},
    RegionTechnique{Region::Ankle, 36, 18, 39, 0.7, 8},
    RegionTechnique{Region::Foot, 30, 12, 38, 0.6, 6},
    RegionTechnique{Region::Scrotum, 60, 20, 47, 0.5, 10},
    RegionTechnique{Region::Other, 50, 18, 44, 0.7, 8},
};

constexpr double kLattice_mm = 1;     ///< of the outlines
constexpr double kSkinLattice_mm = 2; ///< of the body
constexpr double kAboveTable_mm = 8;
constexpr double kMinBone_mm2 = 60;

/// Signed distance to a mask's edge in mm, negative inside; `unknown` belongs to both sides.
cv::Mat1f signed_distance(const cv::Mat1b& mask, const cv::Mat1b& unknown, double pitch_mm) {
  cv::Mat1f inside, outside;
  cv::distanceTransform(mask | unknown, inside, cv::DIST_L2, cv::DIST_MASK_5);
  cv::distanceTransform(~mask, outside, cv::DIST_L2, cv::DIST_MASK_5);
  cv::Mat1f out = (outside - inside) * pitch_mm;
  return out;
}

/// Half the thickness along the ray: a circle over the distance to the edge where the part is
/// slender, the cap where it is broad.
cv::Mat1f half_thickness(const cv::Mat1f& distance, double cap_mm, double pitch_mm) {
  const cv::Mat1f depth = cv::max(-distance, 0.F);
  const int reach = static_cast<int>(1.3 * cap_mm / pitch_mm);
  cv::Mat1f radius, out;
  // A square neighbourhood is quick and good enough for a guess.
  cv::dilate(depth, radius,
             cv::getStructuringElement(cv::MORPH_RECT, {2 * reach + 1, 2 * reach + 1}));
  cv::blur(radius, radius, {reach + 1, reach + 1});
  radius = cv::min(cv::max(radius, depth), cap_mm);
  const cv::Mat1f d = cv::min(depth, radius);
  cv::sqrt(d.mul(2 * radius - d), out);
  return out;
}

/// The flat body of these outlines, as signed distances.
Grid body_grid(const cv::Mat1f& distance, const cv::Mat1f& half, double lattice_mm, double pitch_mm,
               double middle_z, double cap_mm, const cv::Rect2d& box) {
  Grid grid = Grid::covering(
      {box.x, box.y, middle_z - cap_mm - 4 * pitch_mm},
      {box.x + box.width, box.y + box.height, middle_z + cap_mm + 4 * pitch_mm}, pitch_mm, 0, 20);
  std::size_t i = 0;
  for (int z = 0; z < grid.size[2]; ++z)
    for (int y = 0; y < grid.size[1]; ++y)
      for (int x = 0; x < grid.size[0]; ++x, ++i) {
        const cv::Vec3d p = grid.node_mm(x, y, z);
        const int column = std::clamp(cvRound(p[0] / lattice_mm), 0, distance.cols - 1);
        const int row = std::clamp(cvRound(p[1] / lattice_mm), 0, distance.rows - 1);
        const auto above = static_cast<float>(std::abs(p[2] - middle_z)) - half(row, column);
        grid.values[i] = std::max(distance(row, column), above);
      }
  return grid;
}

cv::Mat1b on_lattice(const cv::Mat1b& working, double working_mm) {
  cv::Mat1b out;
  const double scale = working_mm / kLattice_mm;
  cv::resize(working, out, {}, scale, scale, cv::INTER_AREA);
  return out >= 128;
}

struct Outlines {
  cv::Mat1b body, bone, unknown; ///< on the lattice of kLattice_mm
};

void add_bones(FilmAnatomy& out, const Outlines& outlines, const RegionTechnique& technique,
               double middle_z) {
  cv::Mat1i labels, stats;
  cv::Mat1d centres;
  const int count = cv::connectedComponentsWithStats(outlines.bone, labels, stats, centres, 8);
  for (int label = 1; label < count; ++label) {
    if (stats(label, cv::CC_STAT_AREA) * kLattice_mm * kLattice_mm < kMinBone_mm2) continue;
    const cv::Mat1b mask = labels == label;
    const cv::Mat1f distance = signed_distance(mask, cv::Mat1b(mask.size(), uchar{0}), kLattice_mm);
    const cv::Mat1f half = half_thickness(distance, technique.bone_half_mm, kLattice_mm);
    constexpr double margin = 3;
    const cv::Rect2d box(stats(label, cv::CC_STAT_LEFT) * kLattice_mm - margin,
                         stats(label, cv::CC_STAT_TOP) * kLattice_mm - margin,
                         stats(label, cv::CC_STAT_WIDTH) * kLattice_mm + 2 * margin,
                         stats(label, cv::CC_STAT_HEIGHT) * kLattice_mm + 2 * margin);
    Grid grid = body_grid(distance, half, kLattice_mm, 1.25, middle_z, technique.bone_half_mm, box);
    grid.outside = static_cast<float>(margin);
    Bone bone;
    bone.name = "bone";
    bone.solid = std::make_shared<Solid>(solid_of("bone", std::move(grid)));
    out.anatomy.bones.push_back(std::move(bone));
    cv::Mat1f path;
    cv::resize(2 * half, path, out.body.size(), 0, 0, cv::INTER_LINEAR);
    const cv::Mat1b shown = path > 0;
    const cv::Rect seen = cv::boundingRect(shown);
    out.bones.push_back({seen, seen.empty() ? cv::Mat1f() : path(seen).clone()});
  }
}

void add_points(FilmAnatomy& out, const AnatomyMap& map, const calx::Grid& working,
                double middle_z) {
  const auto in_space = [&](cv::Point2d point) {
    const cv::Point2d source = working.to_source(point);
    return cv::Vec3d(source.x * out.spacing_mm, source.y * out.spacing_mm, middle_z);
  };
  for (const Prominence& p : map.prominences)
    out.anatomy.prominences.push_back({p.name.empty() ? "prominence" : p.name, in_space(p.point)});
  for (std::size_t i = 0; i < map.joint_points.size(); i += 25)
    out.anatomy.joints.push_back({"joint", in_space(map.joint_points[i]), 10});
}

} // namespace

const RegionTechnique& technique_of(Region region) {
  const auto found = std::ranges::find(kTechniques, region, &RegionTechnique::region);
  return found != kTechniques.end() ? *found : kTechniques.back();
}

Result<FilmAnatomy> estimate_anatomy(const Radiograph& film, std::optional<Region> region) {
  const RegionTechnique& technique = technique_of(region.value_or(film.acquisition.region));
  NormaliseParams params;
  params.assumed_long_side_mm = usual_long_side_mm(technique.region);
  const NormalisedFilm normal = normalise(film, params);
  const AnatomyMap map = map_anatomy(normal, {});
  if (cv::countNonZero(map.body) == 0)
    return fail(ErrorCode::NotARadiograph,
                "no body is seen on the film, so nothing can be put into it");
  FilmAnatomy out;
  out.spacing_assumed = !normal.grid.calibrated;
  out.spacing_mm = normal.grid.pitch_mm / std::sqrt(normal.grid.scale_x * normal.grid.scale_y);
  const cv::Size size = film.pixels.size();
  cv::resize(normal.field & ~normal.foreign, out.field, size, 0, 0, cv::INTER_NEAREST);
  cv::resize(map.body, out.body, size, 0, 0, cv::INTER_NEAREST);
  cv::resize(map.bone, out.bone, size, 0, 0, cv::INTER_NEAREST);

  Anatomy& anatomy = out.anatomy;
  anatomy.region = region.value_or(film.acquisition.region);
  anatomy.view = film.acquisition.view;
  anatomy.laterality = film.acquisition.laterality;
  anatomy.patient.age_years = film.acquisition.age_years.value_or(45);
  anatomy.patient.sex = film.acquisition.sex;
  anatomy.skeleton = "film";
  anatomy.patient.fat_mm = 0.25 * technique.half_thickness_mm;

  const double middle_z = -technique.half_thickness_mm - kAboveTable_mm;
  const Outlines outlines{on_lattice(map.body, normal.grid.pitch_mm),
                          on_lattice(map.bone, normal.grid.pitch_mm),
                          ~on_lattice(normal.field, normal.grid.pitch_mm)};
  const cv::Mat1f distance = signed_distance(outlines.body, outlines.unknown, kLattice_mm);
  const cv::Mat1f half = half_thickness(distance, technique.half_thickness_mm, kLattice_mm);
  const cv::Rect2d whole(0, 0, size.width * out.spacing_mm, size.height * out.spacing_mm);
  anatomy.soft.skin_distance_mm = body_grid(distance, half, kLattice_mm, kSkinLattice_mm, middle_z,
                                            technique.half_thickness_mm, whole);
  anatomy.soft.muscle_fraction = anatomy.soft.skin_distance_mm;
  anatomy.soft.muscle_fraction.outside = 0;
  for (float& value : anatomy.soft.muscle_fraction.values)
    value = std::clamp(-value - static_cast<float>(anatomy.patient.fat_mm), 0.F, 1.F);
  cv::resize(2 * half, out.body_mm, size, 0, 0, cv::INTER_LINEAR);
  cv::Mat1b seen = out.body & out.field;
  const cv::Rect field = cv::boundingRect(seen);
  anatomy.field_mm = {field.x * out.spacing_mm, field.y * out.spacing_mm,
                      field.width * out.spacing_mm, field.height * out.spacing_mm};
  add_bones(out, outlines, technique, middle_z);
  add_points(out, map, normal.grid, middle_z);
  return out;
}

} // namespace calx::simulate

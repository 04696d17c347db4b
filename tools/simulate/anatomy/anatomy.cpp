#include "simulate/anatomy/anatomy.hpp"

#include "simulate/anatomy/field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace calx::simulate {

namespace {

nlohmann::json list(const cv::Vec3d& at) {
  return {at[0], at[1], at[2]};
}

/// From the solid's mm to the film's, scale included: three rows of four, one after the other, with
/// six decimals.
nlohmann::json matrix(const cv::Affine3d& transform) {
  nlohmann::json rows = nlohmann::json::array();
  for (int row = 0; row < 3; ++row)
    for (int column = 0; column < 4; ++column)
      rows.push_back(std::round(transform.matrix(row, column) * 1e6) / 1e6);
  return rows;
}

double distance_mm(const Bone& bone, const cv::Vec3d& at_mm) {
  // In closed form: Affine3d::inv() takes singular values apart, at fifty times the cost.
  const cv::Matx33d from_film = bone.to_film.linear().inv(cv::DECOMP_LU);
  const cv::Vec3d in_solid = from_film * (at_mm - bone.to_film.translation());
  return bone.scale * far_distance(bone.solid->distance_mm, cv::Vec3f(in_solid));
}

} // namespace

double Anatomy::bone_distance_mm(const cv::Vec3d& at_mm) const {
  double nearest = std::numeric_limits<double>::max();
  for (const Bone& bone : bones) nearest = std::min(nearest, distance_mm(bone, at_mm));
  return nearest;
}

double Anatomy::skin_distance_mm(const cv::Vec3d& at_mm) const {
  return soft.skin_distance_mm.sample(cv::Vec3f(at_mm));
}

nlohmann::json to_json(const Anatomy& anatomy) {
  nlohmann::json bones = nlohmann::json::array();
  for (const Bone& bone : anatomy.bones)
    bones.push_back({{"name", bone.name},
                     {"scale", bone.scale},
                     {"centre_mm", list(bone.to_film * bone.solid->centre_mm)},
                     {"to_film", matrix(bone.to_film)},
                     {"cortex_shaft_mm", bone.tissue.cortex_shaft_mm},
                     {"cortex_end_mm", bone.tissue.cortex_end_mm},
                     {"cortex_porosity", bone.tissue.cortex_porosity},
                     {"trabecular_end_fraction", bone.tissue.trabecular_end_fraction},
                     {"trabecular_shaft_fraction", bone.tissue.trabecular_shaft_fraction}});
  nlohmann::json joints = nlohmann::json::array();
  for (const Joint& joint : anatomy.joints)
    joints.push_back(
        {{"name", joint.name}, {"at_mm", list(joint.at_mm)}, {"radius_mm", joint.radius_mm}});
  nlohmann::json vessels = nlohmann::json::array();
  for (const Vessel& vessel : anatomy.vessels) vessels.push_back(vessel.name);
  const auto& field = anatomy.field_mm;
  return {{"skeleton", anatomy.skeleton},
          {"patient",
           {{"age_years", anatomy.patient.age_years},
            {"sex", to_string(anatomy.patient.sex)},
            {"size", anatomy.patient.size},
            {"fat_mm", anatomy.patient.fat_mm}}},
          {"field_mm", {field.x, field.y, field.width, field.height}},
          {"bones", bones},
          {"joints", joints},
          {"vessels", vessels}};
}

} // namespace calx::simulate

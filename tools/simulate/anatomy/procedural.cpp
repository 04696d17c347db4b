#include "simulate/anatomy/procedural.hpp"

#include "simulate/mesh/shapes.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <stdexcept>

namespace calx::simulate {

namespace {

/// A part of a bone: a shaft that narrows to its middle, an ellipsoid, or a ball that is cut out.
struct Part {
  enum class Form { Shaft, Ellipsoid, Cut } form;
  cv::Vec3d from, to; ///< Ellipsoid and Cut: centre and radii
  double from_radius = 0, middle_radius = 0, to_radius = 0;
};
using Form = Part::Form;
using Parts = std::vector<Part>;

Part shaft(const cv::Vec3d& from, const cv::Vec3d& to, double first, double middle, double last) {
  return {Form::Shaft, from, to, first, middle, last};
}
Part ellipsoid(const cv::Vec3d& centre, const cv::Vec3d& radii) {
  return {Form::Ellipsoid, centre, radii};
}
Part cut(const cv::Vec3d& centre, double radius) {
  return {Form::Cut, centre, cv::Vec3d::all(radius)};
}

double distance_to(const Part& part, const cv::Vec3d& at) {
  if (part.form != Form::Shaft) return ellipsoid_distance(at, part.from, part.to);
  const cv::Vec3d middle = 0.5 * (part.from + part.to);
  return smooth_union(capsule_distance(at, part.from, middle, part.from_radius, part.middle_radius),
                      capsule_distance(at, middle, part.to, part.middle_radius, part.to_radius), 2);
}

double distance_to(const Parts& parts, const cv::Vec3d& at) {
  double distance = 1e9;
  for (const Part& part : parts)
    if (part.form != Form::Cut) distance = smooth_union(distance, distance_to(part, at), 4);
  for (const Part& part : parts)
    if (part.form == Form::Cut) distance = std::max(distance, -distance_to(part, at));
  return distance;
}

/// One finger: where its metacarpal begins, how far it leans, and how long its bones are.
struct Ray {
  std::string_view finger;
  cv::Vec3d base;
  double lean; ///< towards lateral, per mm of length
  double metacarpal, proximal, middle, distal;
  double width; ///< of the metacarpal's head
};

void add_ray(std::map<std::string, Parts, std::less<>>& bones, const Ray& ray) {
  const cv::Vec3d along =
      cv::normalize(cv::Vec3d(-ray.lean, ray.finger == "thumb" ? -0.35 : 0, -1));
  cv::Vec3d start = ray.base;
  double width = ray.width;
  constexpr double joint_mm = 1.8;
  const auto add = [&](std::string_view bone, double length, double head) {
    if (length <= 0) return;
    const double base_radius = 0.95 * width, head_radius = head * width;
    const cv::Vec3d from = start + along * base_radius;
    const cv::Vec3d to = start + along * (length - head_radius);
    bones[fmt::format("{}_{}", ray.finger, bone)] = {
        shaft(from, to, base_radius, 0.56 * width, head_radius)};
    start += along * (length + joint_mm);
    width *= 0.84;
  };
  add("metacarpal", ray.metacarpal, 1);
  add("proximal_phalanx", ray.proximal, 0.8);
  add("middle_phalanx", ray.middle, 0.8);
  add("distal_phalanx", ray.distal, 0.6);
}

void add_arm(std::map<std::string, Parts, std::less<>>& bones) {
  for (const Ray& ray :
       std::array<Ray, 5>{{{"thumb", {-281, -128, 801}, 0.75, 44, 30, 0, 22, 7.2},
                           {"index", {-270, -118, 795}, 0.10, 66, 40, 24, 18, 7.4},
                           {"middle", {-257, -117, 796}, 0.0, 64, 44, 28, 19, 7.3},
                           {"ring", {-245, -118, 795}, -0.10, 57, 41, 27, 19, 6.5},
                           {"little", {-234, -120, 793}, -0.2, 53, 32, 19, 17, 6.2}}})
    add_ray(bones, ray);
  struct Pebble {
    std::string_view bone;
    cv::Vec3d centre, radii;
  };
  for (const Pebble& each : std::array<Pebble, 8>{{{"scaphoid", {-266, -116, 818}, {8.5, 6, 9}},
                                                   {"lunate", {-252, -115, 820}, {6.5, 8, 7}},
                                                   {"triquetrum", {-238, -116, 815}, {6, 6.5, 7}},
                                                   {"pisiform", {-235, -128, 813}, {4.5, 4.5, 5}},
                                                   {"trapezium", {-277, -122, 805}, {7, 7, 6.5}},
                                                   {"trapezoid", {-267, -117, 802}, {4.5, 7, 5}},
                                                   {"capitate", {-255, -116, 805}, {6, 7.5, 9}},
                                                   {"hamate", {-242, -118, 803}, {6.5, 8, 8}}}})
    bones[std::string(each.bone)] = {ellipsoid(each.centre, each.radii)};
  bones["radius"] = {shaft({-226, -78, 1050}, {-262, -114, 842}, 10, 6.2, 12),
                     ellipsoid({-261, -115, 834}, {15, 9.5, 8}), cut({-257, -115, 816}, 13)};
  bones["ulna"] = {shaft({-201, -68, 1040}, {-236, -116, 838}, 12, 6, 6.5),
                   ellipsoid({-197, -56, 1058}, {11, 9, 16}), cut({-200, -72, 1066}, 11.5),
                   ellipsoid({-231, -114, 831}, {3, 3, 4})};
  bones["humerus"] = {shaft({-160, -72, 1325}, {-207, -70, 1085}, 19, 10.5, 13),
                      ellipsoid({-150, -70, 1333}, {22, 22, 22}),
                      ellipsoid({-172, -76, 1335}, {12, 14, 13}),
                      ellipsoid({-208, -72, 1074}, {30, 9, 11})};
}

void add_leg(std::map<std::string, Parts, std::less<>>& bones) {
  bones["femur"] = {shaft({-118, -76, 780}, {-88, -74, 445}, 16, 13, 19),
                    shaft({-90, -78, 826}, {-122, -76, 790}, 17, 15, 17),
                    ellipsoid({-88, -78, 828}, {23, 23, 23}),
                    ellipsoid({-131, -72, 803}, {12, 17, 18}),
                    ellipsoid({-103, -58, 762}, {9, 9, 11}),
                    ellipsoid({-106, -70, 424}, {17, 29, 20}),
                    ellipsoid({-66, -70, 424}, {17, 29, 20})};
  bones["patella"] = {ellipsoid({-86, -113, 426}, {21, 9.5, 21})};
  bones["tibia"] = {ellipsoid({-86, -70, 388}, {37, 24, 12}),
                    shaft({-85, -72, 372}, {-80, -68, 80}, 22, 12, 15),
                    ellipsoid({-80, -68, 70}, {21, 19, 10}), ellipsoid({-62, -70, 62}, {7, 10, 12}),
                    ellipsoid({-90, -92, 356}, {9, 8, 13})};
  bones["fibula"] = {shaft({-124, -56, 375}, {-112, -60, 55}, 10, 5.5, 9)};
}

void add_pelvis(std::map<std::string, Parts, std::less<>>& bones) {
  const cv::Vec3d body(-88, -75, 858), spine(-122, -128, 925), crest(-128, -85, 968),
      back(-48, -25, 945);
  bones["hip_bone"] = {ellipsoid({-88, -78, 832}, {33, 33, 34}),
                       cut({-90, -78, 827}, 25.5),
                       shaft(body, spine, 17, 8, 7),
                       shaft(body, crest, 17, 8, 8),
                       shaft(body, back, 17, 8, 9),
                       shaft(spine, crest, 7, 8, 8),
                       shaft(crest, back, 8, 6, 9),
                       shaft({-72, -100, 815}, {-10, -128, 798}, 10, 8, 11),
                       shaft({-72, -62, 805}, {-58, -62, 772}, 14, 13, 15),
                       shaft({-58, -66, 768}, {-10, -124, 786}, 11, 7, 8)};
  bones["sacrum"] = {ellipsoid({0, -42, 915}, {46, 18, 28}),
                     ellipsoid({0, -30, 878}, {30, 14, 30})};
}

const std::map<std::string, Parts, std::less<>>& all_parts() {
  static const auto bones = [] {
    std::map<std::string, Parts, std::less<>> made;
    add_arm(made);
    add_leg(made);
    add_pelvis(made);
    return made;
  }();
  return bones;
}

} // namespace

bool has_procedural_bone(std::string_view name) {
  return all_parts().contains(name);
}

Solid procedural_bone(const BoneRow& row) {
  const auto found = all_parts().find(row.name);
  if (found == all_parts().end())
    throw std::out_of_range(fmt::format("no formula of the {}", row.name));
  const Parts& parts = found->second;
  cv::Vec3d low = cv::Vec3d::all(1e9), high = cv::Vec3d::all(-1e9);
  for (const Part& part : parts) {
    if (part.form == Form::Cut) continue;
    const bool is_shaft = part.form == Form::Shaft;
    for (int axis = 0; axis < 3; ++axis) {
      const double reach = is_shaft ? std::max(part.from_radius, part.to_radius) : part.to[axis];
      const double other = is_shaft ? part.to[axis] : part.from[axis];
      low[axis] = std::min({low[axis], part.from[axis] - reach, other - reach});
      high[axis] = std::max({high[axis], part.from[axis] + reach, other + reach});
    }
  }
  // Formulas have no fine detail; long bones would take long on a finer lattice.
  const double fine_mm = traits(row.kind).pitch_mm;
  const double pitch_mm = fine_mm < 0.5 ? 1.3 * fine_mm : 2 * fine_mm;
  return make_solid(
      std::string(row.name), [&](const cv::Vec3d& at) { return distance_to(parts, at); }, low, high,
      pitch_mm);
}

} // namespace calx::simulate

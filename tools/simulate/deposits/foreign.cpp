// Glass, gravel, casts, dressings and folds of skin.
#include "simulate/deposits/mimics.hpp"
#include "simulate/deposits/sculpt.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace calx::simulate {

namespace {

/// A splinter with flat faces: what is behind all of some random planes.
Inclusion splinter(Material material, const Scene& scene, const cv::Vec3d& at, double size_mm,
                   std::string description, Random& random) {
  std::array<cv::Vec4f, 9> planes;
  const cv::Matx33d frame = random_rotation(random);
  const cv::Vec3d stretch(1, random.uniform(0.4, 0.9), random.uniform(0.2, 0.6));
  for (cv::Vec4f& plane : planes) {
    const cv::Vec3d d = random_direction(random);
    const cv::Vec3d normal =
        unit(frame * cv::Vec3d(d[0] / stretch[0], d[1] / stretch[1], d[2] / stretch[2]));
    const cv::Vec3d own = frame.t() * normal;
    const double support =
        std::hypot(own[0] * stretch[0], own[1] * stretch[1], own[2] * stretch[2]);
    plane = {static_cast<float>(normal[0]), static_cast<float>(normal[1]),
             static_cast<float>(normal[2]),
             static_cast<float>(0.5 * size_mm * support * random.uniform(0.75, 1))};
  }
  const cv::Vec3f middle(at);
  const cv::Vec3d corner = cv::Vec3d::all(0.75 * size_mm + 0.3);
  const Clearance clearance = scene.space.clearance(at - corner, at + corner);
  const double pitch = std::clamp(size_mm / 25, 0.1, 0.2);
  const auto density = static_cast<float>(density_g_cm3(material));
  Grid grid = sculpt({at - corner, at + corner, pitch, [](const cv::Vec3f&, float) { return true; },
                      [&](const cv::Vec3f& p) {
                        const cv::Vec3f q = p - middle;
                        float d =
                            static_cast<float>(cv::norm(q)) - 0.6F * static_cast<float>(size_mm);
                        for (const cv::Vec4f& n : planes)
                          d = std::max(d, n[0] * q[0] + n[1] * q[1] + n[2] * q[2] - n[3]);
                        const float edge = coverage(d, pitch);
                        return edge <= 0 ? 0.F : density * edge * clearance.open(p);
                      }});
  return added(std::move(grid), Kind::ForeignBody, material, std::move(description));
}

} // namespace

std::vector<Inclusion> make_shard(const Scene& scene, Random random) {
  const auto site = scene.space.find_site({1.2, 9, 1, 1e3, std::nullopt, 0, 20}, random);
  std::vector<Inclusion> out;
  if (!site) return out;
  const int count = random.chance(0.35) ? random.integer(2, 4) : 1;
  for (int i = 0; i < count; ++i) {
    const auto at = i == 0 ? site : scene.space.find_site({1, 10, 0.8, 1e3, site, 1, 12}, random);
    if (!at) break;
    Inclusion shard =
        splinter(Material::Glass, scene, *at, random.log_uniform(1.5, 8), "glass", random);
    if (!shard.density_g_cm3.empty()) out.push_back(std::move(shard));
  }
  return out;
}

std::vector<Inclusion> make_gravel(const Scene& scene, Random random) {
  const auto site = scene.space.find_site({0.8, 4, 1, 1e3, std::nullopt, 0, 20}, random);
  std::vector<Inclusion> out;
  if (!site) return out;
  const int count = random.integer(1, 8);
  for (int i = 0; i < count; ++i) {
    const auto at = scene.space.find_site({0.8, 4, 0.8, 1e3, site, 0, 14}, random);
    if (!at) break;
    Inclusion grain = splinter(Material::CalciumCarbonate, scene, *at, random.log_uniform(0.6, 4),
                               "gravel", random);
    if (!grain.density_g_cm3.empty()) out.push_back(std::move(grain));
  }
  return out;
}

std::vector<Inclusion> make_cast(const Scene& scene, Random random) {
  const Anatomy& anatomy = scene.space.anatomy();
  const Grid& skin = anatomy.soft.skin_distance_mm;
  if (anatomy.field_mm.empty()) return {};
  const float padding = static_cast<float>(random.uniform(1.5, 5)),
              thick = static_cast<float>(random.uniform(2.5, 6));
  const bool fibreglass = random.chance(0.5);
  const float density =
      static_cast<float>(fibreglass ? random.uniform(0.25, 0.5) : random.uniform(0.7, 1));
  const bool half = random.chance(0.4); // a slab on one side
  const cv::Vec3f side(random_direction(random)), middle((skin.low_mm() + skin.high_mm()) / 2);
  const cv::Vec3f seed(30 * random_direction(random));
  cv::Vec3d low = skin.low_mm(), high = skin.high_mm();
  const double pitch = std::max(0.9, std::cbrt((high - low).dot(cv::Vec3d(1, 0, 0)) *
                                               (high - low)[1] * (high - low)[2] / 1.2e7));
  Grid grid = sculpt(
      {low, high, pitch,
       [&](const cv::Vec3f& p, float reach) {
         const float d = skin.sample(p);
         return d > padding - 2 * reach && d < padding + thick + 2 * reach;
       },
       [&](const cv::Vec3f& p) {
         const float wrinkle = 0.5F * scene.noise.fractal(seed + p / 9, 2);
         const float d = std::abs(skin.sample(p) + wrinkle - padding - thick / 2) - thick / 2;
         const float edge = coverage(d, pitch);
         if (edge <= 0 || (half && (p - middle).dot(side) < 4 * scene.noise(p / 12))) return 0.F;
         // Turns of a bandage, and the weave of fibreglass.
         const float turns =
             0.85F + 0.25F * scene.noise(seed + cv::Vec3f(p[0] / 40, p[1] / 6, p[2] / 40));
         const float weave = fibreglass ? 0.7F + 0.5F * std::abs(std::sin(1.5F * (p[0] + p[1])) *
                                                                 std::sin(1.5F * (p[0] - p[1])))
                                        : 1.F;
         return density * edge * turns * weave;
       }});
  std::vector<Inclusion> out;
  if (!grid.empty())
    out.push_back(added(std::move(grid), Kind::ForeignBody, Material::Plaster,
                        fibreglass ? "fibreglass cast" : "plaster cast"));
  return out;
}

std::vector<Inclusion> make_dressing(const Scene& scene, Random random) {
  const auto site = scene.space.find_site({0.5, 2, 1, 1e3, std::nullopt, 0, 20}, random);
  if (!site) return {};
  const Grid& skin = scene.space.anatomy().soft.skin_distance_mm;
  const float radius = static_cast<float>(random.uniform(10, 28)),
              thick = static_cast<float>(random.uniform(1.5, 5));
  const float density = static_cast<float>(random.uniform(0.08, 0.25));
  const cv::Vec3f middle(*site), seed(30 * random_direction(random));
  const cv::Vec3d corner = cv::Vec3d::all(static_cast<double>(radius + thick + 2));
  const double pitch = 0.5;
  Grid grid = sculpt(
      {*site - corner, *site + corner, pitch,
       [&](const cv::Vec3f& p, float reach) {
         const float d = skin.sample(p);
         return d > -2 * reach && d < thick + 2 * reach + 1;
       },
       [&](const cv::Vec3f& p) {
         const float d = skin.sample(p) + 0.8F * scene.noise.fractal(seed + p / 5, 2);
         const float edge = coverage(std::max(std::abs(d - thick / 2 - 0.8F) - thick / 2,
                                              static_cast<float>(cv::norm(p - middle)) - radius),
                                     pitch);
         // Folded gauze: layers with air between, threads across.
         return edge <= 0 ? 0.F : density * edge * (0.3F + 1.4F * scene.noise.ridges(seed + p / 3));
       }});
  std::vector<Inclusion> out;
  if (!grid.empty())
    out.push_back(added(std::move(grid), Kind::ForeignBody, Material::Plaster, "gauze dressing"));
  return out;
}

std::vector<Inclusion> make_skin_fold(const Scene& scene, Random random) {
  const auto site = scene.space.find_site({0.5, 2, 1, 1e3, std::nullopt, 0, 20}, random);
  if (!site) return {};
  const Grid& skin = scene.space.anatomy().soft.skin_distance_mm;
  const float reach_mm = static_cast<float>(random.uniform(15, 45)),
              half_width = static_cast<float>(random.log_uniform(1, 4)),
              height = static_cast<float>(random.uniform(2, 7));
  // Skin folds across the limb, where joints bend and fat hangs.
  const cv::Vec3f across(unit(scene.space.limb_axis(*site) + 0.35 * random_direction(random)));
  const cv::Vec3f middle(*site), seed(30 * random_direction(random));
  const cv::Vec3d corner = cv::Vec3d::all(static_cast<double>(reach_mm + height));
  const double pitch = 0.4;
  const auto density = static_cast<float>(density_g_cm3(Material::Muscle));
  Grid grid = sculpt({*site - corner, *site + corner, pitch,
                      [&](const cv::Vec3f& p, float near) {
                        const float d = skin.sample(p);
                        return d > -2 * near && d < height + 2 * near &&
                               std::abs((p - middle).dot(across)) < 2 * half_width + 3 + 2 * near;
                      },
                      [&](const cv::Vec3f& p) {
                        const float d = skin.sample(p);
                        if (d <= 0) return 0.F; // within the body there is tissue already
                        const float off = (p - middle).dot(across) + 2 * scene.noise(seed + p / 15);
                        const float round = 1 - (off / half_width) * (off / half_width);
                        const float end =
                            ramp(reach_mm - static_cast<float>(cv::norm(p - middle)), 0, 8);
                        if (round <= 0 || end <= 0) return 0.F;
                        return density * coverage(d - height * end * std::sqrt(round), pitch);
                      }});
  std::vector<Inclusion> out;
  if (!grid.empty())
    out.push_back(added(std::move(grid), Kind::Unknown, Material::Muscle, "skin fold"));
  return out;
}

} // namespace calx::simulate

#include "simulate/anatomy/air.hpp"

#include "simulate/anatomy/field.hpp"

#include <algorithm>
#include <cmath>

namespace calx::simulate {

namespace {

struct Pocket {
  cv::Vec3f centre, radii; ///< film frame
  float fraction;
};

/// Gas in the bowel: pockets above and in the true pelvis, away from its wall.
std::vector<Pocket> bowel_gas(const SoftRequest& request, Random draw) {
  std::vector<Pocket> pockets;
  const auto hip = request.rest.find("hip_bone");
  if (!hip || request.rest.row->soft_pitch_mm < 1.9 || !request.rest.find("sacrum")) return pockets;
  const int count = draw.chance(0.2) ? 0 : draw.integer(3, 16);
  const cv::Affine3d& to_film = request.pose.bones.front().body_to_film;
  const auto size = static_cast<float>(request.size);
  for (int i = 0; i < count; ++i) {
    const cv::Vec3d at(draw.uniform(-75, 75), draw.uniform(-130, -60), draw.uniform(835, 985));
    const double radius = draw.log_uniform(3, 17);
    const cv::Vec3f radii(static_cast<float>(radius * draw.uniform(0.8, 1.8)),
                          static_cast<float>(radius * draw.uniform(0.8, 1.5)),
                          static_cast<float>(radius));
    const float fraction = static_cast<float>(draw.uniform(0.35, 1));
    pockets.push_back({cv::Vec3f(to_film * at), radii * size, fraction});
  }
  return pockets;
}

struct Lung {
  cv::Affine3f film_to_body;
  cv::Vec3f centre, radii;
  float fraction;
};

std::vector<Lung> lungs(const SoftRequest& request, Random draw) {
  std::vector<Lung> found;
  for (const Filler& filler : request.rest.row->fillers) {
    if (filler.what != Filler::What::Air) continue;
    for (const PosedBone& posed : request.pose.bones)
      if (request.rest.bones[posed.rest].row->name == filler.with)
        found.push_back({cv::Affine3f(posed.body_to_film.inv()), cv::Vec3f(filler.centre_mm),
                         cv::Vec3f(filler.radii_mm), static_cast<float>(draw.uniform(0.6, 0.82))});
  }
  return found;
}

} // namespace

Grid air_fraction(const SoftRequest& request, const RestField& field, const Grid& skin,
                  const Random& random) {
  const std::vector<Pocket> pockets = bowel_gas(request, random.stream("bowel"));
  const std::vector<Lung> lung = lungs(request, random.stream("lungs"));
  if (pockets.empty() && lung.empty()) return {};
  Grid air = Grid::filled(skin.size, skin.pitch_mm, skin.origin_mm, 0, 0);
  const auto soft = static_cast<float>(skin.pitch_mm);
  const float wall_mm = static_cast<float>(14 * request.size); // flesh that stays under the skin
  each_slice(air.size[2], [&](int z) {
    for (int y = 0; y < air.size[1]; ++y)
      for (int x = 0; x < air.size[0]; ++x) {
        const cv::Vec3f at = air.node_mm(x, y, z);
        if (skin.at(x, y, z) > -wall_mm) continue;
        float fraction = 0;
        for (const Pocket& pocket : pockets)
          fraction =
              std::max(fraction,
                       pocket.fraction *
                           smooth_step(soft, -soft, ellipsoid_mm(at, pocket.centre, pocket.radii)));
        for (const Lung& each : lung)
          fraction = std::max(fraction,
                              each.fraction * smooth_step(2 * soft, -2 * soft,
                                                          ellipsoid_mm(each.film_to_body * at,
                                                                       each.centre, each.radii)));
        air.at(x, y, z) = fraction * smooth_step(-wall_mm, -wall_mm - 4, field.lean.sample(at));
      }
  });
  return air;
}

} // namespace calx::simulate

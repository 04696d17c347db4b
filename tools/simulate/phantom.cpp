#include "simulate/phantom.hpp"

#include "simulate/anatomy_models.hpp"
#include "simulate/deposits.hpp"
#include "simulate/physics.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace calx {
namespace {

using namespace phantom;

Limb make_limb(Region region, cv::RNG& random) {
  switch (region) {
  case Region::Hand:
    return make_hand(random);
  case Region::Hip:
    return make_hip(random);
  case Region::Leg:
    return make_leg(random);
  default:
    throw std::invalid_argument("the phantom makes hands, hips and legs");
  }
}

void check(const PhantomSpec& spec) {
  if (!(spec.spacing_mm >= 0.05 && spec.spacing_mm <= 1))
    throw std::invalid_argument("the phantom's spacing is 0.05 to 1 mm");
  if (spec.pattern == Pattern::Scrotal || spec.pattern == Pattern::Indeterminate)
    throw std::invalid_argument("the phantom does not make this pattern");
}

/// Mineral along each ray: the shell, and what the trabeculae of the inside add.
struct BonePaths {
  cv::Mat1f mineral, whole;
};

/// What a neighbouring joint surface takes from a bone: 0 where it is gone, 1 past the thin
/// cortex under the joint surface.
struct Bite {
  cv::Mat1b gone;
  cv::Mat1f inside;
};

Bite bite_of(const Bone& bone, const Grid& grid) {
  constexpr double kPlate_mm = 1.1;
  const cv::Mat1f d2 = -solid(grid, bone.bite, 0).half_chord2; // grows by 2 r for each mm
  double r = 1;
  for (const Part& p : bone.bite) r = std::max(r, p.radius_a);
  return {d2 < 0, cv::min(cv::max(d2 / (2 * r * kPlate_mm), 0.15F), 1.F)};
}

/// One bone on its own small grid. Cortex and trabecular share change gradually along it.
void project(const Bone& bone, const Grid& grid, const cv::Mat1f& web, cv::Mat1f mineral,
             cv::Mat1f whole_sum) {
  Solid s = solid(grid, bone.parts, bone.blend_mm2);
  cv::Mat1f weight;
  cv::Mat1b(s.half_chord2 > 0).convertTo(weight, CV_32F, 1 / 255.0);
  const auto spread = [&](const cv::Mat1f& map, double sigma_mm) {
    cv::Mat1f sum, norm;
    cv::GaussianBlur(map.mul(weight), sum, {}, sigma_mm / grid.spacing_mm);
    cv::GaussianBlur(weight, norm, {}, sigma_mm / grid.spacing_mm);
    return cv::Mat1f(sum / (norm + 1e-4F));
  };
  const double reach_mm = 0.45 * bone.width_mm();
  const cv::Mat1f cortex = spread(s.cortex, reach_mm);
  s.radius = spread(s.radius, 0.3 * reach_mm);
  cv::Mat1f whole = chord(s.half_chord2, bone.depth);
  cv::Mat1f inside = cv::min(chord(shrunk(s, cortex), bone.depth), whole);
  if (!bone.bite.empty()) {
    const Bite bite = bite_of(bone, grid);
    whole.setTo(0, bite.gone);
    inside = cv::min(inside.mul(bite.inside), whole);
  }
  mineral += (whole - inside) + inside.mul(spread(s.spongy, reach_mm)).mul(web);
  whole_sum += whole;
}

BonePaths project_bones(const Limb& limb, const Grid& grid, cv::RNG& random) {
  // Layers of trabeculae in front of each other: a fine web of low contrast.
  const cv::Mat1f ridges = 1.2 - 1.5 * cv::abs(noise(grid, 0.8, random));
  const cv::Mat1f web = cv::max(
      1 + 0.16 * ridges + 0.1 * noise(grid, 0.45, random) + 0.1 * noise(grid, 3, random), 0.2F);
  BonePaths out{cv::Mat1f::zeros(grid.size), cv::Mat1f::zeros(grid.size)};
  for (const Bone& bone : limb.bones) {
    const cv::Rect box = grid.reach(bone.parts, std::sqrt(bone.blend_mm2));
    if (box.empty()) continue;
    project(bone, grid.cut(box), web(box), out.mineral(box), out.whole(box));
  }
  return out;
}

/// Skin, fat and muscle as shells of the flesh; bone and deposits take their place.
Paths lay_out(const Limb& limb, const Solid& flesh, const Grid& grid, const BonePaths& bone,
              const cv::Mat1f& apatite, cv::RNG& random) {
  constexpr double kSkin_mm = 1.6;
  const auto within = [&](double shell_mm) {
    return chord(shrunk(flesh, shell_mm), limb.flesh_depth);
  };
  const cv::Mat1f whole = within(0), under_skin = within(kSkin_mm);
  const cv::Mat1f under_fat = within(kSkin_mm + limb.fat_mm);
  // Muscle is marbled with fat, in bundles much longer than wide.
  cv::Mat1f marbling = noise(grid, 5, random);
  cv::blur(marbling, marbling, {1, std::max(1, static_cast<int>(20 / grid.spacing_mm))});
  const cv::Mat1f marbled = cv::min(cv::max(0.12 + 0.12 * marbling, 0.F), 0.4F);
  const cv::Mat1f soft =
      cv::max(1 - (bone.whole + apatite) / (under_skin + static_cast<float>(kSkin_mm)), 0.F);
  Paths p;
  p.skin = whole - under_skin;
  p.adipose = soft.mul(under_skin - under_fat + under_fat.mul(marbled));
  p.muscle = soft.mul(under_fat - under_fat.mul(marbled));
  // What is no mineral in a bone is marrow, mostly fat.
  p.adipose += cv::max(bone.whole - bone.mineral, 0.F);
  p.bone = bone.mineral;
  p.apatite = apatite;
  return p;
}

/// The collimated field: the film less a few mm, a degree askew.
cv::Mat1b collimate(const Grid& grid, cv::RNG& random) {
  const cv::Size2f size(static_cast<float>(grid.size.width), static_cast<float>(grid.size.height));
  const auto margin = static_cast<float>(9 / grid.spacing_mm);
  const cv::RotatedRect open({size.width / 2, size.height / 2},
                             {size.width - margin, size.height - margin},
                             static_cast<float>(random.uniform(-0.8, 0.8)));
  cv::Point2f corners[4];
  open.points(corners);
  std::vector<cv::Point> outline;
  for (const cv::Point2f& c : corners) outline.emplace_back(cvRound(c.x), cvRound(c.y));
  cv::Mat1b field = cv::Mat1b::zeros(grid.size);
  cv::fillConvexPoly(field, outline, cv::Scalar(255));
  return field;
}

/// A lead letter stops nearly all of the beam.
void lay_marker(cv::Mat1f& primary, cv::Point2d at_mm, double spacing_mm) {
  constexpr double kHeight_mm = 9, kFontHeight = 21; // of cv::FONT_HERSHEY_SIMPLEX at scale 1
  const cv::Point at(cvRound(at_mm.x / spacing_mm), cvRound(at_mm.y / spacing_mm));
  cv::putText(primary, "L", at, cv::FONT_HERSHEY_SIMPLEX, kHeight_mm / spacing_mm / kFontHeight,
              cv::Scalar(0.004), std::max(1, cvRound(1.5 / spacing_mm)), cv::LINE_AA);
}

/// What lies outside the field is on no film and in no truth.
void crop_truth(PhantomFilm& film) {
  const cv::Mat1b outside = film.field == 0;
  film.body.setTo(0, outside);
  film.bone.setTo(0, outside);
  film.labels.setTo(0, outside);
  std::erase_if(film.lesions, [&](const PhantomLesion& lesion) {
    return cv::countNonZero(film.labels == lesion.label) == 0;
  });
}

cv::Mat1w expose(const Paths& paths, const Limb& limb, const PhantomSpec& spec,
                 const PhantomFilm& film, cv::RNG& random) {
  cv::Mat1f primary = transmission(paths, limb.exposure.spectrum());
  if (spec.marker) lay_marker(primary, limb.marker_at, spec.spacing_mm);
  const cv::Mat1f signal =
      detect(primary, paths, film.body, limb.exposure, spec.spacing_mm, random);
  cv::Mat1f shutter;
  film.field.convertTo(shutter, CV_32F, 1 / 255.0);
  cv::GaussianBlur(shutter, shutter, {}, 0.5 / spec.spacing_mm);
  const cv::Mat1f shown = present(signal, film.body & film.field, spec.spacing_mm).mul(shutter);
  cv::Mat1w pixels;
  shown.convertTo(pixels, CV_16U, 4095);
  return pixels;
}

} // namespace

PhantomFilm make_phantom(const PhantomSpec& spec) {
  check(spec);
  cv::RNG random(0x9e3779b97f4a7c15ULL ^ (spec.seed * 0x2545f4914f6cdd1dULL + 1));
  const Limb limb = make_limb(spec.region, random);
  const Grid grid{{cvRound(limb.film_mm.width / spec.spacing_mm),
                   cvRound(limb.film_mm.height / spec.spacing_mm)},
                  spec.spacing_mm};

  PhantomFilm film;
  film.spacing_mm = spec.spacing_mm;
  film.magnification = limb.magnification;
  film.kvp = limb.exposure.kvp;
  Solid flesh = solid(grid, limb.flesh, limb.flesh_blend_mm2);
  cv::GaussianBlur(flesh.radius, flesh.radius, {}, 4 / spec.spacing_mm);
  film.body = flesh.half_chord2 > 0;
  const BonePaths bone = project_bones(limb, grid, random);
  film.bone = bone.whole > 0;
  // A source of its own: with and without lesions, the limb and the noise are the same.
  cv::RNG lesion_random = random;
  Lesions lesions = make_lesions(limb, spec.pattern, spec.mimics, grid, film.body, lesion_random);
  film.labels = lesions.labels;
  film.lesions = std::move(lesions.list);

  const Paths paths = lay_out(limb, flesh, grid, bone, lesions.apatite_mm, random);
  film.field = collimate(grid, random);
  film.pixels = expose(paths, limb, spec, film, random);
  crop_truth(film);
  for (const auto& [name, at] : limb.prominences)
    film.prominences.push_back({name, at / spec.spacing_mm});
  return film;
}

} // namespace calx

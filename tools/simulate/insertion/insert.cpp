#include "simulate/insertion/insert.hpp"

#include "simulate/insertion/film_tone.hpp"
#include "simulate/truth.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

constexpr double kParallel_mm = 1e5; ///< a focal spot so far away that its rays are parallel

/// Attenuation that the inclusions add along each ray, before scatter; those of the kind `but` can
/// be left out.
cv::Mat1f added_attenuation(Projection projection, const std::vector<InclusionPatch>& patches,
                            const Geometry& geometry, double kev, std::optional<Kind> but) {
  // As much fat and muscle as the body is thick, so that there is always enough to displace.
  for (const Material tissue : {Material::Adipose, Material::Muscle})
    projection.g_cm2[static_cast<std::size_t>(tissue)] =
        projection.body_mm * (0.1 * density_g_cm3(tissue));
  const auto attenuation = [&] {
    cv::Mat1f sum = cv::Mat1f::zeros(projection.body_mm.size());
    for (std::size_t i = 0; i < projection.g_cm2.size(); ++i)
      if (!projection.g_cm2[i].empty())
        sum += mass_attenuation_cm2_g(static_cast<Material>(i), kev) * projection.g_cm2[i];
    return sum;
  };
  const cv::Mat1f before = attenuation();
  add_inclusions(projection, patches, geometry, but);
  return attenuation() - before;
}

/// Part of the signal that is left: scatter comes from all around and does not fall with a ray.
cv::Mat1f transmission(const cv::Mat1f& attenuation, double scatter_ratio, double blur_px) {
  cv::Mat1f out;
  cv::exp(-attenuation, out);
  out = (out + scatter_ratio) / (1 + scatter_ratio);
  cv::GaussianBlur(out, out, {}, blur_px);
  return out;
}

/// White noise, correlated as the film's blur correlates quanta, of unit variance.
cv::Mat1f unit_noise(cv::Size size, double blur_px, Random random) {
  cv::Mat1f noise(size);
  for (float& value : cv::Mat1f(noise.reshape(1, 1)))
    value = static_cast<float>(random.normal(0, 1));
  const double sigma = 0.6 * blur_px;
  cv::GaussianBlur(noise, noise, {}, sigma);
  cv::Scalar mean, spread;
  cv::meanStdDev(noise, mean, spread);
  return noise / spread[0];
}

struct Change {
  cv::Mat1f pixels, with, without; ///< grey; signals, 1 in the open field
};

/// Multiplies the estimated signal, adds the noise of the quanta that are missing now, and shows
/// the result with the film's own tone and steps.
Change apply(const Radiograph& film, const FilmQuality& quality, const cv::Mat1f& left,
             const Random& random) {
  Change out{film.pixels.clone(), cv::Mat1f(film.pixels.size()), cv::Mat1f(film.pixels.size())};
  double lowest = 0, highest = 0;
  cv::minMaxLoc(film.pixels, &lowest, &highest);
  const FilmTone& tone = quality.tone;
  const cv::Mat1f noise = unit_noise(film.pixels.size(), quality.blur_px, random.stream("noise"));
  const double sigma = quality.noise / tone.slope;
  for (int y = 0; y < film.pixels.rows; ++y)
    for (int x = 0; x < film.pixels.cols; ++x) {
      const double grey = static_cast<double>(film.pixels(y, x)),
                   t = static_cast<double>(left(y, x));
      const double was = tone.attenuation(grey);
      out.without(y, x) = static_cast<float>(std::exp(-was));
      out.with(y, x) = static_cast<float>(t * std::exp(-was));
      if (t > 0.9995 && t < 1.0005) continue;
      const double grain =
          sigma * std::sqrt(std::max(0.0, 1 / t - 1)) * static_cast<double>(noise(y, x));
      // As a step from what the film shows there, so that greys beyond the curve stay as they are.
      const double step = tone.grey(was - std::log(t) + grain) - tone.grey(was);
      out.pixels(y, x) = static_cast<float>(std::clamp(std::round(grey + step), lowest, highest));
    }
  return out;
}

Geometry parallel_geometry(const FilmAnatomy& from, cv::Size size) {
  Geometry geometry;
  geometry.sid_mm = kParallel_mm;
  geometry.pitch_mm = from.spacing_mm;
  geometry.rows = size.height;
  geometry.columns = size.width;
  geometry.source_mm = {from.spacing_mm * size.width / 2, from.spacing_mm * size.height / 2};
  return geometry;
}

std::vector<std::string> notes_on(const FilmAnatomy& estimated, const FilmQuality& quality) {
  std::vector<std::string> notes;
  if (estimated.spacing_assumed)
    notes.push_back(
        fmt::format("The film's pixel size is not known; {:.3f} mm was assumed, so sizes "
                    "in mm are guesses.",
                    estimated.spacing_mm));
  const RegionTechnique& technique = technique_of(estimated.anatomy.region);
  notes.push_back(fmt::format(
      "Contrasts are those of {} at {:.0f} keV effective energy and a scatter "
      "ratio of {:.2f}; depths are guesses from the outline.",
      to_string(estimated.anatomy.region), technique.effective_kev, technique.scatter_ratio));
  notes.push_back(
      fmt::format("Estimated of the film: blur {:.2f} pixels, noise {:.2f} grey values.",
                  quality.blur_px, quality.noise));
  return notes;
}

} // namespace

Result<InsertedFilm> insert(const Radiograph& background, const InsertSpec& spec) {
  auto estimated = estimate_anatomy(background, spec.region);
  if (!estimated) return tl::unexpected(std::move(estimated).error());
  auto quality = estimate_quality(background, *estimated);
  if (!quality) return tl::unexpected(std::move(quality).error());
  const Random random(spec.seed);
  const RegionTechnique& technique = technique_of(estimated->anatomy.region);
  const std::vector<Inclusion> inclusions =
      place_inclusions(estimated->anatomy, spec.inclusions, random.stream("inclusions"));

  Projection projection;
  projection.body_mm = estimated->body_mm;
  projection.bones = estimated->bones;
  const Geometry geometry = parallel_geometry(*estimated, background.pixels.size());
  const auto patches = project_inclusions(estimated->anatomy, inclusions, geometry);
  const auto left = [&](std::optional<Kind> but) {
    const cv::Mat1f more =
        added_attenuation(projection, patches, geometry, technique.effective_kev, but);
    return transmission(more, technique.scatter_ratio, quality->blur_px);
  };
  Change change = apply(background, *quality, left({}), random);

  InsertedFilm out;
  out.pixels = change.pixels;
  out.spacing_assumed = estimated->spacing_assumed;
  out.blur_px = quality->blur_px;
  out.noise = quality->noise;
  out.notes = notes_on(*estimated, *quality);
  out.film.anatomy = std::move(estimated->anatomy);
  out.film.geometry = geometry;
  out.film.spacing_mm = estimated->spacing_mm;
  out.film.spec.inclusions = spec.inclusions;
  out.film.spec.seed = spec.seed;
  // Quanta from the noise of soft tissue: its relative variance is one over their number.
  const double relative = std::max(1e-4, quality->noise / quality->tone.slope);
  const double quanta = std::exp(quality->tone.soft_attenuation) / (relative * relative);
  const auto without = [&](Kind kind) { return cv::Mat1f(change.without.mul(left(kind))); };
  measure_truth(out.film, patches, projection, {change.with, without, quanta}, estimated->field);
  return out;
}

} // namespace calx::simulate

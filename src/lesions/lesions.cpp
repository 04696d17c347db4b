#include "lesions/lesions.hpp"

#include "lesions/candidates.hpp"
#include "lesions/inner_features.hpp"
#include "lesions/masses.hpp"
#include "lesions/measure.hpp"
#include "lesions/score.hpp"

#include <algorithm>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <tuple>

namespace calx {
namespace {

/// Share of the smaller of two masks that the other covers.
double overlap(const Deposit& a, const Deposit& b) {
  const cv::Rect common = a.box & b.box;
  if (common.area() == 0) return 0;
  const int shared = cv::countNonZero(a.mask(common - a.box.tl()) & b.mask(common - b.box.tl()));
  return shared / static_cast<double>(std::min(cv::countNonZero(a.mask), cv::countNonZero(b.mask)));
}

/// Best first; ties from the upper left, so that the order never depends on the search.
bool better(const Deposit& a, const Deposit& b) {
  return std::tie(b.score, a.centroid.y, a.centroid.x) <
         std::tie(a.score, b.centroid.y, b.centroid.x);
}

/// One region can answer at several scales: the best stays, what overlaps it by half goes. A mass
/// outlined as a whole comes before the grains in it.
std::vector<Deposit> without_repeats(std::vector<Deposit> masses, std::vector<Deposit> blobs,
                                     int most) {
  std::ranges::sort(blobs, better);
  std::vector<Deposit> kept = std::move(masses);
  for (Deposit& d : blobs)
    if (std::ranges::none_of(kept, [&](const Deposit& k) { return overlap(k, d) > 0.5; }))
      kept.push_back(std::move(d));
  std::ranges::sort(kept, better);
  if (kept.size() > static_cast<std::size_t>(most)) kept.resize(static_cast<std::size_t>(most));
  return kept;
}

/// The film with letters painted over in the tone around them, so that no scale joins them to
/// tissue.
cv::Mat1f without_letters(const cv::Mat1f& density, const cv::Mat1b& letters) {
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(letters, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  if (outlines.empty()) return density;
  cv::Mat1f out = density.clone();
  for (const auto& outline : outlines) {
    constexpr int kRing = 6;
    const cv::Rect box = cv::boundingRect(outline);
    const cv::Rect near =
        cv::Rect(box.x - kRing, box.y - kRing, box.width + 2 * kRing, box.height + 2 * kRing) &
        cv::Rect({}, density.size());
    const cv::Scalar around = cv::mean(density(near), ~letters(near));
    out(box).setTo(around, letters(box));
  }
  return out;
}

/// Calcium does not float in the air beside a limb.
bool lies_in(const cv::Mat1b& body, const SeenRegion& region) {
  return 2 * cv::countNonZero(body(region.box) & region.mask) >= cv::countNonZero(region.mask);
}

/// The measurements that only reported regions need.
void measure_closely(const NormalisedFilm& film, const AnatomyMap& anatomy,
                     const Surroundings& around, std::vector<Deposit>& deposits) {
  double ceiling = 0;
  cv::minMaxLoc(film.density, nullptr, &ceiling);
  for (Deposit& d : deposits) measure_inside(film, ceiling, d);
  measure_neighbourhood(film, anatomy, around, deposits);
}

/// What the network makes of each region that it judged.
void show_judged(const TissueMaps& seen, cv::Size size, const Trace& trace) {
  if (!trace) return;
  cv::Mat1f deposit(size, 0.0F), mimic(size, 0.0F);
  for (const SeenRegion& region : seen.regions) {
    deposit(region.box).setTo(region.deposit, region.mask & (deposit(region.box) < region.deposit));
    mimic(region.box).setTo(region.mimic, region.mask & (mimic(region.box) < region.mimic));
  }
  trace("4-lesions/judged-deposit", deposit);
  trace("4-lesions/judged-mimic", mimic);
}

void show_found(const std::vector<Deposit>& found, cv::Size size, const Trace& trace) {
  if (!trace) return;
  cv::Mat1b regions(size, uchar(0));
  for (const Deposit& d : found) regions(d.box).setTo(255, d.mask);
  trace("4-lesions/found", regions);
}

} // namespace

void LesionParams::describe(ParameterList& list) {
  list.stage("lesions");
  list.add("min_area_mm2", min_area_mm2, "mm^2", 0.01, 1000,
           "smaller regions are noise; 0.3 is a speck of 0.6 mm");
  list.add("min_contrast", min_contrast, "1", 0.001, 1,
           "least difference of tone to the tissue around; tone runs from 0 (air) to 1 (densest "
           "percent of the body)");
  list.add("min_contrast_to_noise", min_contrast_to_noise, "1", 0, 100,
           "least height over the surroundings in standard deviations of the pixel noise");
  list.add("min_activity_ratio", min_activity_ratio, "1", 1, 100,
           "least height over the surroundings relative to the mean height of everything else "
           "nearby; keeps "
           "trabeculae and bowel from being searched");
  list.add("max_candidates", max_candidates, "1", 1, 10000,
           "most candidates of one scale that are measured, highest activity ratio first");
  list.add("min_score", min_score, "1", 0, 1, "regions with a lower score are not reported");
  list.add("min_score_on_bone", min_score_on_bone, "1", 0, 1,
           "the same for regions that lie over bone for the most part, where trabeculae and the "
           "corners of bones answer as well");
  list.add("min_mass_area_mm2", min_mass_area_mm2, "mm^2", 1, 1e5,
           "least size of a dense mass that was outlined as bone");
  list.add("max_mass_share", max_mass_share, "1", 0, 1,
           "most of the film's bone outline that such a mass may make up");
  list.add("max_mass_elongation", max_mass_elongation, "1", 1, 20,
           "longer pieces are shafts, phalanges, ribs");
  list.add("min_mass_density", min_mass_density, "1", 0, 5,
           "least density_to_cortex of such a mass: spongy bone is fainter");
  list.add("min_mass_gap_mm", min_mass_gap_mm, "mm", 0, 50,
           "least distance to other bone: closer pieces are joint partners");
  list.add("max_deposits", max_deposits, "1", 1, 10000,
           "most regions that are reported for a film");
  list.add("min_calcified_score", min_calcified_score, "1", 0, 1,
           "regions that calx-regions finds less probable to be calcified, calcinosis or not, are "
           "not reported");
}

std::vector<Deposit> find_deposits(const NormalisedFilm& film, const AnatomyMap& anatomy,
                                   const LesionParams& params, const Trace& trace) {
  cv::Mat1b letters; // with their blurred edges
  cv::dilate(film.foreign, letters, cv::Mat::ones(7, 7, CV_8U));
  const cv::Mat1b where = anatomy.body & ~letters;
  const cv::Mat1f density = without_letters(film.density, letters);
  const Surroundings around = survey(film, anatomy);
  std::vector<Deposit> all;
  for (const Candidate& candidate : find_candidates(film, density, where, params, trace)) {
    auto deposit = measure(film, anatomy, around, candidate, params);
    if (!deposit) continue;
    deposit->score = deposit_score(*deposit);
    const double least =
        *deposit->features.bone_overlap > 0.5 ? params.min_score_on_bone : params.min_score;
    if (deposit->score >= std::max(least, params.min_score)) all.push_back(std::move(*deposit));
  }
  std::vector<Deposit> kept = without_repeats(find_masses(film, anatomy, around, params),
                                              std::move(all), params.max_deposits);
  measure_closely(film, anatomy, around, kept);
  show_found(kept, film.density.size(), trace);
  return kept;
}

std::vector<Deposit> find_deposits(const NormalisedFilm& film, const TissueMaps& seen,
                                   const AnatomyMap& anatomy, const LesionParams& params,
                                   const Trace& trace) {
  show_judged(seen, film.density.size(), trace);
  const Surroundings around = survey(film, anatomy);
  LesionParams any = params; // the network has decided: a faint region is one all the same
  any.min_contrast = -std::numeric_limits<double>::infinity();
  any.min_area_mm2 = 0;
  std::vector<Deposit> all;
  for (const SeenRegion& region : seen.regions) {
    const double calcified = region.deposit + region.mimic;
    if (!(calcified >= params.min_calcified_score)) continue; // nor what is no number
    if (!lies_in(anatomy.body, region)) continue;
    Candidate candidate;
    candidate.box = region.box;
    candidate.mask = region.mask;
    candidate.outlined = true;
    auto deposit = measure(film, anatomy, around, candidate, any);
    if (!deposit) continue;
    deposit->score = std::min(calcified, 1.0);
    deposit->features.deposit_probability = region.deposit;
    deposit->features.mimic_probability = region.mimic;
    all.push_back(std::move(*deposit));
  }
  std::vector<Deposit> found = without_repeats({}, std::move(all), params.max_deposits);
  measure_closely(film, anatomy, around, found);
  show_found(found, film.density.size(), trace);
  return found;
}

} // namespace calx

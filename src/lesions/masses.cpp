#include "lesions/masses.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

/// Is there bone of another piece within `gap_mm` of this one?
bool has_neighbour(const Surroundings& around, std::size_t piece, double gap_mm, double pitch_mm) {
  const int gap = static_cast<int>(gap_mm / pitch_mm);
  const cv::Rect box = around.bones.box[piece];
  const cv::Rect window =
      cv::Rect(box.x - gap, box.y - gap, box.width + 2 * gap, box.height + 2 * gap) &
      cv::Rect({}, around.bones.label.size());
  const cv::Mat1i label = around.bones.label(window);
  cv::Mat1b near = label == static_cast<int>(piece);
  const cv::Mat1b others = (label != 0) & ~near;
  cv::dilate(near, near, cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * gap + 1, 2 * gap + 1}));
  return cv::countNonZero(near & others) > 0;
}

bool is_mass(const Features& f, const LesionParams& params) {
  return *f.elongation <= params.max_mass_elongation &&
         *f.density_to_cortex >= params.min_mass_density && *f.isolation > 0;
}

} // namespace

std::vector<Deposit> find_masses(const NormalisedFilm& film, const AnatomyMap& anatomy,
                                 const Surroundings& around, const LesionParams& params) {
  const double mm2 = film.grid.pitch_mm * film.grid.pitch_mm;
  const double all_bone = cv::countNonZero(anatomy.bone);
  std::vector<Deposit> masses;
  for (std::size_t i = 1; i < around.bones.area.size(); ++i) {
    const int area = around.bones.area[i];
    if (area * mm2 < params.min_mass_area_mm2 || area > params.max_mass_share * all_bone) continue;
    const cv::Rect box = around.bones.box[i];
    Candidate candidate;
    candidate.box = box;
    candidate.mask = around.bones.label(box) == static_cast<int>(i);
    candidate.outlined = true;
    auto mass = measure(film, anatomy, around, candidate, params);
    if (!mass || mass->touches_field_edge || mass->touches_foreign ||
        !is_mass(mass->features, params))
      continue;
    if (has_neighbour(around, i, params.min_mass_gap_mm, film.grid.pitch_mm)) continue;
    mass->score = std::clamp(
        0.5 + 0.4 * (*mass->features.density_to_cortex - params.min_mass_density), 0.5, 0.95);
    masses.push_back(std::move(*mass));
  }
  return masses;
}

} // namespace calx

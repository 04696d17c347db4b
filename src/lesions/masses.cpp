#include "lesions/masses.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

/// Distance from one piece of bone to the nearest other piece.
double gap_mm(const cv::Mat1b& bone, const cv::Mat1b& piece, const cv::Rect& box, double pitch_mm) {
  cv::Mat1b others = bone.clone();
  others(box).setTo(0, piece);
  return DistanceMap(others, pitch_mm).least_mm(box, piece);
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
  for (std::size_t i = 1; i < around.piece_area.size(); ++i) {
    const int area = around.piece_area[i];
    if (area * mm2 < params.min_mass_area_mm2 || area > params.max_mass_share * all_bone) continue;
    const cv::Rect box = around.piece_box[i];
    Candidate candidate;
    candidate.box = box;
    candidate.mask = around.bone_piece(box) == static_cast<int>(i);
    candidate.outlined = true;
    auto mass = measure(film, anatomy, around, candidate, params);
    if (!mass || mass->touches_field_edge || mass->touches_foreign ||
        !is_mass(mass->features, params))
      continue;
    if (gap_mm(anatomy.bone, candidate.mask, box, film.grid.pitch_mm) < params.min_mass_gap_mm)
      continue;
    mass->score = std::clamp(
        0.5 + 0.4 * (*mass->features.density_to_cortex - params.min_mass_density), 0.5, 0.95);
    masses.push_back(std::move(*mass));
  }
  return masses;
}

} // namespace calx

// The measurements of one candidate: its refined pixel mask, and what tells a deposit from bone,
// texture and letters.
#pragma once

#include "anatomy/anatomy.hpp"
#include "lesions/candidates.hpp"
#include "lesions/lesions.hpp"
#include "normalise/normalise.hpp"

#include <optional>

namespace calx {

/// Distance maps and levels that all candidates of a film share. Distances in working pixels.
struct Surroundings {
  cv::Mat1f to_skin;        ///< inside the body: to the nearest pixel outside it
  cv::Mat1f to_bone;        ///< outside bone: to the nearest bone pixel
  cv::Mat1f to_edge;        ///< inside the field: to the nearest pixel outside it
  cv::Mat1b territory;      ///< bone and the narrow gaps between bones: joints, growth plates
  double bone_contrast = 0; ///< tone of bone minus tone of soft tissue, over the film
};
Surroundings survey(const NormalisedFilm& film, const AnatomyMap& anatomy);

/// The candidate with its mask cut midway between its own tone and that around it, its shape and
/// how it stands out. Nothing where the mask vanishes, is smaller than min_area_mm2 or no brighter
/// than min_contrast.
std::optional<Deposit> measure(const NormalisedFilm& film, const AnatomyMap& anatomy,
                               const Surroundings& around, const Candidate& candidate,
                               const LesionParams& params);

} // namespace calx

// The measurements of one candidate: its refined pixel mask, and what tells a deposit from bone,
// texture and letters.
#pragma once

#include "anatomy/anatomy.hpp"
#include "core/pieces.hpp"
#include "lesions/candidates.hpp"
#include "lesions/lesions.hpp"
#include "normalise/normalise.hpp"

#include <optional>
#include <vector>

namespace calx {

/// How far every place is from a set, in working mm, on a coarse grid: exact to half a millimetre.
class DistanceMap {
public:
  DistanceMap() = default;
  /// To the nearest non-zero pixel of `set`, a mask on the working grid.
  DistanceMap(const cv::Mat1b& set, double pitch_mm);

  double mm_at(cv::Point2d working) const;
  /// The least distance over a mask of the working grid placed at `box`.
  double least_mm(const cv::Rect& box, const cv::Mat1b& mask) const;
  const cv::Mat1f& coarse() const { return mm_; }

private:
  cv::Mat1f mm_;
  double shrink_ = 1;

  /// Of the map along one axis of `size` cells, the one that holds a coordinate of the working
  /// grid.
  int cell(double working, int size) const;
};

/// What all candidates of a film share.
struct Surroundings {
  DistanceMap to_skin;      ///< inside the body: to the nearest place outside it
  DistanceMap to_bone;      ///< outside bone: to the nearest bone
  DistanceMap to_edge;      ///< inside the field: to the nearest place outside it
  Pieces bones;             ///< of the bone on the working grid
  cv::Mat1b territory;      ///< working grid: bone and the narrow gaps between bones
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

// Compact bright blobs at several scales: where a deposit might be.
#pragma once

#include "anatomy/anatomy.hpp"
#include "lesions/lesions.hpp"
#include "normalise/normalise.hpp"

#include <vector>

namespace calx {

/// A blob on the working grid, before refinement.
struct Candidate {
  cv::Rect box;
  cv::Mat1b mask;      ///< size of `box`
  double peak = 0;     ///< how far it rises over everything longer than the scale, in tone
  double activity = 0; ///< mean of the same response around it: texture, trabeculae, noise
  double scale_mm = 0;
  bool outlined = false; ///< the mask is an outline already and is not refined
};

/// Candidates of every scale, not yet compared with each other, in a fixed order. `density` is the
/// film's without letters; peaks are looked for under `where`.
std::vector<Candidate> find_candidates(const NormalisedFilm& film, const cv::Mat1f& density,
                                       const cv::Mat1b& where, const LesionParams& params,
                                       const Trace& trace);

} // namespace calx

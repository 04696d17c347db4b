// Radiodense regions in soft tissue: found at several scales against the local background, refined
// to pixel masks, measured.
#pragma once

#include "anatomy/anatomy.hpp"
#include "core/parameter.hpp"
#include "core/trace.hpp"
#include "lesions/features.hpp"
#include "normalise/normalise.hpp"

#include <opencv2/core.hpp>
#include <optional>
#include <vector>

namespace calx {

struct LesionParams {
  double min_area_mm2 = 0.3;
  double min_contrast = 0.05;
  double min_contrast_to_noise = 5;
  double min_activity_ratio = 5;
  int max_candidates = 40;
  double min_score = 0.55;
  double min_score_on_bone = 0.7;
  double min_mass_area_mm2 = 100;
  double max_mass_share = 0.6;
  double max_mass_elongation = 2.2;
  double min_mass_density = 0.75;
  double min_mass_gap_mm = 2.5;
  int max_deposits = 200;
  double min_calcified_score = 0.4;

  void describe(ParameterList& list);
};

/// Where something near a deposit is: the point, in working-grid pixels, and how far.
struct Nearest {
  int index = -1; ///< of the prominence; -1 for bone edges and joints
  cv::Point2d point;
  double distance_mm = 0; ///< working mm
};

/// One dense region in soft tissue, on the working grid.
struct Deposit {
  cv::Rect box;
  cv::Mat1b mask; ///< size of `box`, 255 inside
  cv::Point2d centroid;
  double score = 0; ///< 0..1: how sure the detector is that something dense is there
  Features features;
  std::optional<Nearest> bone, prominence, joint;
  bool touches_field_edge = false;
  bool touches_foreign = false;
};

/// By thresholds alone. Best first, ties from the upper left. Empty when there is nothing dense in
/// the soft tissue. Features in mm are filled in working mm whether or not the film is calibrated;
/// the caller drops them where it is not.
std::vector<Deposit> find_deposits(const NormalisedFilm& film, const AnatomyMap& anatomy,
                                   const LesionParams& params, const Trace& trace = {});

/// The same from what the network saw, deposits and what resembles them; the score is the network's
/// probability.
std::vector<Deposit> find_deposits(const NormalisedFilm& film, const TissueMaps& seen,
                                   const AnatomyMap& anatomy, const LesionParams& params,
                                   const Trace& trace = {});

} // namespace calx

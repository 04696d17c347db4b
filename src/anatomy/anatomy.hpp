// Where the body is, where its bones are, and where bones stand out under the skin.
#pragma once

#include "core/parameter.hpp"
#include "core/trace.hpp"
#include "core/vocabulary.hpp"
#include "network/network.hpp"
#include "normalise/normalise.hpp"

#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

namespace calx {

struct AnatomyParams {
  double anatomy_pitch_mm = 0.5;
  double min_body_area_mm2 = 150;
  double neighbourhood_mm = 12;
  double bone_share = 0.45;
  double min_bone_contrast = 0.12;
  double bone_edge_mm = 4;
  double min_sharp_share = 0.35;
  double min_bone_area_mm2 = 60;
  double outline_smoothing_mm = 1.5;
  double prominence_reach_mm = 9;
  double min_prominence_mm = 1.5;
  int max_prominences = 40;
  double joint_gap_mm = 5;

  void describe(ParameterList& list);
};

/// A convex extremum of a bone outline, in working-grid pixels.
struct Prominence {
  cv::Point2d point;
  double height_mm = 0; ///< how far it stands out of the chord through the outline around it
  std::string name;     ///< word of the vocabulary, or empty: see name_prominences
  /// Of a name that the network gave: its NamedPoint's.
  std::optional<double> name_confidence = std::nullopt;
};

/// Masks and points on the working grid.
struct AnatomyMap {
  cv::Mat1b body;       ///< 255 inside the skin line
  cv::Mat1b bone;       ///< 255 on bone
  double soft_tone = 0; ///< median tone of soft tissue
  double bone_tone = 1; ///< upper quartile of the tone of bone
  /// Points of the joint spaces: midway between two bones that nearly touch.
  std::vector<cv::Point2d> joint_points;
  std::vector<Prominence> prominences; ///< highest first
};

/// By thresholds alone. Total: a film without bone gives empty masks and no prominences.
AnatomyMap map_anatomy(const NormalisedFilm& film, const AnatomyParams& params,
                       const Trace& trace = {});

/// What a film shows, as far as it is known: it decides which names prominences can have.
struct Shown {
  Region region = Region::Other;
  View view = View::Unknown;
};

/// The same from what the network saw, with names: those that name_prominences gives, and where it
/// gives none the network's.
AnatomyMap map_anatomy(const NormalisedFilm& film, const TissueMaps& seen, Shown shown,
                       const AnatomyParams& params, const Trace& trace = {});

/// By the shape of bone and body: gives prominences their names of the vocabulary, and leaves a
/// name empty where it is unsure. So far the five tufts of a hand with spread fingers, palm or back
/// to the film, in any orientation, left or right. On 103 films of hands and wrists 178 tufts of 39
/// films were named; by eye 172 are right, and of the others five are cut off by the picture and
/// one lies on a joint. The rest of the films show fewer than five free fingers.
void name_prominences(AnatomyMap& map, Shown shown);

} // namespace calx

// Where the body is, where its bones are, and where bones stand out under the skin.
#pragma once

#include "core/parameter.hpp"
#include "core/trace.hpp"
#include "core/vocabulary.hpp"
#include "normalise/normalise.hpp"

#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace calx {

struct AnatomyParams {
  double min_bone_area_mm2 = 30;

  void describe(ParameterList& list);
};

/// A convex extremum of a bone outline, in working-grid pixels.
struct Prominence {
  cv::Point2d point;
  double height_mm = 0; ///< how far it stands out of the outline around it (working mm)
  std::string name;     ///< word of the vocabulary, or empty
};

/// Masks on the working grid.
struct AnatomyMap {
  cv::Mat1b body;  ///< 255 inside the skin line
  cv::Mat1b bone;  ///< 255 on bone
  cv::Mat1b joint; ///< 255 on joint spaces
  std::vector<Prominence> prominences;
};

AnatomyMap map_anatomy(const NormalisedFilm& film, Region region, View view, Laterality side,
                       const AnatomyParams& params, const Trace& trace = {});

} // namespace calx

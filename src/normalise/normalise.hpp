// The film on a working grid: what is exposed field, what is frame, letter or metal, and how dense
// each pixel is on a scale that does not depend on the exposure or the display processing.
#pragma once

#include "core/parameter.hpp"
#include "core/radiograph.hpp"
#include "core/trace.hpp"

#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace calx {

struct NormaliseParams {
  double working_pitch_mm = 0.20;
  double assumed_long_side_mm = 240;

  void describe(ParameterList& list);
};

/// The isotropic working grid: pixel centres of the source at source = (working + 0.5) * scale -
/// 0.5.
struct Grid {
  double scale_x = 1, scale_y = 1; ///< source pixels per working pixel
  double pitch_mm = 0;             ///< working pixel, assumed where `calibrated` is false
  bool calibrated = false;

  cv::Point2d to_source(cv::Point2d working) const {
    return {(working.x + 0.5) * scale_x - 0.5, (working.y + 0.5) * scale_y - 0.5};
  }
};

/// A film made comparable with other films.
struct NormalisedFilm {
  Grid grid;
  cv::Mat1f density; ///< 0 direct exposure or blackest field, 1 densest body tissue; may exceed 1
  cv::Mat1b field;   ///< 255 inside the exposed, unobstructed field
  cv::Mat1b foreign; ///< 255 on burned-in letters, scales, lead markers
  cv::Mat1b metal;   ///< 255 on saturated metal in the field
  double noise = 0;  ///< robust standard deviation of the fine-scale noise in `density`
  std::vector<std::string> warnings;
};

NormalisedFilm normalise(const Radiograph& film, const NormaliseParams& params,
                         const Trace& trace = {});

} // namespace calx

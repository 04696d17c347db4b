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
  double working_pitch_mm = 0.25;
  double assumed_long_side_mm = 0;
  double frame_margin = 0.05;
  double saturation = 0.985;
  double marker_edge = 0.30;
  double marker_evenness = 0.04;

  void describe(ParameterList& list);
};

/// About how long in mm the longer side of a film of that part of the body is. An estimate, good
/// for the choice of scales and for nothing else.
double usual_long_side_mm(Region region);

/// The isotropic working grid: a working pixel's centre lies at (working + 0.5) * scale - 0.5 in
/// the source image.
struct Grid {
  double scale_x = 1, scale_y = 1; ///< source pixels per working pixel
  double pitch_mm = 0;             ///< size of a working pixel, assumed where not `calibrated`
  bool calibrated = false;

  cv::Point2d to_source(cv::Point2d working) const {
    return {(working.x + 0.5) * scale_x - 0.5, (working.y + 0.5) * scale_y - 0.5};
  }
};

/// A film made comparable with other films. All images are on the working grid.
struct NormalisedFilm {
  Grid grid;
  /// Tone from 0, the film's direct exposure or blackest tissue, to 1, its densest percent of body;
  /// not clipped above. The square root of the grey value above black: it gives a finger tip and a
  /// wrist, or a thigh's edge and its middle, comparable steps from soft tissue to bone.
  cv::Mat1f density;
  cv::Mat1b field;       ///< 255 where the beam reached the detector unobstructed
  cv::Mat1b foreign;     ///< 255 on burned-in letters, lead markers, saturated metal
  double air_below = 0;  ///< density under which a pixel is direct exposure
  double bone_above = 1; ///< density that parts bone from soft tissue over the whole film
  double noise = 0;      ///< robust standard deviation of the pixel noise in `density`
  std::vector<std::string> warnings;
};

/// Total: any film of at least 16 x 16 pixels gives a result; smaller ones throw (a caller's bug).
NormalisedFilm normalise(const Radiograph& film, const NormaliseParams& params,
                         const Trace& trace = {});

} // namespace calx

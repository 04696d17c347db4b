// The colours of the overlay: one for each kind, told apart with any colour vision.
#pragma once

#include "core/vocabulary.hpp"

#include <opencv2/core.hpp>

namespace calx {

/// RGB.
using Colour = cv::Vec3b;

struct KindStyle {
  Colour colour;
  bool dashed = false; ///< things that are not of the body share greys and differ by line
};

/// After Okabe and Ito, "Color Universal Design" (2008); blue is lightened to show on a dark film.
KindStyle style_of(Kind kind);

inline const Colour kPaper{24, 26, 30};         ///< behind the legend
inline const Colour kText{235, 235, 235};       ///< letters
inline const Colour kQuietText{170, 174, 180};  ///< letters of less weight
inline const Colour kAnatomyInk{200, 225, 255}; ///< prominences and distances
inline const Colour kHalo{0, 0, 0};             ///< around every line and letter on the film

} // namespace calx

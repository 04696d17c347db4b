// The strip under the film: suggestion, legend, scale bar, disclaimer. It hides nothing of the
// film.
#pragma once

#include "report/findings.hpp"
#include "report/lettering.hpp"

#include <opencv2/core.hpp>

namespace calx {

/// What the strip has to know of the picture above it.
struct FooterStyle {
  const Lettering& large;
  const Lettering& small;
  int text_px = 16;      ///< height of the small letters; margins follow it
  double film_scale = 1; ///< picture pixels per film pixel
};

/// A round length in mm (px where mm are unknown) that fits into `room_px` picture pixels, and its
/// length in picture pixels.
struct ScaleBar {
  double length = 0;
  double length_px = 0;
};
ScaleBar choose_scale_bar(const Findings&, double film_scale, double room_px);

/// The strip for a picture of that width.
cv::Mat3b draw_footer(const Findings&, int width_px, const FooterStyle&);

} // namespace calx

// A contact sheet: many films side by side, for looking.
#pragma once

#include "simulate/simulate.hpp"

#include <span>

namespace calx::simulate {

/// The film as shown, not larger than `side_px`; with outlines of deposits (red) and of what is not
/// calcinosis (blue) if wanted. RGB order.
cv::Mat3b thumbnail(const Film& film, int side_px, bool outlines);

/// Rows of thumbnails on dark grey, about as wide as high; empty pictures are left out.
cv::Mat3b contact_sheet(std::span<const cv::Mat3b> thumbnails, int side_px);

} // namespace calx::simulate

// What a DICOM film's stored values stand for, and where the file says there is no film.
#pragma once

#include "load/dicom_header.hpp"
#include "load/value_map.hpp"

namespace calx::load {

/// The map from stored values to dense-bright grey.
///
/// M = Modality LUT or rescale, V = VOI LUT or sigmoid (a linear window only sets `display`).
/// MONOCHROME2: grey = V(M(s)). MONOCHROME1 is turned over once, in the last range that is known
/// exactly, so that mirrored stored values (s' = lowest + highest - s) give the same bits:
/// - rescale:      M(lowest + highest - s), the inversion is of the stored value itself;
/// - Modality LUT: M(lowest) + M(highest) - M(s);
/// - VOI LUT:      smallest + largest entry - V; its range, not its declared bits, is the display;
/// - sigmoid:      2^bits_stored - 1 - V.
/// A window's edges are turned over with the values they bound.
ValueMap build_value_map(const PixelDescription& pixel, const GreyTags& grey, bool monochrome1);

/// 255 where the display shutter hides the image; empty where nothing is hidden, or everything
/// would be. Several shapes hide what any of them hides (PS3.3 C.7.6.11).
cv::Mat1b shutter_mask(const ShutterTags& shutter, int rows, int columns);

} // namespace calx::load

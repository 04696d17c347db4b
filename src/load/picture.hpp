// From the samples of a picture (PNG, JPEG, TIFF, ..., or a colour DICOM) to grey.
#pragma once

#include "core/error.hpp"
#include "core/radiograph.hpp"
#include "load/pixel_source.hpp"

namespace calx::load {

/// Fills pixels, outside and display of a film. Grey samples are taken as they are; RGB(A) of which
/// the colours are a tint or annotations become their luminance (Rec. 601); fully transparent
/// pixels are outside. Fails with not-a-radiograph for pictures that are truly in colour, and with
/// corrupt-pixels for floating-point samples that are no numbers.
Result<void> picture_to_grey(const cv::Mat& samples, bool minimum_is_white, Radiograph& film);

} // namespace calx::load

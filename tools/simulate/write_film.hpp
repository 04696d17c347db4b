// A phantom's film as files that any reader of radiographs takes, and its truth as JSON.
#pragma once

#include "simulate/phantom.hpp"

#include <filesystem>
#include <string>

namespace calx::phantom {

enum class FilmFormat {
  DicomExplicit, ///< DX For Presentation, Explicit VR Little Endian
  DicomRle,      ///< the same, RLE Lossless
  Png,           ///< 8 bits, without a spacing
};

/// Writes the film. The UIDs are made up from `spec` under 2.25, so that the same phantom has the
/// same ones. Throws std::runtime_error where the file cannot be written.
void write_film(const PhantomFilm& film, const PhantomSpec& spec, FilmFormat format,
                const std::filesystem::path& file);

/// What is on the film, as JSON ("calx.truth/1"): lesions with kind, box, centroid, area and
/// outline, and prominences; pixels of the film, origin at the centre of the upper-left one.
std::string truth_json(const PhantomFilm& film, const PhantomSpec& spec);

/// 16-bit labels or an 8-bit mask.
void write_png(const cv::Mat& image, const std::filesystem::path& file);

} // namespace calx::phantom

// How large a pixel is, and how far that can be believed.
//
// DICOM PS3.3 10.7 (Basic Pixel Spacing Calibration) and CP-586: PixelSpacing on a projection film
// is only a size in the patient when the file says how it was calibrated; ImagerPixelSpacing is
// true at the detector; the estimated radiographic magnification factor (ERMF) leads from one to
// the other.
#pragma once

#include "core/error.hpp"
#include "core/radiograph.hpp"

#include <optional>
#include <string>
#include <vector>

namespace calx::load {

enum class CalibrationType { None, Fiducial, Geometry };

/// The attributes that bear on spacing. A value that is present but no number is NaN.
struct SpacingTags {
  std::optional<Spacing> pixel;           ///< PixelSpacing (0028,0030)
  std::optional<Spacing> imager;          ///< ImagerPixelSpacing (0018,1164)
  std::optional<Spacing> nominal_scanned; ///< NominalScannedPixelSpacing (0018,2010)
  std::optional<Spacing> file_header;     ///< what NRRD, NIfTI and MetaImage call spacing
  CalibrationType calibration = CalibrationType::None; ///< (0028,0A02)
  std::vector<double> magnification;                   ///< ERMF (0018,1114)
  std::optional<double> source_to_detector_mm;         ///< (0018,1110)
  std::optional<double> source_to_patient_mm;          ///< (0018,1111)
};

/// The answer, with a sentence for the user on how it was found.
struct SpacingFinding {
  std::optional<Spacing> spacing;
  SpacingSource source = SpacingSource::Unknown;
  std::string note;
  std::vector<std::string> warnings;
};

/// The rule, first that applies: the user's; PixelSpacing calibrated by FIDUCIAL; by GEOMETRY;
/// ImagerPixelSpacing / magnification; ImagerPixelSpacing alone; nominal scanned spacing (a film
/// digitiser: true on the film) or a file header's; else unknown.
///
/// Fails with bad-spacing where a spacing that is present is zero, negative, no number or absurd,
/// where a magnification is, or where two magnifications disagree. With the user's spacing these
/// become warnings, and only the user's own spacing can be bad.
Result<SpacingFinding> decide_spacing(const SpacingTags& tags, const std::optional<Spacing>& user);

} // namespace calx::load

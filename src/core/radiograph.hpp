// A plain radiograph as every stage sees it: pixels in which dense is bright, and what the file
// said about how the film was taken. Nothing in it identifies the patient.
#pragma once

#include "core/vocabulary.hpp"

#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

namespace calx {

/// Distance between neighbouring pixel centres: along a row (x) and down a column (y), in mm.
struct Spacing {
  double x_mm = 0;
  double y_mm = 0;
};

/// Where a spacing comes from; the words follow DICOM PS3.3 10.7.1.3 and CP-586.
enum class SpacingSource {
  Calibrated,             ///< PixelSpacing, calibration type FIDUCIAL
  MagnificationCorrected, ///< detector spacing divided by the radiographic magnification
  DetectorPlane,          ///< ImagerPixelSpacing alone: true at the detector, too large in the body
  User,                   ///< given on the command line or in the API
  Unknown,                ///< then there is no spacing and nothing is given in mm
};
std::string_view to_string(SpacingSource);

/// How the file stored brightness. Radiograph::pixels is dense-bright whatever this says.
enum class Polarity { Monochrome1, Monochrome2, Rgb };
std::string_view to_string(Polarity); ///< "MONOCHROME1", "MONOCHROME2", "RGB"

/// What the file tells about the image and its acquisition. UIDs identify images, not people.
struct Acquisition {
  std::string format; ///< "DICOM", "PNG", "JPEG", "TIFF", "BMP", "NRRD", "NIfTI", "MetaImage"
  std::string transfer_syntax; ///< DICOM transfer syntax UID, else empty
  std::string modality;        ///< (0008,0060), else empty
  std::string sop_class_uid;
  std::string sop_instance_uid;
  std::string series_instance_uid;
  Polarity polarity_as_stored = Polarity::Monochrome2;
  std::string polarity_source = "file"; ///< "user": the file's word was turned round
  int bits_stored = 0;
  int frames = 1;
  Region region = Region::Other; ///< Region::Other with an empty source: not known
  std::string region_source;     ///< tag keyword, or "user"; empty: not known
  Laterality laterality = Laterality::Unknown;
  View view = View::Unknown;
  Sex sex = Sex::Unknown;
  std::optional<double> age_years; ///< ages above 89 are given as 90 (HIPAA safe harbour)
  std::optional<double> kvp;
  std::vector<std::string> warnings; ///< what was odd about the file, for the user
};

/// Grey values that a display should show as black and white, in units of Radiograph::pixels.
struct DisplayRange {
  double black = 0;
  double white = 1;
};

/// One frame of one film.
struct Radiograph {
  /// Values after the modality LUT or rescale, and after a VOI LUT sequence or sigmoid; a linear
  /// window changes `display` only. Dense is bright. Pixel (0,0) is the upper left; its centre is
  /// the origin of every coordinate in an output.
  cv::Mat1f pixels;
  /// 255 where the file itself says there is no film: pixel padding, display shutter. May be empty.
  cv::Mat1b outside;
  DisplayRange display;
  std::optional<Spacing> spacing; ///< nothing when unknown, never a made-up 1 mm
  SpacingSource spacing_source = SpacingSource::Unknown;
  Acquisition acquisition;
};

} // namespace calx

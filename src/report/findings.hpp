// Everything calx says about one film, ready to be written. Coordinates are pixels of the source
// image, origin at the centre of the upper-left pixel, x right, y down.
#pragma once

#include "core/radiograph.hpp"
#include "lesions/features.hpp"
#include "subtype/subtype.hpp"

#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace calx {

/// A bony prominence on the film.
struct ProminenceFinding {
  int id = 0;       ///< from 1
  std::string name; ///< word of the vocabulary, "left_"/"right_" before it where both sides show;
                    ///< empty: unnamed
  std::optional<double> name_confidence; ///< 0..1: how probable it is that the name belongs about
                                         ///< there; nothing: unnamed, or named by the outline
  cv::Point2d xy;
  std::optional<double> prominence_mm; ///< how far it stands out of the outline around it
  double prominence_px = 0;
};

/// From a lesion's centroid to something near it.
struct NearestFinding {
  int id = 0;       ///< prominence id; 0 for bone edges and joints
  std::string name; ///< of the prominence, may be empty
  cv::Point2d xy;   ///< the nearest point
  std::optional<double> distance_mm;
  double distance_px = 0;
  std::string
      direction; ///< from the thing to the lesion, in the image: "up", "up-right", ... 8 ways
};

struct LesionFinding {
  int id = 0; ///< from 1, by score
  Kind kind = Kind::Unknown;
  double kind_confidence = 0;
  double score = 0; ///< 0..1: how sure the detector is that something dense is there
  cv::Rect bbox;    ///< x, y, width, height in source pixels
  cv::Point2d centroid;
  std::vector<std::vector<cv::Point2d>> outlines; ///< closed outer outlines, largest first
  Features features;
  std::optional<NearestFinding> nearest_prominence, nearest_bone, nearest_joint;
  std::vector<Evidence> rules; ///< why the kind
};

/// One film's findings: the content of NAME.findings.json.
struct Findings {
  std::string path; ///< as given on the command line
  int rows = 0, columns = 0;
  std::optional<Spacing> spacing;
  SpacingSource spacing_source = SpacingSource::Unknown;
  Acquisition acquisition;
  std::optional<double> assumed_spacing_mm; ///< the working assumption where spacing is unknown
  double body_area_px = 0, bone_area_px = 0;
  std::optional<double> body_area_mm2, bone_area_mm2;
  std::vector<ProminenceFinding> prominences;
  std::vector<LesionFinding> lesions;
  /// CV_16U, source grid, 0 elsewhere: the lesion's id. Empty unless asked for.
  cv::Mat1w label_map;
  /// Source grid, 255 on body and on bone. Empty unless asked for.
  cv::Mat1b body_mask, bone_mask;
  Assessment assessment;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, double>> parameters; ///< effective values; bool as 0 or 1
  std::vector<std::string> models; ///< "subtype_rules 1.0 sha256:..." and so on
};

} // namespace calx

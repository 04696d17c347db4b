// What lies beside a film: its truth ("calx.truth/1") and the result that is to be judged
// ("calx.findings/1" and the masks written with it).
#pragma once

#include "core/error.hpp"
#include "core/radiograph.hpp"
#include "evaluate/patch.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace calx::evaluation {

struct TrueLesion {
  int id = 0;
  std::optional<Kind> kind; ///< nothing: marked by eye, kind not known
  std::string certainty;    ///< "yes", "possible", "mimic"; empty where the truth is exact
  bool visible = true;
  cv::Rect bbox;
  std::optional<double> area_mm2, size_mm, snr; ///< size: max Feret, else equivalent diameter
};

struct NamedPoint {
  std::string name;
  cv::Point2d xy;
};

struct Truth {
  std::filesystem::path film; ///< the image; may not exist
  cv::Size size;
  std::optional<Spacing> spacing;
  std::optional<Region> region;
  std::optional<Pattern> pattern; ///< nothing: not known
  std::vector<TrueLesion> lesions;
  std::optional<std::vector<NamedPoint>> prominences; ///< nothing: not looked for
  /// Whose place nobody could tell, "xy": null in the file: named or not, both are right.
  std::vector<std::string> unclear_prominences;
  bool exhaustive = true;
  cv::Mat1w lesion_map; ///< empty: boxes only
  cv::Mat1b body, bone; ///< empty: not known
};

/// Reads NAME.truth.json and the masks it names. Errors: those of reading a file or a PNG, and
/// bad-truth for a file that is not as its schema says or contradicts itself.
Result<Truth> read_truth(const std::filesystem::path& file);

struct FoundLesion {
  int id = 0;
  Kind kind = Kind::Unknown;
  double score = 0;
  cv::Rect bbox;
  cv::Point2d centroid;
  std::vector<Outline> outlines;
  std::optional<double> area_mm2;
};

struct FilmResult {
  std::string tool; ///< "calx 0.1.0 (revision)"
  std::vector<std::string> models;
  std::filesystem::path film; ///< as given to calx analyze
  cv::Size size;
  std::optional<Spacing> spacing;
  std::optional<Region> region;
  std::string region_source;
  std::optional<Pattern> suggestion;
  std::vector<FoundLesion> lesions;
  std::vector<NamedPoint> prominences; ///< the named ones
  cv::Mat1w label_map;                 ///< empty: outlines only
  cv::Mat1b body, bone;                ///< empty: not written
};

/// Reads NAME.findings.json and the masks beside it (NAME.mask.png, NAME.body.png, NAME.bone.png)
/// where they are. Errors as read_truth, with bad-findings; a mask of another size than the film is
/// bad-findings too.
Result<FilmResult> read_result(const std::filesystem::path& file);

inline constexpr std::string_view kTruthSuffix = ".truth.json";
inline constexpr std::string_view kFindingsSuffix = ".findings.json";

} // namespace calx::evaluation

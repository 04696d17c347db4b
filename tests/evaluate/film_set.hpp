// A folder of films with truth and results, drawn as discs, for the tests of the evaluation.
#pragma once

#include "evaluate/evaluate.hpp"
#include "report/findings.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace calx::evaluation::test {

inline constexpr double kSpacingMm = 0.2;
inline const cv::Size kFilm{400, 300};

/// A lesion or a finding: a disc in pixels.
struct Disc {
  cv::Point centre;
  int radius = 0;
  Kind kind = Kind::Deposit;
  double score = 0.9;  ///< of a finding
  bool visible = true; ///< of a lesion
  double snr = 20;     ///< of a lesion
};

struct FilmTruth {
  std::string name;
  std::vector<Disc> lesions;
  bool exhaustive = true;
  Pattern pattern = Pattern::None;
  std::vector<std::pair<std::string, cv::Point2d>> prominences = {};
  std::vector<std::string> unclear = {}; ///< prominences whose place nobody could tell
  bool calibrated = true;
};

struct FilmFindings {
  std::string name;
  std::vector<Disc> findings;
  Pattern suggestion = Pattern::None;
  std::vector<std::pair<std::string, cv::Point2d>> prominences = {};
  bool with_masks = true; ///< label map, body and bone; else outlines alone
  bool calibrated = true;
};

/// A temporary folder with truth/ and results/, gone with the object.
class FilmSet {
public:
  FilmSet();
  ~FilmSet();
  FilmSet(const FilmSet&) = delete;
  FilmSet& operator=(const FilmSet&) = delete;

  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path truth() const { return folder_ / "truth"; }
  std::filesystem::path results(const std::string& run = "results") const { return folder_ / run; }

  void add(const FilmTruth&) const;
  void add(const FilmFindings&, const std::string& run = "results") const;
  /// Boxes marked by eye, without pixels and kinds.
  void add_boxes(const std::string& name, const std::vector<cv::Rect>& boxes) const;

  /// The scores of all films; throws where an error would be.
  std::vector<FilmScore> scores(const std::string& run = "results") const;
  Evaluation evaluated(const std::string& run = "results") const;

private:
  std::filesystem::path folder_;
};

/// Findings that are exactly what the truth lists.
FilmFindings perfect(const FilmTruth&);

/// The value of a figure; nothing for "no cases". Throws for an unknown id.
std::optional<double> value(const Evaluation&, std::string_view id);

} // namespace calx::evaluation::test

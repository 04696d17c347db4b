// What one film's result is worth against its truth: counts and lists, no images, so that the
// figures over many films, and over resamples of them, cost nothing.
#pragma once

#include "core/error.hpp"
#include "core/vocabulary.hpp"

#include <filesystem>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <vector>

namespace calx::evaluation {

/// A truth and the result that belongs to it.
struct FilmPair {
  std::string name;             ///< of the truth file below its folder, without the suffix
  std::filesystem::path truth;  ///< NAME.truth.json
  std::filesystem::path result; ///< NAME.findings.json; empty: there is none
};

/// Pixels of two masks and of both, for the Dice coefficient 2 both / (truth + found).
struct MaskCounts {
  double both = 0, truth = 0, found = 0;
};

/// A true lesion and how it fared.
struct LesionScore {
  int id = 0;
  std::optional<Kind> kind; ///< nothing: not known
  std::string certainty;    ///< of a box marked by eye, else empty
  bool visible = true;
  bool hidden = false; ///< no pixel of its own: behind other lesions; not judged
  std::optional<double> size_mm, snr;
  cv::Rect bbox;
  std::optional<double> found_at;     ///< lowest score to accept, by findings that claim a deposit
  std::optional<double> found_any_at; ///< by findings of any kind
  std::optional<Kind> found_kind;     ///< of the best finding that hits it
  std::optional<MaskCounts> outline;  ///< for a deposit that was found: against what hit it

  bool is_deposit() const { return kind == Kind::Deposit; }
  bool is_mimic() const { return certainty == "mimic" || (kind && kind != Kind::Deposit); }
};

/// A finding and what it is worth.
struct FindingScore {
  int id = 0;
  Kind kind = Kind::Unknown;
  double score = 0;
  cv::Rect bbox;
  bool claims_deposit = false; ///< kind deposit or unknown
  bool hits_deposit = false;   ///< or a lesion whose kind is not known
  bool hits_mimic = false;
  bool hits_anything = false;
};

/// Deposits and findings that belong together (one lesion in pieces, or a sheet over several), and
/// their areas in sum.
struct AreaPair {
  double truth_px = 0, found_px = 0;
  std::optional<double> truth_mm2, found_mm2; ///< as the truth and the findings state them
};

/// A prominence of the truth and the distance to the result's point of that name.
struct ProminenceScore {
  std::string name;
  bool named = false;
  bool near = false;              ///< named within kMaxPointErrorMm, else kMaxPointErrorShare
  std::optional<double> error_mm; ///< nothing: not named, or mm not known
};

struct FilmScore {
  FilmPair pair;
  std::filesystem::path film;      ///< empty: not found
  std::string trouble;             ///< why there is no result; empty: there is one
  std::string tool;                ///< that made the result
  std::vector<std::string> models; ///< likewise
  bool exhaustive = true;          ///< what the truth does not list is not there
  std::vector<LesionScore> lesions;
  std::vector<FindingScore> findings;
  std::vector<AreaPair> areas;
  /// Pixels of visible deposits against findings that claim a deposit; invisible deposits are left
  /// out of both. Nothing where the truth has no masks.
  std::optional<MaskCounts> deposits;
  std::optional<MaskCounts> bone, body; ///< nothing: truth or result does not have the mask
  std::vector<ProminenceScore> prominences;
  /// Named prominences of the result, where the truth lists prominences; no unclear ones.
  int named_points = 0;
  int wrong_names = 0; ///< of these: name not in the film, or not near to where it is
  std::optional<Pattern> pattern, suggestion;
  std::optional<Region> region, found_region;
  std::string region_source; ///< where the result has its region from

  bool has_result() const { return trouble.empty(); }
  bool has_deposits() const;
};

inline constexpr double kMaxPointErrorMm = 10;
/// Of a film's longer side, where its spacing is not known: 10 mm of a hand's 240.
inline constexpr double kMaxPointErrorShare = 1.0 / 24;

/// Every NAME.truth.json below `truth`, in the order of their names, with its result from below
/// `results`: that of the same path, else of the folder's and the film's name as calx analyze
/// writes for films of one name ("hand_7"), else of the film's name. Errors: file-not-found where a
/// folder is missing or holds no truth, bad-truth where one result would serve two films.
Result<std::vector<FilmPair>> pair_films(const std::filesystem::path& truth,
                                         const std::filesystem::path& results);

/// Judges one film (match.hpp has the rules). A film whose result is missing or cannot be read is
/// judged as empty and says so in `trouble`. Errors: only those of read_truth.
Result<FilmScore> score_film(const FilmPair& pair);

} // namespace calx::evaluation

// When a finding counts as having found a true lesion.
//
// With outlines. Both sides are given a tolerance of max(0.5 mm, 1 px), so that a speck outlined a
// pixel too wide or a pixel aside is found. Of a finding F and a lesion T ("T+": T and what lies
// within the tolerance of it; F+ likewise):
//   1. F counts only if at least 30 % of its pixels lie in the union of all T+. A blob over half
//   the
//      film therefore finds nothing, however many lesions lie under it.
//   2. F then hits T if F+ covers at least 30 % of T, or if at least half of F lies in T+ (a part
//   of
//      a larger lesion). One finding hits several lesions only if this holds for each of them.
//   3. T is found if the findings that hit it, grown by the tolerance, together cover at least 10 %
//      of T: a dot in a mass of 100 mm is no false positive and has not found the mass.
// With a box only (real films, marked by eye). As tools/catalogue_table.py counts: F hits the box
// if F's centroid lies in the box enlarged by 10 px on every side, or F's bounding box has an IoU
// of at least 0.1 with the box, or covers at least 30 % of it; never if F's bounding box is over 10
// times as large as the enlarged box.
//
// Several findings on one lesion are no false positives, whichever of them came first.
#pragma once

#include "core/vocabulary.hpp"
#include "evaluate/patch.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace calx::evaluation {

inline constexpr double kToleranceMm = 0.5;
inline constexpr double kMinTolerancePx = 1;
inline constexpr double kMinOnLesions = 0.3;
inline constexpr double kMinCovered = 0.3;
inline constexpr double kPartShare = 0.5;
inline constexpr double kMinFound = 0.1;
inline constexpr double kBoxMarginPx = 10;
inline constexpr double kMinBoxIou = 0.1;
inline constexpr double kMinBoxCovered = 0.3;
inline constexpr double kMaxTimesBox = 10;

/// A true lesion as it is matched: by its pixels, or by its box where it has none.
struct Target {
  Patch pixels;
  Patch plus; ///< grown by the tolerance
  cv::Rect2d box;
  bool box_only = false;
};

/// A finding as it is matched.
struct Mark {
  Patch pixels;
  Patch plus;
  cv::Rect2d box;
  cv::Point2d centroid;
  double score = 0;
  Kind kind = Kind::Unknown;
};

/// Findings of these kinds claim a deposit: a region that calx will not name is still shown.
inline bool claims_deposit(Kind kind) {
  return kind == Kind::Deposit || kind == Kind::Unknown;
}

/// For each target the marks that hit it (rules 1 and 2, or the box rule), best score first, equal
/// scores in the order of the marks.
using Hits = std::vector<std::vector<std::size_t>>;
Hits find_hits(const std::vector<Target>& targets, const std::vector<Mark>& marks, cv::Size film);

/// The lowest score that has to be accepted for the target to be found by marks of the accepted
/// kinds (rule 3); nothing if they do not find it at any score.
std::optional<double> found_at(const Target& target, const std::vector<std::size_t>& hitting,
                               const std::vector<Mark>& marks,
                               const std::function<bool(Kind)>& accepts);

} // namespace calx::evaluation

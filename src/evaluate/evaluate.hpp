// How well a set of results agrees with the truth: figures with intervals, a FROC curve, confusion
// tables, and the difference between two sets of results film by film.
//
// Formulas, with sums over films and over what each film has:
//   sensitivity         found / listed deposits (match.hpp says when one is found)
//   false positives     findings that claim a deposit (kind deposit or unknown) and hit none, a
//   film;
//                       only films whose truth is exhaustive and that have a result
//   FROC                sensitivity for visible deposits of all films against false positives a
//   film,
//                       as the score to accept falls (Chakraborty, Phys Med Biol 2013;58:R1). At a
//                       rate the curve does not reach: its last point. The mean over 1/8, 1/4, 1/2,
//                       1, 2, 4 and 8 a film is the score of LUNA16 (Setio et al., Med Image Anal
//                       2017;42:1)
//   Dice                2 |T and F| / (|T| + |F|), mean over films (or over found deposits);
//   "pooled":
//                       of the sums over all films, those without deposits too
//   area error          (F - T) / T of each group of deposits and findings joined by hits
//   ICC(A,1)            two-way, absolute agreement, single measurement (McGraw and Wong, Psychol
//                       Methods 1996;1:30): (MSR - MSE) / (MSR + (k-1) MSE + k/n (MSC - MSE)), k =
//                       2 (truth and result), n groups; at least 3
//   abstention          share of films with a result whose suggestion is "indeterminate"
// A film without a result counts as one on which everything was missed. A figure without a single
// case has no value: neither 0 nor 1.
#pragma once

#include "evaluate/bootstrap.hpp"
#include "evaluate/film_score.hpp"

#include <map>
#include <string>
#include <vector>

namespace calx::evaluation {

/// Which way a figure should go; Neither: it describes.
enum class Better { Higher, Lower, Neither };

/// One number over all films.
struct Figure {
  std::string id;    ///< stable: "sensitivity/size/2-5"
  std::string group; ///< heading: "Detection"
  std::string label; ///< in words
  std::string unit;  ///< "1" for shares and ratios, "mm", "a film"
  Better better = Better::Neither;
  std::optional<double> value; ///< nothing: no cases
  std::optional<Interval> interval;
  double cases = 0; ///< what the figure is a share or a mean of
  int films = 0;    ///< films with at least one case
};

/// Rows are the truth, columns the result.
struct Confusion {
  std::vector<std::string> rows, columns;
  std::vector<std::vector<int>> counts;
};

struct FrocPoint {
  double score = 0; ///< lowest score accepted
  double false_positives = 0;
  double sensitivity = 0;
};

/// The curve's interval at a rate of false positives.
struct FrocBand {
  double false_positives = 0;
  Interval sensitivity;
};

struct Evaluation {
  std::vector<FilmScore> films;
  std::vector<Figure> figures;
  std::vector<FrocPoint> froc; ///< from the highest score down; empty: no cases
  std::vector<FrocBand> froc_band;
  Confusion kinds;       ///< of visible lesions; last row: findings on nothing
  Confusion suggestions; ///< of films
  BootstrapOptions bootstrap;
};
Evaluation evaluate(std::vector<FilmScore> films, const BootstrapOptions& options = {});

/// A figure of two sets of results on the same films, and the interval of the paired difference.
struct Difference {
  Figure here, there;
  std::optional<double> difference; ///< here - there
  std::optional<Interval> interval;
};

/// What changed on a film: visible deposits found and false positives, there -> here.
struct FilmChange {
  enum class Outcome { Won, Lost, Mixed };
  std::string name;
  Outcome outcome = Outcome::Mixed;
  int found_here = 0, found_there = 0;
  int false_here = 0, false_there = 0;
  std::string suggestion_here, suggestion_there; ///< empty: no result
};

struct Comparison {
  std::vector<Difference> differences; ///< in the order of Evaluation::figures
  std::vector<FilmChange> changes;     ///< in the order of the films
};
/// Both must be scores of the same truth in the same order.
Comparison compare(const std::vector<FilmScore>& here, const std::vector<FilmScore>& there,
                   const BootstrapOptions& options = {});

} // namespace calx::evaluation

// The list of figures, each as a statistic over films.
#pragma once

#include "evaluate/evaluate.hpp"
#include "evaluate/statistics.hpp"

namespace calx::evaluation {

struct Measure {
  Figure figure; ///< without value, interval and cases
  Counted counted;
  bool is_proportion = false; ///< of counts: 0 or 1 on every film has an exact interval
};

/// Every figure of the films, in the order of the reports. `names`: prominences and truths to list
/// come from `films` alone, so that two sets of results on the same truth have the same list.
std::vector<Measure> measures_of(const std::vector<FilmScore>& films);

/// The ranges that lesions are counted by: [low, high).
struct Bin {
  const char* name;
  double low, high;
};
/// By longest diameter in mm, and by signal-to-noise ratio (5: Rose's limit of what is seen).
inline constexpr double kNoLimit = 1e300;
inline constexpr Bin kSizeBins[] = {{"under 0.7 mm", 0, 0.7},
                                    {"0.7-2 mm", 0.7, 2},
                                    {"2-5 mm", 2, 5},
                                    {"5-25 mm", 5, 25},
                                    {"over 25 mm", 25, kNoLimit}};
inline constexpr Bin kSnrBins[] = {{"under 3", 0, 3},   {"3-5", 3, 5},
                                   {"5-10", 5, 10},     {"10-30", 10, 30},
                                   {"30-100", 30, 100}, {"over 100", 100, kNoLimit}};

} // namespace calx::evaluation

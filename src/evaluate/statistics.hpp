// Figures as functions of how often each film is drawn.
#pragma once

#include "evaluate/bootstrap.hpp"
#include "evaluate/film_score.hpp"

#include <functional>
#include <vector>

namespace calx::evaluation {

/// A statistic and how much stands behind it.
struct Counted {
  Statistic statistic;
  double cases = 0;
  int films = 0;
};

/// What one film adds above and below the line of a ratio.
struct Share {
  double over = 0, under = 0;
};

/// Sum over films of `over` divided by that of `under`.
Counted ratio(const std::vector<FilmScore>& films,
              const std::function<Share(const FilmScore&)>& of);

/// Median of the values of all drawn films; the mean of the middle two where they are even.
Counted median(const std::vector<FilmScore>& films,
               const std::function<std::vector<double>(const FilmScore&)>& of);

/// ICC(A,1) of pairs; see evaluate.hpp. Nothing below three pairs, or where nothing varies.
struct ValuePair {
  double truth = 0, found = 0;
};
Counted agreement(const std::vector<FilmScore>& films,
                  const std::function<std::vector<ValuePair>(const FilmScore&)>& of);

} // namespace calx::evaluation

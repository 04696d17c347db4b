// Intervals for figures over films.
//
// The film is the unit that is drawn: lesions of one film share its exposure, its anatomy and its
// reader, so that drawing lesions would give intervals that are too narrow. A resample draws as
// many films as there are, with replacement; the interval runs from the 2.5th to the 97.5th
// percentile of the statistic over the resamples in which it exists (Efron and Tibshirani, An
// Introduction to the Bootstrap, 1993, ch. 13). Where a proportion is 0 or 1 on every film the
// bootstrap's interval has no width and would claim to know too much: it is then the exact one of
// Clopper and Pearson (Biometrika 1934;26:404) with the films as its cases, [0, 1 - 0.025^(1/n)] or
// [0.025^(1/n), 1].
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace calx::evaluation {

struct BootstrapOptions {
  int resamples = 1000;
  std::uint64_t seed = 20;
};

struct Interval {
  double low = 0, high = 0;
};

/// How often each film was drawn; 1 for each is the sample itself.
using Weights = std::vector<int>;
/// A figure of the drawn films; nothing where they have no case of it.
using Statistic = std::function<std::optional<double>(const Weights&)>;

/// The same draws on every machine for the same options and number of films.
std::vector<Weights> draw_resamples(std::size_t films, const BootstrapOptions& options);

/// Nothing where fewer than half of the resamples have a value.
std::optional<Interval> percentile_interval(const Statistic& statistic,
                                            const std::vector<Weights>& resamples);

/// For a proportion that is `value` (0 or 1) on each of `films` films.
Interval exact_interval(double value, int films);

} // namespace calx::evaluation

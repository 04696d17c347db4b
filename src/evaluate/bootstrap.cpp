#include "evaluate/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace calx::evaluation {
namespace {

constexpr double kTail = 0.025;

/// Linear between order statistics (type 7 of Hyndman and Fan, Am Stat 1996;50:361).
double quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

} // namespace

std::vector<Weights> draw_resamples(std::size_t films, const BootstrapOptions& options) {
  std::mt19937_64 random(options.seed);
  std::vector<Weights> resamples(static_cast<std::size_t>(options.resamples), Weights(films, 0));
  for (Weights& weights : resamples)
    for (std::size_t i = 0; i < films; ++i) {
      // The standard leaves its distributions to the library; this is the same everywhere.
      const double share = static_cast<double>(random() >> 11) * 0x1p-53;
      ++weights[static_cast<std::size_t>(share * static_cast<double>(films))];
    }
  return resamples;
}

std::optional<Interval> percentile_interval(const Statistic& statistic,
                                            const std::vector<Weights>& resamples) {
  std::vector<double> values;
  for (const Weights& weights : resamples)
    if (const auto value = statistic(weights)) values.push_back(*value);
  if (values.empty() || 2 * values.size() < resamples.size()) return std::nullopt;
  std::ranges::sort(values);
  return Interval{quantile(values, kTail), quantile(values, 1 - kTail)};
}

Interval exact_interval(double value, int films) {
  const double reach = 1 - std::pow(kTail, 1.0 / films);
  return value > 0.5 ? Interval{1 - reach, 1} : Interval{0, reach};
}

} // namespace calx::evaluation

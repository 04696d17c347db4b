// Sensitivity against false positives a film, as the score to accept falls.
#pragma once

#include "evaluate/evaluate.hpp"
#include "evaluate/statistics.hpp"

namespace calx::evaluation {

/// Every lesion found and every false positive of a set of films, by score.
class Froc {
public:
  explicit Froc(const std::vector<FilmScore>& films);

  /// The whole curve; empty where there is no visible deposit or no exhaustive film with a result.
  std::vector<FrocPoint> curve() const;
  /// Sensitivity at the lowest score that gives at most `rate` false positives a film.
  Counted at(double rate) const;
  /// The mean of `at` over the seven rates of LUNA16.
  Counted mean() const;

private:
  struct Event {
    double score;
    std::size_t film;
    bool is_find; ///< else a false positive
  };
  /// Passed once a score: after all events of that score.
  using Visit = std::function<bool(const FrocPoint&)>;
  void walk(const Weights& drawn, const Visit& visit) const;
  std::optional<double> sensitivity_at(double rate, const Weights& drawn) const;
  Counted counted(Statistic statistic) const;

  std::vector<Event> events_; ///< best score first
  std::vector<int> deposits_; ///< visible ones, of each film
  std::vector<bool> judged_;  ///< whether the film's false positives count
};

inline constexpr double kFrocRates[] = {0.125, 0.25, 0.5, 1, 2, 4, 8};

} // namespace calx::evaluation

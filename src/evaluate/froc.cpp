#include "evaluate/froc.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

namespace calx::evaluation {

Froc::Froc(const std::vector<FilmScore>& films) {
  for (std::size_t i = 0; i < films.size(); ++i) {
    const FilmScore& film = films[i];
    judged_.push_back(film.exhaustive && film.has_result());
    deposits_.push_back(0);
    for (const LesionScore& lesion : film.lesions) {
      if (!lesion.is_deposit() || !lesion.visible || lesion.hidden) continue;
      ++deposits_.back();
      if (lesion.found_at) events_.push_back({*lesion.found_at, i, true});
    }
    if (!judged_.back()) continue;
    for (const FindingScore& finding : film.findings)
      if (finding.claims_deposit && !finding.hits_deposit)
        events_.push_back({finding.score, i, false});
  }
  std::ranges::stable_sort(events_, std::greater{}, &Event::score);
}

void Froc::walk(const Weights& drawn, const Visit& visit) const {
  double films = 0, deposits = 0;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    if (judged_[i]) films += drawn[i];
    deposits += drawn[i] * deposits_[i];
  }
  if (films == 0 || deposits == 0) return;
  double found = 0, wrong = 0;
  if (!visit({1, 0, 0})) return;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    (events_[i].is_find ? found : wrong) += drawn[events_[i].film];
    const bool last_of_score = i + 1 == events_.size() || events_[i + 1].score != events_[i].score;
    if (last_of_score && !visit({events_[i].score, wrong / films, found / deposits})) return;
  }
}

std::vector<FrocPoint> Froc::curve() const {
  std::vector<FrocPoint> points;
  walk(Weights(deposits_.size(), 1), [&points](const FrocPoint& point) {
    points.push_back(point);
    return true;
  });
  return points;
}

std::optional<double> Froc::sensitivity_at(double rate, const Weights& drawn) const {
  std::optional<double> best;
  walk(drawn, [&](const FrocPoint& point) {
    if (point.false_positives > rate) return false;
    best = point.sensitivity;
    return true;
  });
  return best;
}

Counted Froc::counted(Statistic statistic) const {
  Counted out{std::move(statistic), 0, 0};
  for (const int count : deposits_) {
    out.cases += count;
    out.films += count > 0;
  }
  return out;
}

Counted Froc::at(double rate) const {
  // The copy lets the statistic outlive this object.
  return counted([copy = std::make_shared<const Froc>(*this), rate](const Weights& drawn) {
    return copy->sensitivity_at(rate, drawn);
  });
}

Counted Froc::mean() const {
  return counted(
      [copy = std::make_shared<const Froc>(*this)](const Weights& drawn) -> std::optional<double> {
        double sum = 0;
        for (const double rate : kFrocRates) {
          const auto one = copy->sensitivity_at(rate, drawn);
          if (!one) return std::nullopt;
          sum += *one;
        }
        return sum / double(std::size(kFrocRates));
      });
}

} // namespace calx::evaluation

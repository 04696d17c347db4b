#include "evaluate/evaluate.hpp"

#include "evaluate/froc.hpp"
#include "evaluate/measures.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <stdexcept>

namespace calx::evaluation {
namespace {

std::optional<Interval> interval_of(const Measure& measure, double value,
                                    const std::vector<Weights>& resamples) {
  if (measure.counted.films < 2) return std::nullopt; // one film says nothing about others
  if (measure.is_proportion && (value == 0 || value == 1))
    return exact_interval(value, measure.counted.films);
  return percentile_interval(measure.counted.statistic, resamples);
}

Figure figure_of(const Measure& measure, std::size_t films, const std::vector<Weights>& resamples) {
  Figure figure = measure.figure;
  figure.cases = measure.counted.cases;
  figure.films = measure.counted.films;
  figure.value = measure.counted.statistic(Weights(films, 1));
  if (figure.value) figure.interval = interval_of(measure, *figure.value, resamples);
  return figure;
}

/// Adds one to a table that gets its rows and columns as they come.
class Tally {
public:
  Tally(std::vector<std::string> rows, std::vector<std::string> columns)
      : table_{std::move(rows), std::move(columns), {}} {
    table_.counts.assign(table_.rows.size(), std::vector<int>(table_.columns.size(), 0));
  }
  void add(std::string_view row, std::string_view column) {
    const auto place = [](const std::vector<std::string>& words, std::string_view word) {
      return static_cast<std::size_t>(std::ranges::find(words, word) - words.begin());
    };
    ++table_.counts.at(place(table_.rows, row)).at(place(table_.columns, column));
  }
  /// Without the rows that hold nothing.
  Confusion take() {
    Confusion kept{{}, table_.columns, {}};
    for (std::size_t i = 0; i < table_.rows.size(); ++i) {
      if (std::ranges::all_of(table_.counts[i], [](int n) { return n == 0; })) continue;
      kept.rows.push_back(table_.rows[i]);
      kept.counts.push_back(table_.counts[i]);
    }
    return kept;
  }

private:
  Confusion table_;
};

template <class E>
std::vector<std::string> with(std::string_view more) {
  std::vector<std::string> all(words<E>().begin(), words<E>().end());
  all.emplace_back(more);
  return all;
}

Confusion kinds_of(const std::vector<FilmScore>& films) {
  Tally tally(with<Kind>("nothing"), with<Kind>("missed"));
  for (const FilmScore& film : films) {
    for (const LesionScore& lesion : film.lesions)
      if (lesion.kind && lesion.visible && !lesion.hidden)
        tally.add(to_string(*lesion.kind),
                  lesion.found_kind ? to_string(*lesion.found_kind) : "missed");
    if (!film.exhaustive) continue;
    for (const FindingScore& finding : film.findings)
      if (!finding.hits_anything) tally.add("nothing", to_string(finding.kind));
  }
  return tally.take();
}

Confusion suggestions_of(const std::vector<FilmScore>& films) {
  std::vector<std::string> patterns(words<Pattern>().begin(), words<Pattern>().end());
  Tally tally(patterns, with<Pattern>("no result"));
  for (const FilmScore& film : films)
    if (film.pattern)
      tally.add(to_string(*film.pattern),
                film.suggestion ? to_string(*film.suggestion) : "no result");
  return tally.take();
}

std::vector<FrocBand> band_of(const Froc& froc, const std::vector<FrocPoint>& curve,
                              const std::vector<Weights>& resamples) {
  constexpr std::array kRates{0.02, 0.03, 0.05, 0.08, 0.125, 0.2, 0.35, 0.5,  0.7,
                              1.0,  1.4,  2.0,  3.0,  4.0,   6.0, 8.0,  12.0, 16.0};
  std::vector<FrocBand> band;
  if (curve.empty()) return band;
  const auto add = [&](double rate) {
    if (const auto interval = percentile_interval(froc.at(rate).statistic, resamples))
      band.push_back({rate, *interval});
  };
  const double last = curve.back().false_positives;
  for (const double rate : kRates)
    if (rate < last) add(rate);
  add(last);
  return band;
}

struct Tallies {
  int found = 0, wrong = 0;
};

Tallies tallies_of(const FilmScore& film) {
  Tallies tallies;
  for (const LesionScore& lesion : film.lesions)
    tallies.found += !lesion.hidden && lesion.is_deposit() && lesion.visible && lesion.found_at;
  if (film.exhaustive)
    for (const FindingScore& finding : film.findings)
      tallies.wrong += finding.claims_deposit && !finding.hits_deposit;
  return tallies;
}

std::string suggestion_word(const FilmScore& film) {
  return film.suggestion ? std::string(to_string(*film.suggestion)) : "";
}

std::optional<FilmChange> change_of(const FilmScore& here, const FilmScore& there) {
  const Tallies a = tallies_of(here), b = tallies_of(there);
  FilmChange change{
      here.pair.name,        {}, a.found, b.found, a.wrong, b.wrong, suggestion_word(here),
      suggestion_word(there)};
  const auto right = [](const FilmScore& f) { return f.pattern && f.suggestion == f.pattern; };
  const bool gain = a.found > b.found || a.wrong < b.wrong || (right(here) && !right(there));
  const bool loss = a.found < b.found || a.wrong > b.wrong || (right(there) && !right(here));
  if (!gain && !loss && change.suggestion_here == change.suggestion_there) return std::nullopt;
  change.outcome = gain == loss ? FilmChange::Outcome::Mixed
                   : gain       ? FilmChange::Outcome::Won
                                : FilmChange::Outcome::Lost;
  return change;
}

} // namespace

Evaluation evaluate(std::vector<FilmScore> films, const BootstrapOptions& options) {
  Evaluation out;
  const std::vector<Weights> resamples = draw_resamples(films.size(), options);
  for (const Measure& measure : measures_of(films))
    out.figures.push_back(figure_of(measure, films.size(), resamples));
  const Froc froc(films);
  out.froc = froc.curve();
  out.froc_band = band_of(froc, out.froc, resamples);
  out.kinds = kinds_of(films);
  out.suggestions = suggestions_of(films);
  out.bootstrap = options;
  out.films = std::move(films);
  return out;
}

Comparison compare(const std::vector<FilmScore>& here, const std::vector<FilmScore>& there,
                   const BootstrapOptions& options) {
  if (here.size() != there.size()) throw std::invalid_argument("compare: not the same films");
  const std::vector<Weights> resamples = draw_resamples(here.size(), options);
  const auto ours = measures_of(here), theirs = measures_of(there);
  Comparison out;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    Difference difference{figure_of(ours[i], here.size(), resamples),
                          figure_of(theirs[i], here.size(), resamples),
                          {},
                          {}};
    const Statistic paired = [&](const Weights& drawn) -> std::optional<double> {
      const auto a = ours[i].counted.statistic(drawn), b = theirs[i].counted.statistic(drawn);
      return a && b ? std::optional(*a - *b) : std::nullopt;
    };
    difference.difference = paired(Weights(here.size(), 1));
    if (difference.difference && std::min(difference.here.films, difference.there.films) > 1)
      difference.interval = percentile_interval(paired, resamples);
    out.differences.push_back(std::move(difference));
  }
  for (std::size_t i = 0; i < here.size(); ++i)
    if (auto change = change_of(here[i], there[i])) out.changes.push_back(std::move(*change));
  return out;
}

} // namespace calx::evaluation

#include "evaluate/statistics.hpp"

#include <algorithm>

namespace calx::evaluation {
namespace {

/// A value and the film that it is from.
template <class T>
struct Of {
  T value;
  std::size_t film;
};

template <class T>
std::vector<Of<T>> pooled(const std::vector<FilmScore>& films,
                          const std::function<std::vector<T>(const FilmScore&)>& of) {
  std::vector<Of<T>> all;
  for (std::size_t i = 0; i < films.size(); ++i)
    for (const T& value : of(films[i])) all.push_back({value, i});
  return all;
}

template <class T>
Counted counted(const std::vector<Of<T>>& all, Statistic statistic) {
  std::vector<std::size_t> films;
  for (const auto& one : all) films.push_back(one.film);
  std::ranges::sort(films);
  const auto repeats = std::ranges::unique(films);
  films.erase(repeats.begin(), repeats.end());
  return {std::move(statistic), static_cast<double>(all.size()), static_cast<int>(films.size())};
}

std::optional<double> weighted_median(const std::vector<Of<double>>& sorted, const Weights& drawn) {
  long total = 0;
  for (const auto& one : sorted) total += drawn[one.film];
  if (total == 0) return std::nullopt;
  std::optional<double> lower;
  long passed = 0;
  for (const auto& one : sorted) {
    passed += drawn[one.film];
    if (lower && passed > total / 2) return (*lower + one.value) / 2;
    if (2 * passed > total) return one.value;
    if (2 * passed == total && !lower) lower = one.value;
  }
  return lower;
}

std::optional<double> weighted_icc(const std::vector<Of<ValuePair>>& pairs, const Weights& drawn) {
  double n = 0, truth = 0, found = 0;
  for (const auto& pair : pairs) {
    const double w = drawn[pair.film];
    n += w, truth += w * pair.value.truth, found += w * pair.value.found;
  }
  if (n < 3) return std::nullopt;
  truth /= n, found /= n;
  const double mean = (truth + found) / 2;
  double rows = 0, all = 0;
  const auto square = [](double x) { return x * x; };
  for (const auto& pair : pairs) {
    const double w = drawn[pair.film];
    rows += w * 2 * square((pair.value.truth + pair.value.found) / 2 - mean);
    all += w * (square(pair.value.truth - mean) + square(pair.value.found - mean));
  }
  const double columns = n * (square(truth - mean) + square(found - mean));
  const double msr = rows / (n - 1), msc = columns, mse = (all - rows - columns) / (n - 1);
  const double under = msr + mse + 2 / n * (msc - mse);
  return under > 0 ? std::optional((msr - mse) / under) : std::nullopt;
}

} // namespace

Counted ratio(const std::vector<FilmScore>& films,
              const std::function<Share(const FilmScore&)>& of) {
  std::vector<Share> shares;
  Counted counted;
  for (const FilmScore& film : films) {
    shares.push_back(of(film));
    counted.cases += shares.back().under;
    counted.films += shares.back().under > 0;
  }
  counted.statistic = [shares = std::move(shares)](const Weights& drawn) -> std::optional<double> {
    double over = 0, under = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      over += drawn[i] * shares[i].over;
      under += drawn[i] * shares[i].under;
    }
    return under > 0 ? std::optional(over / under) : std::nullopt;
  };
  return counted;
}

Counted median(const std::vector<FilmScore>& films,
               const std::function<std::vector<double>(const FilmScore&)>& of) {
  auto all = pooled<double>(films, of);
  std::ranges::stable_sort(all, {}, &Of<double>::value);
  return counted(all, [all](const Weights& drawn) { return weighted_median(all, drawn); });
}

Counted agreement(const std::vector<FilmScore>& films,
                  const std::function<std::vector<ValuePair>(const FilmScore&)>& of) {
  const auto all = pooled<ValuePair>(films, of);
  return counted(all, [all](const Weights& drawn) { return weighted_icc(all, drawn); });
}

} // namespace calx::evaluation

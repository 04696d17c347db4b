#include "evaluate/measures.hpp"

#include "evaluate/froc.hpp"
#include "evaluate/measure_list.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace calx::evaluation {
namespace {

using LesionTest = std::function<bool(const LesionScore&)>;

bool visible_deposit(const LesionScore& lesion) {
  return lesion.is_deposit() && lesion.visible;
}

/// Share of the lesions that pass the test which are found.
Counted share_found(const Films& films, const LesionTest& counts,
                    std::optional<double> LesionScore::* found) {
  return ratio(films, [&](const FilmScore& film) {
    Share share;
    for (const LesionScore& lesion : film.lesions) {
      if (lesion.hidden || !counts(lesion)) continue;
      ++share.under;
      share.over += (lesion.*found).has_value();
    }
    return share;
  });
}

/// Findings that pass the test, a film of those that are judged for false positives.
Counted findings_a_film(const Films& films, bool with_deposits,
                        const std::function<bool(const FindingScore&)>& counts) {
  return ratio(films, [&](const FilmScore& film) {
    if (!film.exhaustive || !film.has_result() || film.has_deposits() != with_deposits)
      return Share{};
    return Share{double(std::ranges::count_if(film.findings, counts)), 1};
  });
}

bool false_positive(const FindingScore& finding) {
  return finding.claims_deposit && !finding.hits_deposit;
}

std::string bin_id(const char* what, const Bin& bin) {
  std::string name = bin.name;
  std::ranges::replace(name, ' ', '-');
  return fmt::format("sensitivity/{}/{}", what, name);
}

void add_bins(MeasureList& list, const Films& films) {
  list.group("Visible deposits found, by size");
  for (const Bin& bin : kSizeBins)
    list.proportion(bin_id("size", bin), bin.name, Better::Higher,
                    share_found(
                        films,
                        [&bin](const LesionScore& l) {
                          return visible_deposit(l) && l.size_mm && *l.size_mm >= bin.low &&
                                 *l.size_mm < bin.high;
                        },
                        &LesionScore::found_at));
  list.group("All deposits found, by signal-to-noise ratio");
  for (const Bin& bin : kSnrBins)
    list.proportion(bin_id("snr", bin), fmt::format("SNR {}", bin.name), Better::Higher,
                    share_found(
                        films,
                        [&bin](const LesionScore& l) {
                          return l.is_deposit() && l.snr && *l.snr >= bin.low && *l.snr < bin.high;
                        },
                        &LesionScore::found_at));
}

void add_films_with_and_without(MeasureList& list, const Films& films) {
  list.proportion("film_sensitivity", "films with a visible deposit on which one is found",
                  Better::Higher, ratio(films, [](const FilmScore& film) {
                    Share share;
                    for (const LesionScore& lesion : film.lesions) {
                      if (lesion.hidden || !visible_deposit(lesion)) continue;
                      share.under = 1;
                      if (lesion.found_at) share.over = 1;
                    }
                    return share;
                  }));
  list.proportion("film_specificity", "films without deposits on which none is claimed",
                  Better::Higher, ratio(films, [](const FilmScore& film) {
                    if (!film.exhaustive || !film.has_result() || film.has_deposits())
                      return Share{};
                    const bool claimed =
                        std::ranges::any_of(film.findings, &FindingScore::claims_deposit);
                    return Share{claimed ? 0.0 : 1.0, 1};
                  }));
}

void add_detection(MeasureList& list, const Films& films) {
  list.group("Deposits found");
  list.proportion("sensitivity", "visible deposits", Better::Higher,
                  share_found(films, visible_deposit, &LesionScore::found_at));
  list.proportion("sensitivity/all", "all deposits, invisible ones too", Better::Higher,
                  share_found(films, &LesionScore::is_deposit, &LesionScore::found_at));
  list.proportion("sensitivity/any_kind", "visible deposits, by a finding of any kind",
                  Better::Higher, share_found(films, visible_deposit, &LesionScore::found_any_at));
  add_films_with_and_without(list, films);
  for (const char* certainty : {"yes", "possible", "mimic"})
    list.proportion(
        fmt::format("marked/{}", certainty),
        fmt::format("boxes marked \"{}\", by a finding of any kind", certainty), Better::Higher,
        share_found(
            films, [certainty](const LesionScore& l) { return l.certainty == certainty; },
            &LesionScore::found_any_at));
  list.proportion("marked", "all boxes marked by eye, by a finding of any kind", Better::Higher,
                  share_found(
                      films, [](const LesionScore& l) { return !l.certainty.empty(); },
                      &LesionScore::found_any_at));
}

bool lists_mimics(const Films& films) {
  return std::ranges::any_of(films, [](const FilmScore& film) {
    return film.exhaustive && std::ranges::any_of(film.lesions, &LesionScore::is_mimic);
  });
}

void add_false_positives(MeasureList& list, const Films& films) {
  list.group("False positives");
  const auto any_kind = [](const FindingScore& f) { return !f.hits_anything; };
  list.value("fp/with", "on films with deposits", "a film", Better::Lower,
             findings_a_film(films, true, false_positive));
  list.value("fp/without", "on films without deposits", "a film", Better::Lower,
             findings_a_film(films, false, false_positive));
  list.proportion("fp/on_mimic", "share of them that lies on a mimic", Better::Neither,
                  ratio(films, [any = lists_mimics(films)](const FilmScore& film) {
                    Share share;
                    if (!any || !film.exhaustive) return share;
                    for (const FindingScore& finding : film.findings) {
                      if (!false_positive(finding)) continue;
                      ++share.under;
                      share.over += finding.hits_mimic;
                    }
                    return share;
                  }));
  list.value("fp/any_kind/with", "findings of any kind on nothing, films with deposits", "a film",
             Better::Lower, findings_a_film(films, true, any_kind));
  list.value("fp/any_kind/without", "findings of any kind on nothing, films without deposits",
             "a film", Better::Lower, findings_a_film(films, false, any_kind));
  list.proportion("mimics_claimed", "visible mimics claimed as a deposit", Better::Lower,
                  share_found(
                      films, [](const LesionScore& l) { return l.is_mimic() && l.visible; },
                      &LesionScore::found_at));
}

void add_froc(MeasureList& list, const Films& films) {
  list.group("Visible deposits found at a rate of false positives");
  const Froc froc(films);
  for (const double rate : kFrocRates)
    list.proportion(fmt::format("froc/{}", rate), fmt::format("at {} false positives a film", rate),
                    Better::Higher, froc.at(rate));
  list.value("froc/mean", "mean over these rates", "1", Better::Higher, froc.mean());
}

double dice(const MaskCounts& counts) {
  return 2 * counts.both / (counts.truth + counts.found);
}

/// The mean Dice over the films that have such a mask in truth.
Counted mean_dice(const Films& films, std::optional<MaskCounts> FilmScore::* masks) {
  // Where no result brought the mask it was not asked for; a film that failed is then no case.
  const bool asked_for = std::ranges::any_of(
      films, [&](const FilmScore& f) { return f.has_result() && (f.*masks).has_value(); });
  return ratio(films, [&](const FilmScore& film) {
    const auto& counts = film.*masks;
    return asked_for && counts && counts->truth > 0 ? Share{dice(*counts), 1} : Share{};
  });
}

bool has_deposit_pixels(const Films& films) {
  return std::ranges::any_of(
      films, [](const FilmScore& f) { return f.deposits && f.deposits->truth > 0; });
}

void add_outlines(MeasureList& list, const Films& films) {
  list.group("Outlines");
  list.value("dice/deposits", "Dice of deposits, mean of films with visible ones", "1",
             Better::Higher, mean_dice(films, &FilmScore::deposits));
  list.value("dice/pooled", "Dice of deposits, pixels of all films together", "1", Better::Higher,
             ratio(films, [any = has_deposit_pixels(films)](const FilmScore& film) {
               if (!any || !film.deposits || !film.exhaustive) return Share{};
               return Share{2 * film.deposits->both, film.deposits->truth + film.deposits->found};
             }));
  list.value("dice/lesion", "Dice of each deposit that was found, mean", "1", Better::Higher,
             ratio(films, [](const FilmScore& film) {
               Share share;
               for (const LesionScore& lesion : film.lesions) {
                 if (!lesion.outline || !lesion.visible) continue;
                 share.over += dice(*lesion.outline);
                 ++share.under;
               }
               return share;
             }));
  list.value("dice/bone", "Dice of bone, mean of films", "1", Better::Higher,
             mean_dice(films, &FilmScore::bone));
  list.value("dice/body", "Dice of the body, mean of films", "1", Better::Higher,
             mean_dice(films, &FilmScore::body));
}

using PairTransform = std::function<double(double)>;

std::vector<ValuePair> areas_mm2(const FilmScore& film, const PairTransform& transform) {
  std::vector<ValuePair> pairs;
  for (const AreaPair& pair : film.areas)
    if (pair.truth_mm2 && pair.found_mm2 && *pair.truth_mm2 > 0 && *pair.found_mm2 > 0)
      pairs.push_back({transform(*pair.truth_mm2), transform(*pair.found_mm2)});
  return pairs;
}

void add_areas(MeasureList& list, const Films& films) {
  list.group("Area of deposits that were found");
  const auto plain = [](double x) { return x; };
  const auto relative = [plain](const FilmScore& film, auto shape) {
    std::vector<double> errors;
    for (const ValuePair& pair : areas_mm2(film, plain))
      errors.push_back(shape((pair.found - pair.truth) / pair.truth));
    return errors;
  };
  const auto absolute = [](double x) { return std::abs(x); };
  list.value("area/signed", "relative error in mm2, median", "1", Better::Neither,
             median(films, [=](const FilmScore& f) { return relative(f, plain); }));
  list.value("area/absolute", "absolute relative error in mm2, median", "1", Better::Lower,
             median(films, [=](const FilmScore& f) { return relative(f, absolute); }));
  list.value("area/signed_mean", "relative error in mm2, mean", "1", Better::Neither,
             ratio(films, [=](const FilmScore& f) {
               Share share;
               for (const double error : relative(f, plain)) share.over += error, ++share.under;
               return share;
             }));
  list.value("area/absolute_px", "absolute relative error in pixels of the outline, median", "1",
             Better::Lower, median(films, [](const FilmScore& film) {
               std::vector<double> errors;
               for (const AreaPair& pair : film.areas)
                 errors.push_back(std::abs(pair.found_px - pair.truth_px) / pair.truth_px);
               return errors;
             }));
  list.value("area/icc", "ICC(A,1) of areas in mm2", "1", Better::Higher,
             agreement(films, [=](const FilmScore& f) { return areas_mm2(f, plain); }));
  list.value("area/icc_log", "ICC(A,1) of the logarithms of areas in mm2", "1", Better::Higher,
             agreement(films, [](const FilmScore& f) {
               return areas_mm2(f, [](double x) { return std::log10(x); });
             }));
}

std::vector<double> point_errors(const FilmScore& film, const std::string& name) {
  std::vector<double> errors;
  for (const ProminenceScore& p : film.prominences)
    if (p.error_mm && (name.empty() || p.name == name)) errors.push_back(*p.error_mm);
  return errors;
}

void add_prominences(MeasureList& list, const Films& films) {
  list.group("Bony prominences");
  list.proportion("prominence/named", "visible ones that are named", Better::Higher,
                  ratio(films, [](const FilmScore& film) {
                    return Share{
                        double(std::ranges::count_if(film.prominences, &ProminenceScore::named)),
                        double(film.prominences.size())};
                  }));
  list.proportion("prominence/near",
                  fmt::format("visible ones named within {} mm or 1/{:.0f} of the film",
                              kMaxPointErrorMm, 1 / kMaxPointErrorShare),
                  Better::Higher, ratio(films, [](const FilmScore& film) {
                    Share share;
                    for (const ProminenceScore& p : film.prominences) {
                      ++share.under;
                      share.over += p.near;
                    }
                    return share;
                  }));
  list.proportion("prominence/wrong", "wrong names among those given", Better::Lower,
                  ratio(films, [](const FilmScore& film) {
                    return Share{double(film.wrong_names), double(film.named_points)};
                  }));
  std::set<std::string> names{""};
  for (const FilmScore& film : films)
    for (const ProminenceScore& p : film.prominences) names.insert(p.name);
  for (const std::string& name : names)
    list.value(name.empty() ? "prominence/error" : "prominence/error/" + name,
               name.empty() ? "distance, median of all" : name, "mm", Better::Lower,
               median(films, [&name](const FilmScore& f) { return point_errors(f, name); }));
}

} // namespace

std::vector<Measure> measures_of(const std::vector<FilmScore>& films) {
  MeasureList list;
  for (const auto& add : {add_detection, add_bins, add_false_positives, add_froc, add_outlines,
                          add_areas, add_prominences, add_words})
    add(list, films);
  return list.take();
}

} // namespace calx::evaluation

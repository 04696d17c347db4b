#include "evaluate/measure_list.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace calx::evaluation {
namespace {

/// A share for each word that occurs, but for that of not knowing. `share_of` makes the share of a
/// film from a word.
template <class Word, class ShareOf>
void add_each(MeasureList& list, const Films& films, std::string_view id, std::string_view what,
              const ShareOf& share_of) {
  for (const std::string_view name : words<Word>()) {
    const auto share = share_of(*parse<Word>(name));
    if (name != "unknown" &&
        std::ranges::any_of(films, [&](const FilmScore& f) { return share(f).under > 0; }))
      list.proportion(fmt::format("{}{}", id, name), fmt::format("{}: {}", name, what),
                      Better::Higher, ratio(films, share));
  }
}

void add_kinds(MeasureList& list, const Films& films) {
  const auto kinds = [&films](const std::function<bool(const LesionScore&)>& counts,
                              const std::function<bool(const LesionScore&)>& holds) {
    return ratio(films, [&](const FilmScore& film) {
      Share share;
      for (const LesionScore& l : film.lesions) {
        if (l.hidden || !l.visible || !l.kind || !l.found_kind || !counts(l)) continue;
        ++share.under;
        share.over += holds(l);
      }
      return share;
    });
  };
  const auto unknown = [](const LesionScore& l) { return l.found_kind == Kind::Unknown; };
  const auto right = [](const LesionScore& l) { return l.found_kind == l.kind; };
  list.group("Kinds of what was found");
  list.proportion("kind/abstention", "kind unknown", Better::Neither,
                  kinds([](const LesionScore&) { return true; }, unknown));
  list.proportion("kind/accuracy", "right kind where one is given", Better::Higher,
                  kinds([&](const LesionScore& l) { return !unknown(l); }, right));
  // The rows of the confusion table: what is missed is not right either.
  add_each<Kind>(list, films, "kind/right/", "found and named so", [](Kind kind) {
    return [kind](const FilmScore& film) {
      Share share;
      for (const LesionScore& l : film.lesions) {
        if (l.hidden || !l.visible || l.kind != kind) continue;
        ++share.under;
        share.over += l.found_kind == kind;
      }
      return share;
    };
  });
}

void add_suggestions(MeasureList& list, const Films& films) {
  const auto decided = [](const FilmScore& f) {
    return f.suggestion && f.suggestion != Pattern::Indeterminate;
  };
  list.group("Suggestion for the film");
  list.proportion("suggestion/abstention", "indeterminate", Better::Neither,
                  ratio(films, [](const FilmScore& f) {
                    return f.pattern && f.suggestion
                               ? Share{double(f.suggestion == Pattern::Indeterminate), 1}
                               : Share{};
                  }));
  list.proportion("suggestion/accuracy_decided", "right where it does not abstain", Better::Higher,
                  ratio(films, [decided](const FilmScore& f) {
                    return f.pattern && decided(f) ? Share{double(f.suggestion == f.pattern), 1}
                                                   : Share{};
                  }));
  list.proportion("suggestion/accuracy", "right on all films", Better::Higher,
                  ratio(films, [](const FilmScore& f) {
                    return f.pattern ? Share{double(f.suggestion == f.pattern), 1} : Share{};
                  }));
  add_each<Pattern>(list, films, "suggestion/right/", "right", [](Pattern pattern) {
    return [pattern](const FilmScore& f) {
      return f.pattern == pattern ? Share{double(f.suggestion == pattern), 1} : Share{};
    };
  });
}

void add_regions(MeasureList& list, const Films& films) {
  list.group("Body region");
  list.proportion("region/accuracy", "right on all films", Better::Higher,
                  ratio(films, [](const FilmScore& f) {
                    return f.region ? Share{double(f.found_region == f.region), 1} : Share{};
                  }));
  list.proportion("region/accuracy_image", "right where it was told from the image alone",
                  Better::Higher, ratio(films, [](const FilmScore& f) {
                    return f.region && f.region_source == "image"
                               ? Share{double(f.found_region == f.region), 1}
                               : Share{};
                  }));
}

} // namespace

void add_words(MeasureList& list, const Films& films) {
  add_kinds(list, films);
  add_suggestions(list, films);
  add_regions(list, films);
}

} // namespace calx::evaluation

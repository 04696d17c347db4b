// Which films an order stands for: every draw depends on the seed and the film's number alone.
#include "simulate/command/order.hpp"
#include "simulate/draw.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace calx::simulate {

namespace {

constexpr std::array<std::string_view, 5> skeleton_words{"auto", "bodyparts3d", "z-anatomy",
                                                         "opensim", "procedural"};

/// Pictures on the web and in data sets are often shrunk: the share of films with large pixels.
constexpr double shrunk_share = 0.15, shrunk_low_mm = 0.2, shrunk_high_mm = 0.45;

/// The words of an order as values; nothing is drawn.
struct Wanted {
  std::optional<Region> region;
  std::optional<View> view;
  std::optional<Laterality> side;
  std::optional<Pattern> pattern;
  std::optional<Presentation::Format> format;
};

template <class E>
std::string take(std::string_view option, const std::string& word, std::optional<E>& value) {
  if (word.empty()) return {};
  value = parse<E>(word);
  return value ? std::string() : unknown_word(option, word, words<E>());
}

Asked<Wanted> understand(const Order& order) {
  Wanted wanted;
  for (const std::string& mistake :
       {take("--region", order.region, wanted.region), take("--view", order.view, wanted.view),
        take("--side", order.side, wanted.side), take("--pattern", order.pattern, wanted.pattern)})
    if (!mistake.empty()) return tl::unexpected(mistake);
  if (!order.format.empty()) {
    wanted.format = parse_format(order.format);
    if (!wanted.format)
      return tl::unexpected(unknown_word("--format", order.format, format_words()));
  }
  if (wanted.pattern == Pattern::Indeterminate)
    return tl::unexpected(std::string("--pattern indeterminate is no pattern of deposits"));
  if (std::ranges::find(skeleton_words, order.skeleton) == skeleton_words.end())
    return tl::unexpected(unknown_word("--skeleton", order.skeleton, skeleton_words));
  if (order.anatomy.empty() && order.skeleton != "auto" && order.skeleton != "procedural")
    return tl::unexpected(
        fmt::format("--skeleton {} needs --anatomy DIR, the folder of its meshes", order.skeleton));
  if (order.first + order.count - 1 > most_films)
    return tl::unexpected(
        fmt::format("a seed's films are numbered up to {}; take another seed", most_films));
  return wanted;
}

std::vector<std::string_view> skeletons_of(const Order& order) {
  if (order.skeleton != "auto") return {order.skeleton};
  if (order.anatomy.empty()) return {"procedural"};
  return {"bodyparts3d", "z-anatomy", "opensim"};
}

bool same(const Projectable& a, const Projectable& b) {
  return a.region == b.region && a.view == b.view;
}

/// Every region and view of the order's skeletons, in the vocabulary's order.
std::vector<Projectable> possible_films(const Order& order) {
  std::vector<Projectable> all;
  for (const std::string_view skeleton : skeletons_of(order))
    for (const Projectable& each : projectable(skeleton))
      if (std::ranges::none_of(all, [&](const auto& other) { return same(each, other); }))
        all.push_back(each);
  std::ranges::sort(all, {},
                    [](const Projectable& each) { return std::pair(each.region, each.view); });
  return all;
}

FilmPlan plan_film(const Order& order, const Wanted& wanted, const std::vector<Projectable>& films,
                   int number) {
  const Random random = Random(order.seed).stream("film", static_cast<std::uint64_t>(number));
  FilmPlan plan;
  plan.number = number;
  plan.spec.seed = random.stream("seed").bits() >> 11; // below 2^53: every JSON reader keeps it
  const Projectable film = draw_film(films, random.stream("region"));
  const Pattern pattern =
      wanted.pattern ? *wanted.pattern
                     : draw_pattern(film.region, order.normal_share, random.stream("pattern"));
  plan.spec.anatomy = {film.region, film.view, wanted.side, order.skeleton, order.anatomy};
  plan.spec.inclusions.pattern = pattern;
  plan.spec.inclusions.mimics = order.mimics;
  plan.spec.format = wanted.format;
  Random pitch = random.stream("pitch");
  if (order.pitch_mm > 0)
    plan.spec.pitch_mm = order.pitch_mm;
  else if (pitch.chance(shrunk_share))
    plan.spec.pitch_mm = pitch.log_uniform(shrunk_low_mm, shrunk_high_mm);
  plan.stem = fmt::format("{:06}-{}-{}-{}", number, to_string(film.region), to_string(film.view),
                          to_string(pattern));
  return plan;
}

/// A film with a background keeps the background's region and view, which its file tells.
FilmPlan plan_inserted(const Order& order, const Wanted& wanted, int number) {
  const Random random = Random(order.seed).stream("film", static_cast<std::uint64_t>(number));
  FilmPlan plan;
  plan.number = number;
  plan.background = order.backgrounds[static_cast<std::size_t>(number) % order.backgrounds.size()];
  plan.spec.seed = random.stream("seed").bits() >> 11;
  plan.spec.anatomy.region = wanted.region;
  plan.spec.inclusions.pattern = wanted.pattern
                                     ? *wanted.pattern
                                     : draw_pattern(wanted.region.value_or(Region::Other),
                                                    order.normal_share, random.stream("pattern"));
  plan.spec.inclusions.mimics = order.mimics;
  plan.spec.inclusions.marker = false;
  plan.stem = fmt::format("{:06}-inserted-{}", number, to_string(plan.spec.inclusions.pattern));
  return plan;
}

Asked<std::vector<FilmPlan>> draw_films(const Order& order) {
  const auto wanted = understand(order);
  if (!wanted) return tl::unexpected(wanted.error());
  std::vector<FilmPlan> plans;
  if (!order.backgrounds.empty()) {
    for (int i = 0; i < order.count; ++i)
      plans.push_back(plan_inserted(order, *wanted, order.first + i));
    return plans;
  }
  std::vector<Projectable> films = possible_films(order);
  std::erase_if(films, [&](const Projectable& each) {
    return (wanted->region && each.region != *wanted->region) ||
           (wanted->view && each.view != *wanted->view);
  });
  if (films.empty())
    return tl::unexpected(
        fmt::format("no film of {} {} can be made {}; --list shows what can",
                    order.region.empty() ? "any region" : order.region,
                    order.view.empty() ? "in any view" : order.view,
                    order.anatomy.empty() ? "without --anatomy DIR" : "from this skeleton"));
  for (int i = 0; i < order.count; ++i)
    plans.push_back(plan_film(order, *wanted, films, order.first + i));
  return plans;
}

} // namespace

Asked<std::vector<FilmPlan>> plan_films(const Order& order) {
  if (order.name.find('/') != std::string::npos)
    return tl::unexpected(fmt::format("--name {} is a path; the folder goes to --out", order.name));
  auto plans = draw_films(order);
  if (!plans || order.name.empty()) return plans;
  for (std::size_t i = 0; i < plans->size(); ++i)
    (*plans)[i].stem = order.count == 1
                           ? order.name
                           : fmt::format("{}-{:06}", order.name, order.first + static_cast<int>(i));
  return plans;
}

std::string list_of_films(const Order& order) {
  std::string text;
  for (const Projectable& each : possible_films(order)) {
    std::vector<std::string_view> from;
    for (const std::string_view skeleton : skeletons_of(order))
      if (std::ranges::any_of(projectable(skeleton),
                              [&](const auto& other) { return same(each, other); }))
        from.push_back(skeleton);
    text += fmt::format("{:<10} {:<8} {}\n", to_string(each.region), to_string(each.view),
                        fmt::join(from, ", "));
  }
  return text;
}

} // namespace calx::simulate

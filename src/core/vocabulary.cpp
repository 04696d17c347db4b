#include "core/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace calx {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 15> kRegions{
    "hand",  "wrist", "forearm", "elbow", "upper-arm", "shoulder", "pelvis", "hip",
    "thigh", "knee",  "leg",     "ankle", "foot",      "scrotum",  "other"};
constexpr std::array<std::string_view, 6> kViews{"pa",      "ap",    "lateral",
                                                 "oblique", "axial", "unknown"};
constexpr std::array<std::string_view, 4> kLateralities{"left", "right", "both", "unknown"};
constexpr std::array<std::string_view, 4> kSexes{"female", "male", "other", "unknown"};
constexpr std::array<std::string_view, 12> kKinds{
    "deposit",           "vascular", "phlebolith",   "tendon", "ossification",        "ossicle",
    "chondrocalcinosis", "metal",    "foreign-body", "marker", "other-calcification", "unknown"};
constexpr std::array<std::string_view, 7> kPatterns{
    "none",      "localized", "limited-idiopathic", "tumor-like",
    "universal", "scrotal",   "indeterminate"};

template <class E>
std::optional<E> find(std::string_view word, Words all) {
  const auto at = std::ranges::find(all, word);
  if (at == all.end()) return std::nullopt;
  return static_cast<E>(at - all.begin());
}

/// Optimal string alignment distance: a swap of two neighbours counts as one slip.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last.back();
}

} // namespace

template <>
Words words<Region>() {
  return kRegions;
}
template <>
Words words<View>() {
  return kViews;
}
template <>
Words words<Laterality>() {
  return kLateralities;
}
template <>
Words words<Sex>() {
  return kSexes;
}
template <>
Words words<Kind>() {
  return kKinds;
}
template <>
Words words<Pattern>() {
  return kPatterns;
}

template <>
std::optional<Region> parse<Region>(std::string_view w) {
  return find<Region>(w, kRegions);
}
template <>
std::optional<View> parse<View>(std::string_view w) {
  return find<View>(w, kViews);
}
template <>
std::optional<Laterality> parse<Laterality>(std::string_view w) {
  return find<Laterality>(w, kLateralities);
}
template <>
std::optional<Sex> parse<Sex>(std::string_view w) {
  return find<Sex>(w, kSexes);
}
template <>
std::optional<Kind> parse<Kind>(std::string_view w) {
  return find<Kind>(w, kKinds);
}
template <>
std::optional<Pattern> parse<Pattern>(std::string_view w) {
  return find<Pattern>(w, kPatterns);
}

std::string_view to_string(Region v) {
  return kRegions.at(static_cast<std::size_t>(v));
}
std::string_view to_string(View v) {
  return kViews.at(static_cast<std::size_t>(v));
}
std::string_view to_string(Laterality v) {
  return kLateralities.at(static_cast<std::size_t>(v));
}
std::string_view to_string(Sex v) {
  return kSexes.at(static_cast<std::size_t>(v));
}
std::string_view to_string(Kind v) {
  return kKinds.at(static_cast<std::size_t>(v));
}
std::string_view to_string(Pattern v) {
  return kPatterns.at(static_cast<std::size_t>(v));
}

std::string_view nearest_word(std::string_view word, Words candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto candidate : candidates) {
    const std::size_t d = edit_distance(word, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

std::string unknown_word(std::string_view option, std::string_view word, Words words) {
  std::string text(option);
  text.append(" '").append(word).append("' is not known; ");
  if (const auto nearest = nearest_word(word, words); !nearest.empty())
    text.append("did you mean '").append(nearest).append("'? ");
  std::string_view before = "use one of: ";
  for (const std::string_view known : words) text.append(std::exchange(before, ", ")).append(known);
  return text;
}

} // namespace calx

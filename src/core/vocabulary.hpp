// One spelling for every word that outputs and truth share: regions, views, sides, kinds, patterns.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calx {

enum class Region {
  Hand,
  Wrist,
  Forearm,
  Elbow,
  UpperArm,
  Shoulder,
  Pelvis,
  Hip,
  Thigh,
  Knee,
  Leg,
  Ankle,
  Foot,
  Scrotum,
  Other,
};
enum class View { Pa, Ap, Lateral, Oblique, Axial, Unknown };
enum class Laterality { Left, Right, Both, Unknown };
enum class Sex { Female, Male, Other, Unknown };

/// What one dense region in soft tissue is taken for.
enum class Kind {
  Deposit, ///< calcinosis
  Vascular,
  Phlebolith,
  Tendon,
  Ossification,
  Ossicle, ///< sesamoids too
  Chondrocalcinosis,
  Metal,
  ForeignBody, ///< glass, stone
  Marker,
  OtherCalcification, ///< calcified and no calcinosis; which of the above is not told
  Unknown,
};

/// What the whole image suggests.
enum class Pattern {
  None,
  Localized,
  LimitedIdiopathic,
  TumorLike,
  Universal,
  Scrotal,
  Indeterminate
};

std::string_view to_string(Region);
std::string_view to_string(View);
std::string_view to_string(Laterality);
std::string_view to_string(Sex);
std::string_view to_string(Kind);
std::string_view to_string(Pattern);

/// The word's value, or nothing for a word that is not in the vocabulary (the match is exact).
template <class E>
std::optional<E> parse(std::string_view word);
template <>
std::optional<Region> parse<Region>(std::string_view);
template <>
std::optional<View> parse<View>(std::string_view);
template <>
std::optional<Laterality> parse<Laterality>(std::string_view);
template <>
std::optional<Sex> parse<Sex>(std::string_view);
template <>
std::optional<Kind> parse<Kind>(std::string_view);
template <>
std::optional<Pattern> parse<Pattern>(std::string_view);

/// Every word of a vocabulary, in the order of its enum.
template <class E>
std::span<const std::string_view> words();
template <>
std::span<const std::string_view> words<Region>();
template <>
std::span<const std::string_view> words<View>();
template <>
std::span<const std::string_view> words<Laterality>();
template <>
std::span<const std::string_view> words<Sex>();
template <>
std::span<const std::string_view> words<Kind>();
template <>
std::span<const std::string_view> words<Pattern>();

/// The candidate closest to `word` by edit distance, for "did you mean"; empty if none is near
/// (more than a third of the word's letters would have to change).
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates);

/// The sentence for a user who gave `option` a word that is not among `words`: it names the nearest
/// and lists all.
std::string unknown_word(std::string_view option, std::string_view word,
                         std::span<const std::string_view> words);

} // namespace calx

// The names that a rule may ask about, each with its type and how it is looked up.
#pragma once

#include "subtype/subtype.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace calx {

struct Gate;

enum class FactType { Number, Word, Flag };

/// What a fact is a property of; a kind rule may not ask for facts of the deposits.
enum class FactOf { Region, Image, Deposits };

/// Nothing (monostate) where the fact is not known.
using FactValue = std::variant<std::monostate, double, std::string, bool>;

/// What is looked at when a condition is evaluated.
struct Scene {
  const ImageFacts& image;
  std::span<const KindDecision> kinds;                ///< of all regions; empty for kind rules
  std::span<const std::vector<const Gate*>> gates_of; ///< for each region, the gates that closed
  const RegionFacts* region = nullptr;                ///< the region in question, if one is
  std::size_t region_index = 0;
};

struct Fact {
  std::string name;
  FactType type;
  FactOf of;
  std::span<const std::string_view> words; ///< the vocabulary of a Word; empty: any word
  std::function<FactValue(const Scene&)> look_up;
};

/// Every fact: features, marks and neighbourhood of a region; image and context; counts by kind.
const std::vector<Fact>& facts();
/// Null for an unknown name.
const Fact* find_fact(std::string_view name);

} // namespace calx

// The tree that a selection is parsed into; for select.cpp and select_parse.cpp only.
#pragma once

#include "cohort/select.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace calx::cohort::selection {

enum class Test { Equal, Less, LessOrEqual, Greater, GreaterOrEqual, Contains, In, Exists };

/// A value as it compares: numbers, ages in years and dates as YYYYMMDD by `number`, text by `text`
/// (in small letters).
struct Value {
  double number = 0;
  std::string text;
};

/// From `low` to `high`, both included; the same twice for a single value.
struct Range {
  Value low, high;
};

struct Node {
  enum class Kind { And, Or, Not, Leaf } kind = Kind::Leaf;
  std::vector<std::unique_ptr<Node>> children;
  std::string keyword;
  TagKind tag = TagKind::Text;
  Test test = Test::Exists;
  std::vector<Range> ranges; ///< one but for Test::In
};

/// Nothing for a text that is no such value.
std::optional<Value> value_of(TagKind kind, std::string_view text);

} // namespace calx::cohort::selection

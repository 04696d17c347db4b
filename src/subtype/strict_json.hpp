// Reading JSON without forgiving anything: every complaint has its place and, for an unknown word,
// the nearest valid one. Internal to this folder; nlohmann's types stop at the files that use it.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calx::strict {

using Json = nlohmann::ordered_json; ///< keeps the order in which people wrote the keys

/// Thrown inside the reading functions, turned into an Error at their edge.
struct Complaint {
  std::string message;
};

/// A value and where it is.
class Node {
public:
  Node(const Json& value, std::string at) : value_(&value), at_(std::move(at)) {}

  const Json& value() const { return *value_; }
  [[noreturn]] void complain(std::string_view what) const;

  bool has(std::string_view key) const { return value_->contains(key); }
  /// A key that must be there.
  Node at(std::string_view key) const;
  /// Complains of any key that is not in `allowed`, and of a value that is no object.
  void only(std::span<const std::string_view> allowed) const;
  std::vector<std::pair<std::string, Node>> members() const; ///< of an object
  std::vector<Node> elements() const;                        ///< of an array

  std::string text() const; ///< not empty
  double number(double minimum, double maximum) const;
  bool flag() const;
  /// A text that must be one of `allowed`; `what` names the vocabulary.
  std::string word(std::span<const std::string_view> allowed, std::string_view what) const;

private:
  const Json* value_;
  std::string at_; ///< JSON pointer
};

/// Complains of a syntax error, of nesting deeper than anyone writes, and of a key given twice in
/// one object.
Json parse_document(std::string_view text);

/// "; did you mean X?", or the list of what is valid where nothing is near.
std::string suggestion(std::string_view word, std::span<const std::string_view> allowed);

} // namespace calx::strict

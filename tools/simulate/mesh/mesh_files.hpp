// The mesh formats behind read_mesh, each from the bytes of a file.
#pragma once

#include "simulate/mesh/solid.hpp"

#include <charconv>
#include <optional>
#include <string_view>

namespace calx::simulate {

/// Each checks what the file promises against its size before memory is taken for it. Indices and
/// coordinates are checked by read_mesh.
Result<Mesh> read_ply(std::string_view bytes);
Result<Mesh> read_stl(std::string_view bytes);
Result<Mesh> read_vtp(std::string_view bytes);

/// Appends the triangles of a fan around a polygon's first corner.
inline void add_polygon(Mesh& mesh, const std::vector<int>& corners) {
  for (std::size_t i = 2; i < corners.size(); ++i)
    mesh.triangles.push_back({corners[0], corners[i - 1], corners[i]});
}

/// Words of a text, parted by white space.
class Words {
public:
  explicit Words(std::string_view text) : rest_(text) {}

  std::string_view next() {
    const auto begin = rest_.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return rest_ = {};
    const auto end = std::min(rest_.find_first_of(" \t\r\n", begin), rest_.size());
    const std::string_view word = rest_.substr(begin, end - begin);
    rest_.remove_prefix(end);
    return word;
  }

  /// The next word as a number of this type, nothing if it is none.
  template <class T>
  std::optional<T> number() {
    const std::string_view word = next();
    T value{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || word.empty())
      return std::nullopt;
    return value;
  }

  std::string_view rest() const { return rest_; }

private:
  std::string_view rest_;
};

} // namespace calx::simulate

// VTK XML PolyData with its arrays as text, as OpenSim's geometry has them.
#include "simulate/mesh/mesh_files.hpp"

#include <cstdint>

namespace calx::simulate {

namespace {

tl::unexpected<Error> damaged_vtp(const char* message) {
  return fail(ErrorCode::CorruptPixels, message);
}

/// What stands between <name ...> and </name>, without the first tag's attributes.
std::optional<std::string_view> section(std::string_view text, std::string_view name) {
  const std::string open = "<" + std::string(name), close = "</" + std::string(name) + ">";
  for (auto at = text.find(open); at != std::string_view::npos; at = text.find(open, at + 1)) {
    const auto after = at + open.size();
    if (after >= text.size() || (text[after] != '>' && text[after] != ' ')) continue;
    const auto begin = text.find('>', after), end = text.find(close, after);
    if (end == std::string_view::npos || begin > end) return std::nullopt;
    return text.substr(begin + 1, end - begin - 1);
  }
  return std::nullopt;
}

/// The text of the DataArray of this name; any one where the name is empty.
Result<std::string_view> array(std::string_view text, std::string_view name) {
  constexpr std::string_view open = "<DataArray", close = "</DataArray>";
  for (auto at = text.find(open); at != std::string_view::npos; at = text.find(open, at + 1)) {
    const auto tag_end = text.find('>', at), end = text.find(close, at);
    if (tag_end == std::string_view::npos || end == std::string_view::npos || tag_end > end) break;
    const std::string_view tag = text.substr(at, tag_end - at);
    if (!name.empty() && tag.find("Name=\"" + std::string(name) + "\"") == std::string_view::npos)
      continue;
    if (tag.find("format=\"ascii\"") == std::string_view::npos)
      return fail(ErrorCode::UnsupportedFormat,
                  "the VTP file's arrays are coded: write them as ASCII");
    return text.substr(tag_end + 1, end - tag_end - 1);
  }
  return damaged_vtp("an array of the VTP file is missing");
}

template <class T>
Result<std::vector<T>> numbers(std::string_view text) {
  std::vector<T> values;
  Words words(text);
  while (words.rest().find_first_not_of(" \t\r\n") != std::string_view::npos) {
    const auto value = words.number<T>();
    if (!value) return damaged_vtp("a number of the VTP file is damaged");
    values.push_back(*value);
  }
  return values;
}

template <class T>
Result<std::vector<T>> named_numbers(std::string_view text, std::string_view name) {
  return array(text, name).and_then(numbers<T>);
}

} // namespace

Result<Mesh> read_vtp(std::string_view bytes) {
  const auto points = section(bytes, "Points"), polygons = section(bytes, "Polys");
  if (!points || !polygons) return damaged_vtp("the VTP file has no points or no polygons");
  const auto coordinates = named_numbers<float>(*points, "");
  const auto corners = named_numbers<std::int32_t>(*polygons, "connectivity");
  const auto ends = named_numbers<std::int32_t>(*polygons, "offsets");
  if (!coordinates) return tl::unexpected(coordinates.error());
  if (!corners) return tl::unexpected(corners.error());
  if (!ends) return tl::unexpected(ends.error());
  if (coordinates->size() % 3 != 0) return damaged_vtp("the VTP file's points are not triples");

  Mesh mesh;
  for (std::size_t i = 0; i < coordinates->size(); i += 3)
    mesh.vertices.emplace_back((*coordinates)[i], (*coordinates)[i + 1], (*coordinates)[i + 2]);
  std::size_t begin = 0;
  for (const std::int32_t stated : *ends) {
    const auto end = static_cast<std::size_t>(stated);
    if (stated < 0 || end < begin || end > corners->size())
      return damaged_vtp("a polygon of the VTP file is damaged");
    add_polygon(mesh, {corners->begin() + static_cast<std::ptrdiff_t>(begin),
                       corners->begin() + static_cast<std::ptrdiff_t>(end)});
    begin = end;
  }
  return mesh;
}

} // namespace calx::simulate

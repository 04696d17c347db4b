// PLY, the Stanford polygon file format: paulbourke.net/dataformats/ply.
#include "simulate/mesh/mesh_files.hpp"

#include <bit>
#include <cstring>

namespace calx::simulate {

namespace {

enum class Coding { Ascii, Little, Big };

struct Property {
  std::string_view name;
  char type = 0; ///< i, u or f: integer, unsigned or floating point
  std::size_t size = 0;
  char count_type = 0; ///< of a list; 0 for a single value
  std::size_t count_size = 0;
};

struct Element {
  std::string_view name;
  std::size_t count = 0;
  std::vector<Property> properties;
};

struct Header {
  Coding coding = Coding::Ascii;
  std::vector<Element> elements;
  std::string_view body;
};

tl::unexpected<Error> damaged_ply(const char* message) {
  return fail(ErrorCode::CorruptHeader, message);
}

bool parse_type(std::string_view word, char& type, std::size_t& size) {
  struct Row {
    std::string_view name;
    char type;
    std::size_t size;
  };
  static constexpr Row rows[] = {
      {"char", 'i', 1},  {"int8", 'i', 1},    {"uchar", 'u', 1},  {"uint8", 'u', 1},
      {"short", 'i', 2}, {"int16", 'i', 2},   {"ushort", 'u', 2}, {"uint16", 'u', 2},
      {"int", 'i', 4},   {"int32", 'i', 4},   {"uint", 'u', 4},   {"uint32", 'u', 4},
      {"float", 'f', 4}, {"float32", 'f', 4}, {"double", 'f', 8}, {"float64", 'f', 8},
  };
  for (const Row& row : rows)
    if (row.name == word) {
      type = row.type;
      size = row.size;
      return true;
    }
  return false;
}

bool parse_property(Words words, Property& property) {
  std::string_view word = words.next();
  if (word == "list") {
    if (!parse_type(words.next(), property.count_type, property.count_size)) return false;
    if (property.count_type == 'f') return false;
    word = words.next();
  }
  property.name = {};
  const bool known = parse_type(word, property.type, property.size);
  property.name = words.next();
  return known && !property.name.empty();
}

Result<Coding> parse_coding(std::string_view word) {
  if (word == "ascii") return Coding::Ascii;
  if (word == "binary_little_endian") return Coding::Little;
  if (word == "binary_big_endian") return Coding::Big;
  return damaged_ply("the PLY file's coding is unknown");
}

Result<Header> parse_header(std::string_view bytes) {
  Header header;
  while (true) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return damaged_ply("the PLY header has no end");
    Words words(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
    const std::string_view key = words.next();
    if (key == "end_header") break;
    if (key == "format") {
      const auto coding = parse_coding(words.next());
      if (!coding) return tl::unexpected(coding.error());
      header.coding = *coding;
    } else if (key == "element") {
      const std::string_view name = words.next();
      const auto count = words.number<std::uint32_t>();
      if (!count) return damaged_ply("an element of the PLY header has no count");
      header.elements.push_back({name, *count, {}});
    } else if (key == "property") {
      Property property;
      if (header.elements.empty() || !parse_property(words, property))
        return damaged_ply("a property of the PLY header is not understood");
      header.elements.back().properties.push_back(property);
    }
  }
  header.body = bytes;
  return header;
}

/// Values of the body one after the other, whatever their coding.
class Values {
public:
  Values(std::string_view body, Coding coding) : words_(body), body_(body), coding_(coding) {}

  std::optional<double> next(char type, std::size_t size) {
    if (coding_ == Coding::Ascii) return words_.number<double>();
    if (body_.size() < size) return std::nullopt;
    char raw[8] = {};
    std::memcpy(raw, body_.data(), size);
    body_.remove_prefix(size);
    const bool native = (coding_ == Coding::Little) == (std::endian::native == std::endian::little);
    if (!native) std::reverse(raw, raw + size);
    if (type == 'f')
      return size == 4 ? double{std::bit_cast<float>(low32(raw))} : cast<double>(raw);
    if (type == 'u')
      return size == 1   ? cast<std::uint8_t>(raw)
             : size == 2 ? cast<std::uint16_t>(raw)
                         : cast<std::uint32_t>(raw);
    return size == 1   ? cast<std::int8_t>(raw)
           : size == 2 ? cast<std::int16_t>(raw)
                       : cast<std::int32_t>(raw);
  }

  std::size_t left() const {
    return coding_ == Coding::Ascii ? words_.rest().size() : body_.size();
  }

private:
  template <class T>
  static double cast(const char* raw) {
    T value;
    std::memcpy(&value, raw, sizeof value);
    return static_cast<double>(value);
  }
  static std::uint32_t low32(const char* raw) {
    std::uint32_t value;
    std::memcpy(&value, raw, sizeof value);
    return value;
  }

  Words words_;
  std::string_view body_;
  Coding coding_;
};

/// Reads one property; a list's values go to `list`, a single one is its only value.
bool read_property(Values& values, const Property& property, std::vector<double>& list) {
  std::size_t count = 1;
  if (property.count_type != 0) {
    const auto stated = values.next(property.count_type, property.count_size);
    if (!stated || *stated < 0 || *stated > static_cast<double>(values.left())) return false;
    count = static_cast<std::size_t>(*stated);
  }
  list.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = values.next(property.type, property.size);
    if (!value) return false;
    list.push_back(*value);
  }
  return true;
}

void take_vertex_value(std::string_view name, const std::vector<double>& list, cv::Vec3f& at) {
  if (list.size() != 1 || name.size() != 1 || name[0] < 'x' || name[0] > 'z') return;
  at[name[0] - 'x'] = static_cast<float>(list[0]);
}

void take_face(std::string_view name, const std::vector<double>& list, Mesh& mesh) {
  if (name != "vertex_indices" && name != "vertex_index") return;
  std::vector<int> corners;
  for (const double v : list) // no mesh that fits in a file has an index beyond this range
    corners.push_back(v >= 0 && v < 1e9 ? static_cast<int>(v) : -1);
  add_polygon(mesh, corners);
}

} // namespace

Result<Mesh> read_ply(std::string_view bytes) {
  const auto header = parse_header(bytes);
  if (!header) return tl::unexpected(header.error());
  Values values(header->body, header->coding);
  Mesh mesh;
  std::vector<double> list;
  for (const Element& element : header->elements) {
    const bool vertex = element.name == "vertex", face = element.name == "face";
    if (element.properties.empty()) continue;
    if (element.count > values.left()) // each takes a byte at least
      return fail(ErrorCode::TruncatedPixels, "the PLY file is shorter than its header says");
    if (vertex) mesh.vertices.reserve(element.count);
    if (face) mesh.triangles.reserve(element.count);
    for (std::size_t i = 0; i < element.count; ++i) {
      cv::Vec3f at(0, 0, 0);
      for (const Property& property : element.properties) {
        if (!read_property(values, property, list))
          return fail(ErrorCode::TruncatedPixels, "the PLY file ends early or is damaged");
        if (vertex) take_vertex_value(property.name, list, at);
        if (face) take_face(property.name, list, mesh);
      }
      if (vertex) mesh.vertices.push_back(at);
    }
  }
  return mesh;
}

} // namespace calx::simulate

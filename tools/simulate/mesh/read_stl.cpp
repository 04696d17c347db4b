// STL, binary and ASCII: fabbers.com/tech/STL_Format.
#include "simulate/mesh/mesh_files.hpp"
#include "simulate/mesh/refine.hpp"

#include <cstring>

namespace calx::simulate {

namespace {

constexpr std::size_t kHeader = 84, kRecord = 50;

std::uint32_t count_of(std::string_view bytes) {
  std::uint32_t count = 0;
  if (bytes.size() >= kHeader) std::memcpy(&count, bytes.data() + 80, sizeof count);
  return count;
}

void add_triangle(Mesh& mesh, const std::array<cv::Vec3f, 3>& corners) {
  const int first = static_cast<int>(mesh.vertices.size());
  mesh.vertices.insert(mesh.vertices.end(), corners.begin(), corners.end());
  mesh.triangles.push_back({first, first + 1, first + 2});
}

Mesh read_binary(std::string_view bytes) {
  Mesh mesh;
  const std::uint32_t count = count_of(bytes);
  mesh.vertices.reserve(std::size_t{3} * count);
  for (std::uint32_t i = 0; i < count; ++i) {
    float values[9]; // after the normal
    std::memcpy(values, bytes.data() + kHeader + kRecord * i + 12, sizeof values);
    std::array<cv::Vec3f, 3> corners;
    for (std::size_t j = 0; j < 3; ++j) corners[j] = cv::Vec3f(values + 3 * j);
    add_triangle(mesh, corners);
  }
  return mesh;
}

Result<Mesh> read_ascii(std::string_view bytes) {
  Mesh mesh;
  Words words(bytes);
  std::array<cv::Vec3f, 3> corners;
  int seen = 0;
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    if (word == "outer") seen = 0;
    if (word != "vertex") continue;
    for (int axis = 0; axis < 3; ++axis) {
      const auto value = words.number<float>();
      if (!value || seen > 2)
        return fail(ErrorCode::CorruptPixels, "a vertex of the STL file is damaged");
      corners[static_cast<std::size_t>(seen)][axis] = *value;
    }
    if (++seen == 3) add_triangle(mesh, corners);
  }
  return mesh;
}

} // namespace

Result<Mesh> read_stl(std::string_view bytes) {
  // Binary files may begin with the word "solid" as well: the size decides.
  const bool binary =
      bytes.size() >= kHeader && bytes.size() == kHeader + kRecord * std::size_t{count_of(bytes)};
  if (binary) return weld(read_binary(bytes));
  if (bytes.starts_with("solid"))
    return read_ascii(bytes).map([](const Mesh& mesh) { return weld(mesh); });
  return fail(ErrorCode::UnsupportedFormat,
              "not a PLY, VTP or STL mesh, or an STL file shorter than it says");
}

} // namespace calx::simulate

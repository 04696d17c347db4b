#include "simulate/mesh/mesh_files.hpp"
#include "simulate/mesh/solid.hpp"

#include <cmath>
#include <fstream>

namespace calx::simulate {

namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{1} << 30;

Result<std::string> read_bytes(const std::filesystem::path& file) {
  std::error_code failure;
  const auto status = std::filesystem::status(file, failure);
  if (!std::filesystem::exists(status)) return fail(ErrorCode::FileNotFound, "no such mesh");
  if (std::filesystem::is_directory(status))
    return fail(ErrorCode::IsDirectory, "a mesh file is needed, this is a folder");
  const auto size = std::filesystem::file_size(file, failure);
  if (failure) return fail(ErrorCode::Unreadable, "the mesh cannot be read");
  if (size == 0) return fail(ErrorCode::EmptyFile, "the mesh file has no bytes");
  if (size > kLargestFile) return fail(ErrorCode::TooLarge, "the mesh file is over 1 GiB");
  std::string bytes(size, '\0');
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size)))
    return fail(ErrorCode::Unreadable, "the mesh cannot be read");
  return bytes;
}

Result<Mesh> decode(std::string_view bytes) {
  if (bytes.starts_with("ply")) return read_ply(bytes);
  if (bytes.substr(0, 512).find("<VTKFile") != std::string_view::npos) return read_vtp(bytes);
  return read_stl(bytes);
}

Result<Mesh> checked(Mesh mesh) {
  if (mesh.vertices.empty() || mesh.triangles.empty())
    return fail(ErrorCode::NotAnImage, "the mesh has no triangles");
  for (const cv::Vec3f& v : mesh.vertices)
    if (!std::isfinite(v[0]) || !std::isfinite(v[1]) || !std::isfinite(v[2]))
      return fail(ErrorCode::CorruptPixels, "a vertex of the mesh is not finite");
  const int count = static_cast<int>(mesh.vertices.size());
  for (const auto& triangle : mesh.triangles)
    for (const int corner : triangle)
      if (corner < 0 || corner >= count)
        return fail(ErrorCode::CorruptPixels, "a triangle of the mesh names a vertex not there");
  return mesh;
}

} // namespace

Result<Mesh> read_mesh(const std::filesystem::path& file) {
  return read_bytes(file).and_then(decode).and_then(checked);
}

} // namespace calx::simulate

// Small meshes for the tests.
#pragma once

#include "simulate/mesh/solid.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>

namespace calx::simulate {

/// A ball of latitude bands; its poles are single vertices.
inline Mesh ball(float radius, int bands, cv::Vec3f centre = {0, 0, 0}) {
  Mesh mesh;
  const int around = 2 * bands;
  mesh.vertices.push_back(centre + cv::Vec3f(0, 0, radius));
  for (int i = 1; i < bands; ++i)
    for (int j = 0; j < around; ++j) {
      const float t = std::numbers::pi_v<float> * static_cast<float>(i) / static_cast<float>(bands);
      const float p =
          2 * std::numbers::pi_v<float> * static_cast<float>(j) / static_cast<float>(around);
      mesh.vertices.push_back(centre + radius * cv::Vec3f(std::sin(t) * std::cos(p),
                                                          std::sin(t) * std::sin(p), std::cos(t)));
    }
  mesh.vertices.push_back(centre - cv::Vec3f(0, 0, radius));
  const auto node = [&](int band, int j) { return 1 + (band - 1) * around + j % around; };
  const int last = static_cast<int>(mesh.vertices.size()) - 1;
  for (int j = 0; j < around; ++j) {
    mesh.triangles.push_back({0, node(1, j), node(1, j + 1)});
    mesh.triangles.push_back({last, node(bands - 1, j + 1), node(bands - 1, j)});
    for (int i = 1; i + 1 < bands; ++i) {
      mesh.triangles.push_back({node(i, j), node(i + 1, j), node(i + 1, j + 1)});
      mesh.triangles.push_back({node(i, j), node(i + 1, j + 1), node(i, j + 1)});
    }
  }
  return mesh;
}

/// A folder that is removed with its files.
class TemporaryFolder {
public:
  TemporaryFolder()
      : path_(std::filesystem::temp_directory_path() /
              ("calx_mesh_" + std::to_string(reinterpret_cast<std::uintptr_t>(this)))) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

private:
  std::filesystem::path path_;
};

/// A tetrahedron, as text.
inline std::string ply_text() {
  return "ply\nformat ascii 1.0\ncomment made in a test\nelement vertex 4\nproperty float x\n"
         "property float y\nproperty float z\nproperty uchar red\nelement face 4\n"
         "property list uchar int vertex_indices\nend_header\n"
         "0 0 0 9\n10 0 0 9\n0 10 0 9\n0 0 10.5 9\n3 0 2 1\n3 0 1 3\n3 1 2 3\n3 0 3 2\n";
}

} // namespace calx::simulate

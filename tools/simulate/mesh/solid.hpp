// Closed bodies out of surface meshes: a bone or a muscle as a smooth signed distance.
#pragma once

#include "core/error.hpp"
#include "simulate/core/grid.hpp"

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace calx::simulate {

/// A triangle mesh in the frame and the units of its file.
struct Mesh {
  std::vector<cv::Vec3f> vertices;
  std::vector<std::array<int, 3>> triangles;
};

/// Reads a PLY (ASCII or binary), VTP (VTK XML PolyData) or STL (ASCII or binary) file.
/// Errors: FileNotFound, NotAnImage-like codes for damage, an empty mesh, indices out of range.
Result<Mesh> read_mesh(const std::filesystem::path& file);

/// A body by its signed distance, negative inside. Between the nodes the distance is smooth, so a
/// surface looks smooth far below the pitch.
struct Solid {
  std::string name;
  Grid distance_mm;
  cv::Vec3d centre_mm;   ///< of the volume
  cv::Vec3d axis;        ///< unit vector of the longest principal direction
  double half_length_mm; ///< the body's extent along `axis`, halved
  double volume_mm3 = 0;
};

struct SolidOptions {
  double pitch_mm = 0.5;
  double smoothing_mm = 0.8; ///< Gaussian that rounds off the facets of coarse meshes
  double unit_mm = 1;        ///< length of the file's unit (1000 for metres)
};

/// Voxelises and smooths a mesh. Small holes are closed slice by slice and counted as inside where
/// two of the three axes agree; an inverted mesh is turned. Errors: a mesh with large holes, or
/// without volume.
Result<Solid> make_solid(const Mesh& mesh, std::string name, const SolidOptions& options);

/// Solids by file, made once for a process and, with a cache folder, once for all.
class SolidLibrary {
public:
  explicit SolidLibrary(std::filesystem::path cache_folder = {});
  ~SolidLibrary();
  /// Thread-safe; two callers that want one solid wait for the same work.
  Result<std::shared_ptr<const Solid>> get(const std::filesystem::path& file, std::string name,
                                           const SolidOptions& options);
  /// The same for a body that a formula makes: once for a process. `key` names it among all others.
  std::shared_ptr<const Solid> made(const std::string& key, const std::function<Solid()>& make);

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace calx::simulate

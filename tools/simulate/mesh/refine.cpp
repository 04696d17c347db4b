#include "simulate/mesh/refine.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>

namespace calx::simulate {

namespace {

struct PlaceHash {
  std::size_t operator()(const std::array<std::uint32_t, 3>& place) const {
    std::uint64_t hash = 0;
    for (const std::uint32_t word : place) hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
    return hash ^ (hash >> 31);
  }
};

std::array<std::uint32_t, 3> place_of(const cv::Vec3f& v) {
  std::array<std::uint32_t, 3> place;
  for (int axis = 0; axis < 3; ++axis) // + 0: -0 and 0 are one place
    place[static_cast<std::size_t>(axis)] = std::bit_cast<std::uint32_t>(v[axis] + 0.0F);
  return place;
}

double angle_at(const cv::Vec3f& corner, const cv::Vec3f& a, const cv::Vec3f& b) {
  const cv::Vec3f u = a - corner, v = b - corner;
  const double lengths = cv::norm(u) * cv::norm(v);
  return lengths > 0 ? std::acos(std::clamp(u.dot(v) / lengths, -1.0, 1.0)) : 0;
}

/// A side of a triangle, with its direction around it.
struct Side {
  int from, to;
  std::size_t triangle;

  std::pair<int, int> edge() const { return std::minmax(from, to); }
};

/// All sides, those on one edge one after the other.
std::vector<Side> sides_by_edge(const Mesh& mesh) {
  std::vector<Side> sides;
  for (std::size_t i = 0; i < mesh.triangles.size(); ++i)
    for (std::size_t corner = 0; corner < 3; ++corner)
      sides.push_back({mesh.triangles[i][corner], mesh.triangles[i][(corner + 1) % 3], i});
  std::stable_sort(sides.begin(), sides.end(),
                   [](const Side& a, const Side& b) { return a.edge() < b.edge(); });
  return sides;
}

/// Turns triangles so that neighbours agree on which side is out (which of the two does not
/// matter). Edges of more than two triangles are no guide.
void orient(Mesh& mesh) {
  const std::vector<Side> sides = sides_by_edge(mesh);
  struct Neighbour {
    std::size_t triangle;
    bool opposed;
  };
  std::vector<std::vector<Neighbour>> neighbours(mesh.triangles.size());
  for (std::size_t i = 0, end; i < sides.size(); i = end) {
    for (end = i + 1; end < sides.size() && sides[end].edge() == sides[i].edge();) ++end;
    if (end - i != 2) continue;
    const bool opposed = sides[i].from == sides[i + 1].from;
    neighbours[sides[i].triangle].push_back({sides[i + 1].triangle, opposed});
    neighbours[sides[i + 1].triangle].push_back({sides[i].triangle, opposed});
  }

  enum : char { Unseen, Kept, Turned };
  std::vector<char> state(mesh.triangles.size(), Unseen);
  std::vector<std::size_t> open;
  for (std::size_t start = 0; start < state.size(); ++start) {
    if (state[start] != Unseen) continue;
    state[start] = Kept;
    open.push_back(start);
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      for (const auto& [next, opposed] : neighbours[at]) {
        if (state[next] != Unseen) continue;
        state[next] = (state[at] == Turned) != opposed ? Turned : Kept;
        open.push_back(next);
      }
    }
  }
  for (std::size_t i = 0; i < state.size(); ++i)
    if (state[i] == Turned) std::swap(mesh.triangles[i][1], mesh.triangles[i][2]);
}

std::vector<cv::Vec3f> vertex_normals(const Mesh& mesh) {
  std::vector<cv::Vec3f> normals(mesh.vertices.size(), cv::Vec3f(0, 0, 0));
  for (const auto& t : mesh.triangles) {
    const cv::Vec3f p[] = {mesh.vertices[static_cast<std::size_t>(t[0])],
                           mesh.vertices[static_cast<std::size_t>(t[1])],
                           mesh.vertices[static_cast<std::size_t>(t[2])]};
    cv::Vec3f normal = (p[1] - p[0]).cross(p[2] - p[0]);
    const double length = cv::norm(normal);
    if (length <= 0) continue;
    normal *= 1 / length;
    for (int i = 0; i < 3; ++i)
      normals[static_cast<std::size_t>(t[static_cast<std::size_t>(i)])] +=
          normal * static_cast<float>(angle_at(p[i], p[(i + 1) % 3], p[(i + 2) % 3]));
  }
  for (cv::Vec3f& normal : normals) {
    const double length = cv::norm(normal);
    if (length > 0) normal *= 1 / length;
  }
  return normals;
}

/// A cubic Bezier triangle; its surface at the barycentric coordinates u, v, w.
class Patch {
public:
  Patch(const std::array<cv::Vec3f, 3>& p, const std::array<cv::Vec3f, 3>& n) : p_(p) {
    for (std::size_t i = 0; i < 3; ++i) {
      const std::size_t j = (i + 1) % 3;
      near_[i] = edge_point(p[i], p[j], n[i]);
      far_[i] = edge_point(p[j], p[i], n[j]);
    }
    cv::Vec3f ring(0, 0, 0), corners(0, 0, 0);
    for (std::size_t i = 0; i < 3; ++i) {
      ring += near_[i] + far_[i];
      corners += p[i];
    }
    middle_ = ring * (1.0F / 6) + (ring * (1.0F / 6) - corners * (1.0F / 3)) * 0.5F;
  }

  cv::Vec3f at(float u, float v, float w) const {
    return p_[0] * (u * u * u) + p_[1] * (v * v * v) + p_[2] * (w * w * w) +
           near_[0] * (3 * u * u * v) + far_[0] * (3 * u * v * v) + near_[1] * (3 * v * v * w) +
           far_[1] * (3 * v * w * w) + near_[2] * (3 * w * w * u) + far_[2] * (3 * w * u * u) +
           middle_ * (6 * u * v * w);
  }

private:
  /// A third of the way from `from` to `to`, moved into the tangent plane at `from`. No more than
  /// that of a quarter circle, so that a fold of the mesh makes no horn.
  static cv::Vec3f edge_point(const cv::Vec3f& from, const cv::Vec3f& to, const cv::Vec3f& normal) {
    const cv::Vec3f edge = to - from;
    const float limit = 0.5F * static_cast<float>(cv::norm(edge));
    const float lift = std::clamp(edge.dot(normal), -limit, limit);
    return from + (edge - normal * lift) * (1.0F / 3);
  }

  std::array<cv::Vec3f, 3> p_, near_, far_;
  cv::Vec3f middle_;
};

constexpr int kMostParts = 24;

} // namespace

Mesh weld(const Mesh& mesh) {
  Mesh welded;
  std::unordered_map<std::array<std::uint32_t, 3>, int, PlaceHash> known;
  std::vector<int> renamed;
  for (const cv::Vec3f& v : mesh.vertices) {
    const auto [entry, fresh] =
        known.try_emplace(place_of(v), static_cast<int>(welded.vertices.size()));
    if (fresh) welded.vertices.push_back(v);
    renamed.push_back(entry->second);
  }
  for (const auto& t : mesh.triangles) {
    const auto name = [&](std::size_t i) { return renamed[static_cast<std::size_t>(t[i])]; };
    if (name(0) != name(1) && name(1) != name(2) && name(2) != name(0))
      welded.triangles.push_back({name(0), name(1), name(2)});
  }
  return welded;
}

Mesh refine(const Mesh& coarse, double edge_mm) {
  Mesh mesh = weld(coarse);
  orient(mesh);
  const std::vector<cv::Vec3f> normals = vertex_normals(mesh);
  // One number of parts for all: joined patches must share the points on their common edge.
  double squares = 0;
  std::size_t edges = 0;
  for (const auto& t : mesh.triangles)
    for (std::size_t i = 0; i < 3; ++i, ++edges) {
      const cv::Vec3f edge = mesh.vertices[static_cast<std::size_t>(t[(i + 1) % 3])] -
                             mesh.vertices[static_cast<std::size_t>(t[i])];
      squares += edge.dot(edge);
    }
  const double typical = std::sqrt(squares / static_cast<double>(std::max<std::size_t>(edges, 1)));
  const int parts = std::clamp(static_cast<int>(std::ceil(2 * typical / edge_mm)), 1, kMostParts);
  if (parts == 1) return mesh;

  Mesh fine;
  for (const auto& t : mesh.triangles) {
    std::array<cv::Vec3f, 3> p, n;
    for (std::size_t i = 0; i < 3; ++i) {
      p[i] = mesh.vertices[static_cast<std::size_t>(t[i])];
      n[i] = normals[static_cast<std::size_t>(t[i])];
    }
    const Patch patch(p, n);
    const int first = static_cast<int>(fine.vertices.size());
    const float step = 1.0F / static_cast<float>(parts);
    for (int row = 0; row <= parts; ++row)
      for (int i = 0; i <= row; ++i) {
        const float w = step * static_cast<float>(i), v = step * static_cast<float>(row - i);
        fine.vertices.push_back(patch.at(step * static_cast<float>(parts - row), v, w));
      }
    const auto node = [&](int row, int i) { return first + row * (row + 1) / 2 + i; };
    for (int row = 0; row < parts; ++row)
      for (int i = 0; i <= row; ++i) {
        fine.triangles.push_back({node(row, i), node(row + 1, i), node(row + 1, i + 1)});
        if (i < row)
          fine.triangles.push_back({node(row, i), node(row + 1, i + 1), node(row, i + 1)});
      }
  }
  return fine;
}

std::optional<double> enclosed_volume(const Mesh& raw) {
  Mesh mesh = weld(raw);
  orient(mesh);
  const std::vector<Side> sides = sides_by_edge(mesh);
  for (std::size_t i = 0; i < sides.size(); i += 2) {
    const bool pair = i + 1 < sides.size() && sides[i].from == sides[i + 1].to &&
                      sides[i].to == sides[i + 1].from;
    const bool third = i + 2 < sides.size() && sides[i + 2].edge() == sides[i].edge();
    if (!pair || third) return std::nullopt;
  }
  double sum = 0;
  for (const auto& t : mesh.triangles) {
    const auto corner = [&](std::size_t i) {
      return cv::Vec3d(mesh.vertices[static_cast<std::size_t>(t[i])] - mesh.vertices[0]);
    };
    sum += corner(0).dot(corner(1).cross(corner(2))) / 6;
  }
  return std::abs(sum);
}

} // namespace calx::simulate

#include "simulate/deposits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace calx::phantom {
namespace {

using Point = cv::Point2d;

/// A ray that is this short inside a lesion does not show; it is no part of the truth.
constexpr float kVisible_mm = 0.25F;

struct Canvas {
  const Grid& grid;
  const cv::Mat1b& body;
  cv::RNG& random;
  Lesions lesions;

  /// What would stand out of the skin is left away.
  void add(Kind kind, cv::Mat1f path_mm) {
    path_mm.setTo(0, body == 0);
    double peak = 0;
    cv::minMaxLoc(path_mm, nullptr, &peak);
    if (peak < kVisible_mm) return;
    const int label = static_cast<int>(lesions.list.size()) + 1;
    lesions.labels.setTo(label, path_mm > kVisible_mm);
    lesions.apatite_mm += path_mm;
    lesions.list.push_back({label, kind, peak});
  }

  cv::Mat1f path(const std::vector<Part>& parts, double depth, double blend_mm2) const {
    return chord(solid(grid, parts, blend_mm2).half_chord2, depth);
  }

  /// Uneven inside, as deposits are: a factor around 1.
  cv::Mat1f grain(double grain_mm, double strength) {
    return cv::max(1 + strength * noise(grid, grain_mm, random), 0.F);
  }

  Point jitter(double sigma_mm) { return {random.gaussian(sigma_mm), random.gaussian(sigma_mm)}; }
};

/// An irregular stone of several grains.
void add_stone(Canvas& canvas, Point at, double size_mm) {
  std::vector<Part> parts;
  const int grains = 3 + static_cast<int>(size_mm);
  for (int i = 0; i < grains; ++i) {
    const Point p = at + canvas.jitter(size_mm * 0.2);
    const double r = size_mm * canvas.random.uniform(0.14, 0.3);
    parts.push_back({p, p + canvas.jitter(size_mm * 0.1), r, r * 0.8, 0, 0});
  }
  canvas.add(Kind::Deposit, canvas.path(parts, 1.1, 0.3).mul(canvas.grain(0.6, 0.2)));
}

/// Distance in mm to the border between cells around the points: the lucent septa.
cv::Mat1f distance_to_septa(const Grid& grid, const std::vector<Point>& cells) {
  cv::Mat1f d(grid.size);
  for (int y = 0; y < d.rows; ++y) {
    for (int x = 0; x < d.cols; ++x) {
      const Point p = grid.spacing_mm * Point(grid.corner + cv::Point(x, y));
      double nearest = 1e9, second = 1e9;
      for (const Point& c : cells) {
        const double distance = cv::norm(p - c);
        if (distance < nearest)
          second = std::exchange(nearest, distance);
        else
          second = std::min(second, distance);
      }
      d(y, x) = static_cast<float>((second - nearest) / 2);
    }
  }
  return d;
}

/// A layer of lobules, packed side by side with septa between them.
cv::Mat1f layer_of_lobules(Canvas& canvas, const Grid& grid, Point at, double size_mm, int count) {
  std::vector<Part> lobules;
  std::vector<Point> cells;
  const double turn = canvas.random.uniform(0., 6.);
  for (int i = 0; i < count; ++i) {
    const double angle = turn + i * 2.39996; // the golden angle spreads them evenly
    const double out = std::sqrt((i + 0.5) / count) * size_mm * 0.36;
    const Point p = at + Point(out * std::cos(angle) * 0.78, out * std::sin(angle)) +
                    canvas.jitter(0.04 * size_mm);
    const double r = size_mm * canvas.random.uniform(0.6, 1.) / std::sqrt(2.4 * count);
    lobules.push_back({p, p + canvas.jitter(0.05 * size_mm), r, 0.8 * r, 0, 0});
    cells.push_back(p);
  }
  const cv::Mat1f open = cv::min(distance_to_septa(grid, cells) / 0.8, 1.F);
  const cv::Mat1f path = chord(solid(grid, lobules, 14).half_chord2, 0.9);
  return path.mul(0.25 + 0.75 * open);
}

/// Tumor-like: lobules in two layers make one lobulated mass with lucent septa ("chicken wire").
void add_mass(Canvas& canvas, Point at, double size_mm) {
  const cv::Rect box = canvas.grid.reach({{at, at, size_mm, size_mm, 0, 0}}, 0);
  const Grid grid = canvas.grid.cut(box);
  cv::Mat1f path = cv::Mat1f::zeros(canvas.grid.size);
  const cv::Mat1f both = layer_of_lobules(canvas, grid, at, size_mm, 24) +
                         0.7 * layer_of_lobules(canvas, grid, at, 0.9 * size_mm, 11);
  const cv::Mat1f uneven = cv::max(
      0.9 + 0.16 * noise(grid, 2.5, canvas.random) + 0.22 * noise(grid, 9, canvas.random), 0.2F);
  cv::Mat1f(both.mul(uneven)).copyTo(path(box));
  canvas.add(Kind::Deposit, path);
}

/// The line `depth_mm` under the skin, in mm, in order.
std::vector<Point> line_under_skin(const cv::Mat1b& body, double depth_mm, const Grid& grid) {
  cv::Mat1b padded; // the film's edge is no skin
  cv::copyMakeBorder(body, padded, 1, 1, 1, 1, cv::BORDER_REPLICATE);
  cv::Mat1f distance;
  cv::distanceTransform(padded, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  const cv::Mat1b inside = distance > depth_mm / grid.spacing_mm;
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(inside, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  std::vector<Point> line;
  const double margin = 12 / grid.spacing_mm;
  const cv::Rect2d film(margin, margin, grid.size.width - 2 * margin,
                        grid.size.height - 2 * margin);
  for (const auto& outline : outlines) {
    for (const cv::Point& p : outline) {
      if (film.contains(Point(p))) line.push_back(Point(p) * grid.spacing_mm);
    }
  }
  return line;
}

/// Universal: sheets in the fat under the skin, seen from their edge where the skin curves away.
void add_sheets(Canvas& canvas, const cv::Mat1b& body, double fat_mm, int count) {
  for (int i = 0; i < count; ++i) {
    const double depth = canvas.random.uniform(0.7, 1.3) * std::max(fat_mm, 3.0);
    const auto line = line_under_skin(body, depth, canvas.grid);
    if (line.size() < 200) return;
    const double length = canvas.random.uniform(22., 48.);
    const auto steps = static_cast<std::size_t>(length / canvas.grid.spacing_mm);
    // Spread over the outline, so that sheets lie apart.
    const double share = (i + canvas.random.uniform(0.2, 0.8)) / count;
    const auto start = static_cast<std::size_t>(share * double(line.size()));
    std::vector<Part> parts;
    for (std::size_t j = 0; j + 4 < steps; j += 4) {
      const Point a = line[(start + j) % line.size()], b = line[(start + j + 4) % line.size()];
      if (cv::norm(a - b) > 4) break; // the end of a stretch
      const double taper = std::sin(CV_PI * (double(j) + 4) / (double(steps) + 8));
      const double r = (0.35 + 0.75 * taper) * canvas.random.uniform(0.7, 1.2);
      const Point off = canvas.jitter(0.25);
      parts.push_back({a + off, b + off, r, r, 0, 0});
    }
    canvas.add(Kind::Deposit, canvas.path(parts, 2.6, 0.4).mul(canvas.grain(1.2, 0.35)));
  }
}

/// A point on the Catmull-Rom curve through `knots`, `t` in 0..1.
Point on_curve(const std::vector<Point>& knots, double t) {
  const double u = t * double(knots.size() - 1);
  const auto last = static_cast<int>(knots.size()) - 1;
  const int i = std::min(static_cast<int>(u), last - 1);
  const auto k = [&](int j) { return knots[static_cast<std::size_t>(std::clamp(j, 0, last))]; };
  const double f = u - i;
  const Point a = k(i - 1), b = k(i), c = k(i + 1), d = k(i + 2);
  return 0.5 * (2 * b + f * (c - a) + f * f * (2 * a - 5 * b + 4 * c - d) +
                f * f * f * (3 * (b - c) + d - a));
}

/// An artery: its calcified wall, brightest where the ray grazes it, with gaps along the way.
void add_artery(Canvas& canvas, const std::vector<Point>& knots, double radius_mm) {
  std::vector<Part> tube;
  constexpr int kSteps = 120;
  for (int i = 0; i < kSteps; ++i)
    tube.push_back({on_curve(knots, double(i) / kSteps), on_curve(knots, (i + 1.) / kSteps),
                    radius_mm, radius_mm, 0, 0});
  const Solid filled = solid(canvas.grid, tube, 0);
  cv::Mat1f wall = chord(filled.half_chord2, 1) - chord(shrunk(filled, 0.4), 1);
  cv::Mat1f gaps = cv::min(cv::max(0.55 + 0.8 * noise(canvas.grid, 5, canvas.random), 0.F), 1.F);
  canvas.add(Kind::Vascular, wall.mul(gaps) * 0.8);
}

void add_phlebolith(Canvas& canvas, Point at, double radius_mm) {
  const Solid whole = solid(canvas.grid, {{at, at, radius_mm, radius_mm, 0, 0}}, 0);
  const cv::Mat1f shell =
      chord(whole.half_chord2, 1) - 0.9 * chord(shrunk(whole, 0.45 * radius_mm), 1);
  canvas.add(Kind::Phlebolith, cv::max(shell, 0.F));
}

} // namespace

Lesions make_lesions(const Limb& limb, Pattern pattern, bool mimics, const Grid& grid,
                     const cv::Mat1b& body, cv::RNG& random) {
  Canvas canvas{grid, body, random, {cv::Mat1f::zeros(grid.size), cv::Mat1w::zeros(grid.size), {}}};
  if (pattern == Pattern::LimitedIdiopathic) {
    const std::size_t n = std::min<std::size_t>(limb.stone_sites.size(), 3);
    for (std::size_t i = 0; i < n; ++i)
      add_stone(canvas, limb.stone_sites[i], random.uniform(2.2, 4.6));
  }
  if (pattern == Pattern::Localized)
    add_stone(canvas, limb.stone_sites.front(), random.uniform(5., 9.));
  if (pattern == Pattern::TumorLike) add_mass(canvas, limb.mass_site, 60);
  if (pattern == Pattern::Universal) add_sheets(canvas, body, limb.fat_mm, 9);
  if (mimics) {
    add_artery(canvas, limb.vessel, 1.7);
    for (const Point& p : limb.phlebolith_sites)
      add_phlebolith(canvas, p, random.uniform(1.8, 2.6));
  }
  return std::move(canvas.lesions);
}

} // namespace calx::phantom

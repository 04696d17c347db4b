#include "normalise/blank_edges.hpp"

#include "core/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace calx {
namespace {

// Tones, from 0 to 1.
constexpr double kStep = 0.03;       ///< what counts as a step
constexpr double kEven = 0.02;       ///< what counts as equal on a shutter
constexpr double kEvenBright = 0.06; ///< and on unexposed film, which has noise and scatter
constexpr double kLeastBright = 0.6, kMostBlack = 0.04; ///< what may be unexposed, or a shutter

// Pixels. The blur of an edge falls inside it, so that beyond it a blank begins a pixel earlier.
constexpr int kReach = 3, kReachBeyond = 2; ///< from the edge to where a step is measured
constexpr int kDeep = 9, kFar = 8;          ///< and to where the film, or the blank, goes on
constexpr int kSmallest = 4 * kDeep;        ///< side of a picture in which an edge can be told

constexpr int kSpread = 10;           ///< degrees that a step's direction may be off the edge's
constexpr int kMostLooked = 60;       ///< lines that are looked at, most votes first
constexpr int kMostCuts = 10;         ///< a mask's four sides, a window's within, and two corners
constexpr double kLeastLength = 0.15; ///< of an edge, of the picture's shorter side
constexpr double kLeastLeft = 0.55;   ///< of the polygon, by one cut: what is larger is the film
constexpr double kLeastCut = 0.001;   ///< of the picture: a pixel along its longer side

// Shares of the places along a line, chosen on validation films and by looking at real ones.
constexpr double kLeastSteps = 0.9;      ///< steps, of the places that are not blank on both sides
constexpr double kMostBack = 0.03;       ///< steps the other way
constexpr double kLeastOfShutter = 0.35; ///< steps, of all places of a shutter's edge
constexpr double kLeastFlat = 0.85;      ///< places of it beyond which all is of one tone
constexpr double kLeastSharp = 0.8;      ///< height of the film at such an edge, of that further in
constexpr double kMostWavy = 1;          ///< pixels: a skin line that passes all this wavers more

using Polygon = std::vector<cv::Point2d>;

/// The points with normal . p = offset; beyond it lies what may be blank.
struct Line {
  cv::Point2d normal;
  double offset = 0;

  double beyond(cv::Point2d p) const { return normal.dot(p) - offset; }
  cv::Point2d along() const { return {-normal.y, normal.x}; }
  Line shifted(double by) const { return {normal, offset + by}; }
};

Line line_at(int degrees, double offset_from_centre, cv::Point2d centre) {
  const double turn = degrees * CV_PI / 180;
  const cv::Point2d normal(std::cos(turn), std::sin(turn));
  return {normal, offset_from_centre + normal.dot(centre)};
}

/// The part of a convex polygon on the near side of the line.
Polygon cut(const Polygon& polygon, const Line& line) {
  Polygon out;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const cv::Point2d a = polygon[i], b = polygon[(i + 1) % polygon.size()];
    const double da = line.beyond(a), db = line.beyond(b);
    if (da <= 0) out.push_back(a);
    if ((da < 0) != (db < 0) && da != db) out.push_back(a + (b - a) * (da / (da - db)));
  }
  return out;
}

double area(const Polygon& polygon) {
  double twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i)
    twice += polygon[i].cross(polygon[(i + 1) % polygon.size()]);
  return std::abs(twice) / 2;
}

cv::Mat1b filled(const Polygon& polygon, cv::Size size) {
  std::vector<cv::Point> corners;
  constexpr int kShift = 4;
  for (const cv::Point2d& p : polygon)
    corners.emplace_back(cvRound(p.x * (1 << kShift)), cvRound(p.y * (1 << kShift)));
  cv::Mat1b mask(size, uchar(0));
  if (corners.size() > 2) cv::fillConvexPoly(mask, corners, cv::Scalar(255), cv::LINE_8, kShift);
  return mask;
}

float tone_at(const cv::Mat1f& image, cv::Point2d p) {
  const double x = std::clamp(p.x, 0.0, image.cols - 1.001),
               y = std::clamp(p.y, 0.0, image.rows - 1.001);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const auto fx = static_cast<float>(x - x0), fy = static_cast<float>(y - y0);
  const float above = image(y0, x0) + fx * (image(y0, x0 + 1) - image(y0, x0));
  const float below = image(y0 + 1, x0) + fx * (image(y0 + 1, x0 + 1) - image(y0 + 1, x0));
  return above + fy * (below - above);
}

/// Steps of tone across a few pixels.
struct Steps {
  cv::Mat1f size, direction; ///< direction in degrees from 0 to 360, towards the brighter side
};

Steps steps_of(const cv::Mat1f& smooth) {
  static_assert(kReach == 3);
  const cv::Mat1f across = (cv::Mat1f(1, 2 * kReach + 1) << -1, 0, 0, 0, 0, 0, 1);
  cv::Mat1f dx, dy;
  cv::filter2D(smooth, dx, CV_32F, across, {-1, -1}, 0, cv::BORDER_REPLICATE);
  cv::filter2D(smooth, dy, CV_32F, across.t(), {-1, -1}, 0, cv::BORDER_REPLICATE);
  Steps steps;
  cv::cartToPolar(dx, dy, steps.size, steps.direction, true);
  return steps;
}

/// A line that steps voted for.
struct Candidate {
  int votes, degrees, offset; ///< brighter towards `degrees`; offset from the picture's centre
};

/// Lines that many steps lie on, most votes first, one of each handful of neighbours.
std::vector<Candidate> candidates(const Steps& steps, const cv::Mat1b& inside, int least) {
  const cv::Point2d centre((inside.cols - 1) / 2.0, (inside.rows - 1) / 2.0);
  const int reach = static_cast<int>(std::hypot(centre.x, centre.y)) + 2;
  std::array<cv::Point2d, 360> normals;
  for (int d = 0; d < 360; ++d) normals[static_cast<std::size_t>(d)] = line_at(d, 0, {}).normal;
  cv::Mat1i votes(360, 2 * reach + 1, 0);
  for (int y = 0; y < inside.rows; ++y)
    for (int x = 0; x < inside.cols; ++x) {
      if (!inside(y, x) || !(steps.size(y, x) >= kStep)) continue; // nor what is no number
      for (int k = -kSpread; k <= kSpread; ++k) {
        const int degrees = (cvRound(steps.direction(y, x)) + k + 360) % 360;
        const double offset =
            normals[static_cast<std::size_t>(degrees)].dot(cv::Point2d(x, y) - centre);
        ++votes(degrees, cvRound(offset) + reach);
      }
    }
  std::vector<Candidate> all;
  for (int d = 0; d < 360; ++d)
    for (int r = 0; r < votes.cols; ++r)
      if (votes(d, r) >= least) all.push_back({votes(d, r), d, r - reach});
  std::ranges::stable_sort(all, std::greater{}, &Candidate::votes);
  std::vector<Candidate> kept;
  const auto near = [](const Candidate& a, const Candidate& b) {
    const int turn = std::abs(a.degrees - b.degrees);
    return std::min(turn, 360 - turn) <= 3 && std::abs(a.offset - b.offset) <= 6;
  };
  for (const Candidate& c : all) {
    if (kept.size() >= kMostLooked) break;
    if (std::ranges::none_of(kept, [&](const Candidate& k) { return near(k, c); }))
      kept.push_back(c);
  }
  return kept;
}

float median(std::vector<float> values) {
  CV_Assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// What crossing a line from the film to what lies beyond shows.
struct Crossing {
  int steps = 0;          ///< places at which the tone steps as at the edge of a blank
  float blank = 0;        ///< tone beyond these, median
  bool all_along = false; ///< nothing else is there but places that are blank on both sides
};

Crossing look_across(const std::vector<float>& inside, const std::vector<float>& outside,
                     bool bright) {
  std::vector<float> blank;
  int back = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const float step = (outside[i] - inside[i]) * (bright ? 1.0F : -1.0F);
    if (step < -kStep) ++back;
    if (step > kStep) blank.push_back(outside[i]);
  }
  Crossing out;
  if (blank.empty()) return out;
  out.steps = static_cast<int>(blank.size());
  out.blank = median(blank);
  const double even = bright ? kEvenBright : kEven;
  int not_blank = 0; // on both sides
  for (std::size_t i = 0; i < inside.size(); ++i)
    if (std::abs(outside[i] - out.blank) > even || std::abs(outside[i] - inside[i]) > kStep)
      ++not_blank;
  out.all_along = out.steps >= kLeastSteps * not_blank && back <= kMostBack * not_blank;
  return out;
}

/// Is what lies beyond unexposed film? As bright as what is bright within, and even.
bool unexposed(const cv::Mat1f& image, const cv::Mat1b& within, const cv::Mat1b& beyond) {
  if (cv::countNonZero(within) == 0) return false;
  const auto [low, middle] = percentiles(image, beyond, {0.05, 0.5});
  const auto [bright, brightest] = percentiles(image, within, {0.8, 0.97});
  constexpr double kDarker = 0.05; // than the densest bone it may be, for scatter
  constexpr double kUneven = 0.15;
  return middle >= kLeastBright && middle >= brightest - kDarker && low >= bright - kEven &&
         low >= middle - kUneven;
}

/// Degrees that two directions differ by, but for quarter turns.
int off_square(int a, int b) {
  const int rest = (a - b + 360) % 90;
  return std::min(rest, 90 - rest);
}

/// The film as it is cut.
struct Cutting {
  const cv::Mat1f& image;
  const cv::Mat1b& known;
  cv::Mat1f smooth;
  Polygon polygon;

  cv::Mat1b inside(const Polygon& of) const { return filled(of, image.size()) & known; }
  std::vector<float> tones_along(const Line& line, double beyond) const;
};

/// Tones at every pixel of the part of a line that crosses the polygon, so many pixels beyond it.
/// Equally many for every `beyond`.
std::vector<float> Cutting::tones_along(const Line& line, double beyond) const {
  double from = 1e9, to = -1e9;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const cv::Point2d a = polygon[i], b = polygon[(i + 1) % polygon.size()];
    const double da = line.beyond(a), db = line.beyond(b);
    if ((da < 0) == (db < 0) || da == db) continue;
    const double t = line.along().dot(a + (b - a) * (da / (da - db)));
    from = std::min(from, t), to = std::max(to, t);
  }
  std::vector<float> tones;
  constexpr double kCorner = 2;
  for (double t = from + kCorner; t <= to - kCorner; t += 1)
    tones.push_back(tone_at(smooth, line.normal * (line.offset + beyond) + line.along() * t));
  return tones;
}

/// Root mean square distance in pixels of where the tone steps from the straight line through
/// these places: below a pixel at a shutter's edge, not along a skin.
double waviness(const Cutting& film, const Line& line) {
  constexpr int kAround = kReach + 1;
  std::vector<std::vector<float>> tones;
  for (int k = -kAround; k <= kAround; ++k) tones.push_back(film.tones_along(line, k));
  std::vector<cv::Point2f> places; // along the line, beyond it
  for (std::size_t i = 0; i < tones.front().size(); ++i) {
    const float inside = tones.front()[i], outside = tones.back()[i];
    if (inside - outside <= kStep) continue;
    std::size_t k = 0;
    while (tones[k][i] > (inside + outside) / 2) ++k;
    places.emplace_back(static_cast<float>(i), static_cast<float>(k) - kAround);
  }
  if (places.size() < 3) return 0;
  cv::Vec4f fit; // direction, then a point
  cv::fitLine(places, fit, cv::DIST_L2, 0, 0.01, 0.01);
  double squares = 0;
  for (const cv::Point2f& p : places)
    squares += std::pow(fit[0] * (p.y - fit[3]) - fit[1] * (p.x - fit[2]), 2);
  return std::sqrt(squares / static_cast<double>(places.size()));
}

/// Is it the edge of a shutter? It is straight, a film is at its full height there at once, whereas
/// a limb grows thicker behind its skin, and what lies beyond is of one tone.
bool is_shutters_edge(const Cutting& film, const Line& line, float black) {
  const auto deep = film.tones_along(line, -kDeep), inside = film.tones_along(line, -kReach);
  const auto outside = film.tones_along(line, kReachBeyond), beyond = film.tones_along(line, kFar);
  std::vector<float> rise, full_rise;
  int flat = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (std::abs(outside[i] - black) <= kEven && std::abs(beyond[i] - black) <= kEven) ++flat;
    if (inside[i] - outside[i] <= kStep) continue;
    rise.push_back(inside[i] - outside[i]);
    full_rise.push_back(deep[i] - outside[i]);
  }
  const auto length = static_cast<double>(inside.size());
  return rise.size() >= kLeastOfShutter * length && flat >= kLeastFlat * length &&
         median(rise) > kLeastSharp * median(full_rise) && waviness(film, line) < kMostWavy;
}

/// Length of the line's steps where it is the edge of something blank; 0 where it is not.
int length_of_edge(const Cutting& film, const Line& line, bool bright) {
  const Crossing crossing =
      look_across(film.tones_along(line, -kReach), film.tones_along(line, kReachBeyond), bright);
  const int shorter = std::min(film.image.rows, film.image.cols);
  if (crossing.steps < kLeastLength * shorter || !crossing.all_along) return 0;
  if (bright ? crossing.blank < kLeastBright : crossing.blank > kMostBlack) return 0;
  const double share = area(cut(film.polygon, line)) / area(film.polygon);
  if (share < kLeastLeft || share > 0.999) return 0;
  if (!bright && !is_shutters_edge(film, line, crossing.blank)) return 0;
  const cv::Mat1b beyond =
      film.inside(film.polygon) & ~film.inside(cut(film.polygon, line.shifted(kReach / 2.0)));
  if (cv::countNonZero(beyond) < kLeastCut * static_cast<double>(film.image.total())) return 0;
  const bool blank =
      bright ? unexposed(film.image, film.inside(cut(film.polygon, line.shifted(-kReach))), beyond)
             : percentile(film.image, beyond, 0.85) <= kMostBlack; // the rest is letters, rulers
  return blank ? crossing.steps : 0;
}

/// The edge of something blank.
struct Edge {
  Line line;
  int degrees; ///< towards the brighter side
  int length;  ///< of its steps
  bool bright; ///< is the blank
};

/// Those that can be seen on what is left of the film.
std::vector<Edge> blank_edges(const Cutting& film, const std::vector<Candidate>& lines) {
  const cv::Point2d centre((film.image.cols - 1) / 2.0, (film.image.rows - 1) / 2.0);
  std::vector<Edge> edges;
  for (const Candidate& c : lines)
    for (const bool bright : {true, false}) {
      const Line line = bright ? line_at(c.degrees, c.offset, centre)
                               : line_at((c.degrees + 180) % 360, -c.offset, centre);
      for (const int shift : {0, 1, 2, 3, -1}) { // to where the step is over
        const int length = length_of_edge(film, line.shifted(shift), bright);
        if (length == 0) continue;
        edges.push_back({line.shifted(shift), c.degrees, length, bright});
        break;
      }
    }
  return edges;
}

/// How far within the edge the film begins: past its blur, and past the white rim that a shutter
/// set wider than the collimator leaves.
int depth_of_edge(const Cutting& film, const Edge& edge) {
  constexpr int kWidestRim = 14, kBlurOfRim = 2; // pixels
  constexpr double kFall = 0.1;                  // of tone, from the rim to the film
  if (edge.bright) return kReach;
  float brightest = 0;
  for (int depth = 1; depth <= kWidestRim; ++depth) {
    const std::vector<float> tones = film.tones_along(edge.line, -depth);
    if (tones.empty()) break;
    const float tone = median(tones);
    brightest = std::max(brightest, tone);
    if (brightest >= kLeastBright && tone < brightest - kFall)
      return std::max(depth + kBlurOfRim, kReach);
  }
  return kReach;
}

/// A second guard against straight skin in black air: a black edge runs along the picture, or other
/// black edges run along or across it, for a picture is turned as a whole.
bool trusted(const Edge& edge, const std::vector<Edge>& seen) {
  constexpr int kMostTurned = 10, kMostApart = 3;
  if (edge.bright || off_square(edge.degrees, 0) <= kMostTurned) return true;
  return std::ranges::any_of(seen, [&](const Edge& other) {
    const int turn = std::abs(edge.degrees - other.degrees);
    return !other.bright && std::min(turn, 360 - turn) > 45 &&
           off_square(edge.degrees, other.degrees) <= kMostApart;
  });
}

} // namespace

cv::Mat1b cut_along_blank_edges(const cv::Mat1f& image, const cv::Mat1b& known) {
  CV_Assert(known.size() == image.size());
  if (std::min(image.rows, image.cols) < kSmallest) return cv::Mat1b(image.size(), uchar(255));
  const cv::Rect box = cv::boundingRect(known);
  const double left = box.x - 0.5, top = box.y - 0.5;
  const double right = left + box.width, bottom = top + box.height;
  Cutting film{image, known, {}, {{left, top}, {right, top}, {right, bottom}, {left, bottom}}};
  cv::blur(image, film.smooth, {3, 3});
  const int least = static_cast<int>(kLeastLength * std::min(image.rows, image.cols));
  const std::vector<Candidate> lines = candidates(steps_of(film.smooth), known, least);
  std::vector<Edge> done;
  for (int i = 0; i < kMostCuts; ++i) {
    std::vector<Edge> edges = blank_edges(film, lines);
    std::vector<Edge> seen = edges;
    seen.insert(seen.end(), done.begin(), done.end());
    std::erase_if(edges, [&](const Edge& edge) { return !trusted(edge, seen); });
    if (edges.empty()) break;
    done.push_back(*std::ranges::max_element(edges, {}, &Edge::length));
    film.polygon = cut(film.polygon, done.back().line.shifted(-depth_of_edge(film, done.back())));
  }
  return filled(film.polygon, image.size());
}

} // namespace calx

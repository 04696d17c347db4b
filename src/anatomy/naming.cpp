// A hand is a palm with five rays. The palm is the widest disc in the body's outline; what an
// opening by half of that disc takes off, and does not leave the film, are the rays. The wrist lies
// in the widest gap between them; the thumb is the outer ray that diverges more from its neighbour
// and reaches less far. Where the two disagree, or there are not five rays, nothing is named.
#include "anatomy/anatomy.hpp"

#include "core/distance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace calx {
namespace {

// Lengths are in radii of the palm's disc, unless they say otherwise.
constexpr double kCoarseSide = 256;    // pixels: a finger of a whole hand is ten wide
constexpr double kOpening = 0.5;       // wider than a finger, narrower than a forearm
constexpr double kLeastRayArea = 0.15; // in squared radii
constexpr double kLeastRayLength = 0.8;
constexpr double kLeastSlimness = 1.5; // length over width of a ray
constexpr double kLeastWristGap = 0.6 * CV_PI;
constexpr double kDivergence = 1.4;     // of the thumb's angle to the other outer angle
constexpr double kLeastThumbAngle = 20; // degrees
constexpr double kMostThumbAngle = 90;
constexpr double kThumbShorter = 0.25;
constexpr double kSoftTip = 1.0;   // in widths of the ray: skin beyond the tuft
constexpr double kSamePoint = 0.5; // in widths of the ray: a prominence that is the tuft

constexpr std::array kTufts{"thumb_tuft", "index_tuft", "middle_tuft", "ring_tuft", "little_tuft"};

/// A finger outside the palm, in coarse pixels.
struct Ray {
  int label = 0;
  cv::Point2d base, tip;
  double width = 0;

  cv::Point2d axis() const { return (tip - base) / cv::norm(tip - base); }
};

/// The largest piece of the body without its holes.
cv::Mat1b outline_filled(const cv::Mat1b& body) {
  cv::Mat1b filled(body.size(), uchar(0));
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(body, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
  const auto area = [](const auto& outline) { return cv::contourArea(outline); };
  const auto largest = std::ranges::max_element(outlines, {}, area);
  if (largest != outlines.end())
    cv::drawContours(filled, outlines, static_cast<int>(largest - outlines.begin()),
                     cv::Scalar(255), cv::FILLED);
  return filled;
}

struct Hand {
  cv::Point2d palm;
  double radius = 0;
  cv::Mat1i label; ///< number of the ray, 0 elsewhere; rays that were dropped have one as well
  std::vector<Ray> rays;
};

Ray ray_of(const cv::Mat1i& label, int number, cv::Rect box, cv::Point2d palm) {
  std::vector<cv::Point> points;
  cv::findNonZero(label(box) == number, points);
  std::vector<double> reach;
  for (cv::Point& p : points) {
    p += box.tl();
    reach.push_back(cv::norm(cv::Point2d(p) - palm));
  }
  const auto [nearest, furthest] = std::ranges::minmax_element(reach);
  Ray ray;
  ray.label = number;
  ray.tip = points[static_cast<std::size_t>(furthest - reach.begin())];
  int count = 0;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (reach[i] <= *nearest + 2) {
      ray.base += cv::Point2d(points[i]);
      ++count;
    }
  ray.base /= count;
  ray.width = static_cast<double>(points.size()) / std::max(1.0, cv::norm(ray.tip - ray.base));
  return ray;
}

Hand find_hand(const cv::Mat1b& body) {
  Hand hand;
  cv::Mat1b framed;
  cv::copyMakeBorder(outline_filled(body), framed, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  const cv::Rect inner({1, 1}, body.size());
  const cv::Mat1f depth = distance_to_zero(framed)(inner);
  cv::Point palm;
  cv::minMaxLoc(depth, nullptr, &hand.radius, nullptr, &palm);
  hand.palm = palm;
  const double opening = kOpening * hand.radius;
  const cv::Mat1b opened = distance_to_zero(depth <= opening) <= opening + 1;
  cv::Mat1i stats;
  cv::Mat1d centroids;
  const int count = cv::connectedComponentsWithStats(framed(inner) & ~opened, hand.label, stats,
                                                     centroids, 8, CV_32S);
  for (int i = 1; i < count; ++i) {
    const cv::Rect box(stats(i, cv::CC_STAT_LEFT), stats(i, cv::CC_STAT_TOP),
                       stats(i, cv::CC_STAT_WIDTH), stats(i, cv::CC_STAT_HEIGHT));
    const bool cut = box.x == 0 || box.y == 0 || box.br().x == body.cols || box.br().y == body.rows;
    if (cut || stats(i, cv::CC_STAT_AREA) < kLeastRayArea * hand.radius * hand.radius) continue;
    const Ray ray = ray_of(hand.label, i, box, hand.palm);
    const double length = cv::norm(ray.tip - ray.base);
    if (length >= kLeastRayLength * hand.radius && length >= kLeastSlimness * ray.width)
      hand.rays.push_back(ray);
  }
  return hand;
}

/// The rays around the palm, beginning behind the wrist; none where no gap is wide enough for it.
std::vector<Ray> around_palm(const Hand& hand) {
  std::vector<Ray> rays = hand.rays;
  const auto angle = [&](const Ray& r) {
    return std::atan2(r.tip.y - hand.palm.y, r.tip.x - hand.palm.x);
  };
  std::ranges::sort(rays, {}, angle);
  double widest = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < rays.size(); ++i) {
    const std::size_t next = (i + 1) % rays.size();
    const double gap = angle(rays[next]) - angle(rays[i]) + (next == 0 ? 2 * CV_PI : 0);
    if (gap > widest) {
      widest = gap;
      first = next;
    }
  }
  if (widest < kLeastWristGap) return {};
  std::ranges::rotate(rays, rays.begin() + static_cast<std::ptrdiff_t>(first));
  return rays;
}

double degrees_between(const Ray& a, const Ray& b) {
  return std::acos(std::clamp(a.axis().dot(b.axis()), -1.0, 1.0)) * 180 / CV_PI;
}

/// Is the first ray surely the thumb, and do the others reach as fingers do?
bool begins_with_thumb(const std::vector<Ray>& rays, const Hand& hand) {
  const cv::Point2d along = rays[2].axis();
  const auto reach = [&](cv::Point2d p) { return (p - hand.palm).dot(along) / hand.radius; };
  const double thumb_angle = degrees_between(rays[0], rays[1]);
  const double other_angle = degrees_between(rays[4], rays[3]);
  const bool diverges = thumb_angle > kDivergence * other_angle && thumb_angle > kLeastThumbAngle &&
                        thumb_angle < kMostThumbAngle;
  const bool shorter = reach(rays[0].tip) < reach(rays[4].tip) - kThumbShorter &&
                       reach(rays[0].tip) > 0 && reach(rays[0].base) > -0.2;
  const auto finger = [&](const Ray& r) {
    return reach(r.tip) > 0.9 && reach(r.tip) < reach(rays[2].tip) + 0.15;
  };
  return diverges && shorter && std::all_of(rays.begin() + 1, rays.end(), finger);
}

/// Thumb to little finger, or none.
std::vector<Ray> from_thumb(const Hand& hand) {
  if (hand.rays.size() != kTufts.size()) return {};
  std::vector<Ray> rays = around_palm(hand);
  if (rays.empty() || begins_with_thumb(rays, hand)) return rays;
  std::ranges::reverse(rays);
  return begins_with_thumb(rays, hand) ? rays : std::vector<Ray>{};
}

/// The furthest of the bone's points in the ray; nothing where bone ends long before the skin. In
/// working pixels, of which `shrink` make a coarse one.
std::optional<cv::Point2d> tuft(const std::vector<cv::Point>& bone, const Hand& hand,
                                const Ray& ray, double shrink) {
  const cv::Point2d axis = ray.axis();
  std::optional<cv::Point2d> furthest;
  for (const cv::Point& p : bone) {
    const int y = std::min(static_cast<int>((p.y + 0.5) / shrink), hand.label.rows - 1);
    const int x = std::min(static_cast<int>((p.x + 0.5) / shrink), hand.label.cols - 1);
    if (hand.label(y, x) != ray.label) continue;
    if (!furthest || cv::Point2d(p).dot(axis) > furthest->dot(axis)) furthest = p;
  }
  if (furthest && cv::norm(*furthest - ray.tip * shrink) > kSoftTip * ray.width * shrink)
    furthest.reset();
  return furthest;
}

void name_tufts(AnatomyMap& map) {
  const double shrink = std::max(1.0, std::max(map.body.cols, map.body.rows) / kCoarseSide);
  cv::Mat1b body;
  cv::resize(map.body, body, {}, 1 / shrink, 1 / shrink, cv::INTER_AREA);
  const Hand hand = find_hand(body >= 128);
  const std::vector<Ray> rays = from_thumb(hand);
  std::vector<cv::Point> bone;
  cv::findNonZero(map.bone, bone);
  for (std::size_t i = 0; i < rays.size(); ++i) {
    const auto tip = tuft(bone, hand, rays[i], shrink);
    if (!tip) continue;
    const auto distance = [&](const Prominence& p) { return cv::norm(p.point - *tip); };
    const auto nearest = std::ranges::min_element(map.prominences, {}, distance);
    if (distance(*nearest) < kSamePoint * rays[i].width * shrink) nearest->name = kTufts[i];
  }
}

} // namespace

void name_prominences(AnatomyMap& map, Shown shown) {
  const bool flat = shown.view == View::Pa || shown.view == View::Ap || shown.view == View::Unknown;
  if (shown.region == Region::Hand && flat && !map.prominences.empty()) name_tufts(map);
}

} // namespace calx

#include "simulate/anatomy_models.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace calx::phantom {
namespace {

using Point = cv::Point2d;

/// A direction in the image, degrees clockwise from "up".
Point direction(double degrees) {
  const double a = degrees * CV_PI / 180;
  return {std::sin(a), -std::cos(a)};
}

Point across(Point d) {
  return {-d.y, d.x};
}

Part ball(Point at, double r, double cortex, double spongy) {
  return {at, at, r, r, cortex, spongy};
}

struct TubeShape {
  double base, waist, head; ///< half widths
  double cortex;            ///< at mid shaft
};

/// A short tubular bone from its base at `from`: broad base, waist, two-sided head.
Bone tubular(Point from, Point along, double length, TubeShape s, bool tuft) {
  const Point side = across(along);
  const auto at = [&](double share) { return from + share * length * along; };
  const double thin = 0.45, end_r = s.base * 0.5;
  Bone b;
  b.blend_mm2 = 0.6 * s.waist * s.waist;
  const Point base = from + end_r * along;
  b.parts.push_back(
      {base - (s.base - end_r) * side, base + (s.base - end_r) * side, end_r, end_r, thin, 0.3});
  b.parts.push_back({base, at(0.3), s.base * 0.85, s.waist * 1.05, 0.8 * thin, 0.28});
  b.parts.push_back({at(0.22), at(0.55), s.waist * 1.1, s.waist, s.cortex, 0.07});
  b.parts.push_back({at(0.5), at(0.85), s.waist, s.waist * 1.05, s.cortex, 0.09});
  if (tuft) {
    const double r = 0.72 * s.head;
    const Point tip = at(1) - r * along;
    b.parts.push_back({at(0.5), tip, s.waist, r, 0.7, 0.2});
    b.parts.push_back({tip - 0.32 * s.head * side, tip + 0.32 * s.head * side, r, r, thin, 0.35});
    return b;
  }
  const double condyle = s.head * 0.62;
  const Point head = at(1) - condyle * along;
  b.parts.push_back({at(0.78), head, s.waist * 1.05, s.head * 0.8, thin, 0.25});
  b.parts.push_back(ball(head - (s.head - condyle) * side, condyle, thin, 0.3));
  b.parts.push_back(ball(head + (s.head - condyle) * side, condyle, thin, 0.3));
  return b;
}

struct Ray {
  const char* name;
  Point base; ///< of the metacarpal, from the wrist's centre
  double metacarpal_deg, finger_deg;
  std::array<double, 4> lengths; ///< metacarpal and phalanges; 0: the thumb has no middle one
  double width;                  ///< 1: middle finger
};

/// One ray: its bones from the wrist outwards, its flesh, and its landmarks.
void add_ray(Limb& hand, const Ray& ray, Point wrist, cv::RNG& random) {
  const bool thumb = ray.lengths[2] == 0;
  static constexpr std::array kShapes{TubeShape{7.5, 4.1, 7.0, 1.7}, TubeShape{7.4, 4.6, 5.6, 1.4},
                                      TubeShape{6.5, 4.0, 4.9, 1.2}, TubeShape{5.2, 2.7, 3.7, 0.9}};
  static constexpr std::array kHeads{"_mcp_head", "_pip_head", "_dip_head"};
  Point at = wrist + ray.base;
  const double bend = random.uniform(-1.5, 1.5);
  for (std::size_t i = 0; i < 4; ++i) {
    if (ray.lengths[i] == 0) continue;
    const Point along =
        direction(i == 0 ? ray.metacarpal_deg : ray.finger_deg + bend * double(i - 1));
    TubeShape shape = kShapes[i];
    for (double* w : {&shape.base, &shape.waist, &shape.head}) *w *= ray.width;
    Bone bone = tubular(at, along, ray.lengths[i], shape, i == 3);
    if (i > 0) { // the head before it has shaped the base, a joint space apart
      const double r = (i == 1 ? kShapes[0].head : kShapes[i - 1].head * 1.3) * ray.width;
      bone.bite.push_back(ball(at - (r - 0.6) * along, r + 0.9, 0, 0));
    }
    hand.bones.push_back(std::move(bone));
    const Point end = at + ray.lengths[i] * along;
    const double flesh = ray.width * (i == 0 ? 13.5 : i == 1 ? 10.2 : i == 2 ? 9.2 : 8.2);
    const double next = ray.width * (i == 0 ? 11.5 : i == 1 ? 9.6 : i == 2 ? 8.4 : 7.4);
    hand.flesh.push_back({at, i == 3 ? end - 3.5 * along : end, flesh, next, 0, 0});
    const std::string name = std::string(ray.name) + (i == 3            ? "_tuft"
                                                      : thumb && i == 1 ? "_ip_head"
                                                                        : kHeads[i]);
    const double head = kShapes[i].head * ray.width;
    hand.prominences.emplace_back(name, i == 3 ? end : end - 0.7 * head * along);
    if (i == 3) {
      const double s = random.uniform(0, 2) == 0 ? 1 : -1;
      hand.stone_sites.push_back(end - 5 * along + s * 5.6 * ray.width * across(along));
    }
    at = end + 1.2 * along; // the joint space
  }
}

void add_carpus(Limb& hand, Point w, cv::RNG& random) {
  struct Carpal {
    Point a, b;
    double ra, rb;
  };
  const std::array<Carpal, 8> carpals{{{{20, -2}, {23, 3}, 5.6, 5.2},      // trapezium
                                       {{13, -4}, {12, 0}, 4.6, 4.2},      // trapezoid
                                       {{3, -4}, {2, 9}, 5.8, 6.2},        // capitate
                                       {{-10, -3}, {-6, 6}, 6.2, 4.2},     // hamate
                                       {{18, 10}, {11, 16}, 4.8, 5.4},     // scaphoid
                                       {{0, 19}, {-1, 21}, 6.2, 6.4},      // lunate
                                       {{-14, 9}, {-10, 15}, 4.6, 5.2},    // triquetrum
                                       {{-15, 12}, {-14, 14}, 4.0, 4.0}}}; // pisiform
  for (const Carpal& c : carpals) {
    const Point middle = w + 0.5 * (c.a + c.b), side = across((c.b - c.a) / cv::norm(c.b - c.a));
    const double bulge = random.uniform(-1., 1.);
    Bone b{{{w + c.a, w + c.b, c.ra, c.rb, 0.7, 0.3},
            {middle, middle + 2.4 * bulge * side, 0.9 * c.ra, 0.7 * c.rb, 0.7, 0.3}},
           0.95,
           12,
           {}};
    hand.bones.push_back(std::move(b));
  }
}

void add_forearm_ends(Limb& hand, Point w) {
  const Point shaft_r = w + Point(9, 105), end_r = w + Point(7, 36);
  Bone radius{{{shaft_r, w + Point(8, 62), 6.8, 7.5, 2.6, 0.06},
               {w + Point(8, 66), w + Point(-2, 35), 7, 5.5, 0.7, 0.25},
               {w + Point(8, 66), end_r, 7.5, 7.5, 0.8, 0.25},
               {w + Point(8, 66), w + Point(17, 30), 7, 5, 0.7, 0.25},
               {w + Point(18, 32), w + Point(20.5, 25), 4.5, 2.6, 0.7, 0.3}},
              0.85,
              10,
              {}};
  radius.bite = {ball(w + Point(-1, 20.5), 8.6, 0, 0), ball(w + Point(11, 16.5), 8.4, 0, 0)};
  const Point shaft_u = w + Point(-18, 105);
  Bone ulna{{{shaft_u, w + Point(-16, 55), 5.6, 5.4, 2.3, 0.06},
             {w + Point(-16, 60), w + Point(-15, 40), 5.4, 7.2, 0.8, 0.25},
             {w + Point(-19, 38), w + Point(-20.5, 29), 3.2, 1.9, 0.6, 0.3}},
            1,
            6,
            {}};
  hand.bones.push_back(std::move(radius));
  hand.bones.push_back(std::move(ulna));
  hand.prominences.emplace_back("radial_styloid", w + Point(20.5, 23));
  hand.prominences.emplace_back("ulnar_styloid", w + Point(-20.5, 27));
}

} // namespace

double Bone::width_mm() const {
  double narrowest = 1e9;
  for (const Part& p : parts) narrowest = std::min({narrowest, 2 * p.radius_a, 2 * p.radius_b});
  return narrowest;
}

Limb make_hand(cv::RNG& random) {
  Limb hand;
  hand.film_mm = {184, 242};
  const Point wrist(82, 184);
  const double spread = random.uniform(0.9, 1.15);
  const std::array<Ray, 5> rays{{
      {"thumb", {25, -3}, 40, 34, {45, 31, 0, 23}, 1.02},
      {"index", {14, -10}, 8, 9 * spread, {66, 40, 23, 17}, 0.98},
      {"middle", {3, -11}, 0.5, 1 * spread, {63, 44, 28, 18}, 1},
      {"ring", {-8, -10}, -8, -8 * spread, {57, 41, 26, 18}, 0.94},
      {"little", {-16, -6}, -17, -19 * spread, {53, 32, 18, 16}, 0.82},
  }};
  for (const Ray& ray : rays) add_ray(hand, ray, wrist, random);
  // The ball of the thumb and the web beside it, the heel of the hand, the wrist.
  hand.flesh.push_back({wrist + Point(24, -6), wrist + Point(38, -26), 15, 12, 0, 0});
  hand.flesh.push_back({wrist + Point(14, -20), wrist + Point(24, -44), 14, 8, 0, 0});
  hand.flesh.push_back({wrist + Point(-17, 4), wrist + Point(-26, -40), 14, 12, 0, 0});
  for (const double x : {-14., 0., 14.})
    hand.flesh.push_back({wrist + Point(x, -20), wrist + Point(x * 1.1, 110), 15.5, 17, 0, 0});
  add_carpus(hand, wrist, random);
  add_forearm_ends(hand, wrist);
  // Sesamoids of the thumb: normal, and not to be called.
  const Point mcp = hand.prominences.front().second;
  hand.bones.push_back(
      {{{mcp + Point(-5.5, 1), mcp + Point(-4.5, 2.5), 2.2, 2.2, 0.5, 0.4}}, 0.9, 1, {}});
  hand.mass_site = wrist + Point(-34, -30);
  hand.vessel = {wrist + Point(26, 60), wrist + Point(24, 30), wrist + Point(31, 5),
                 wrist + Point(27, -20)};
  hand.phlebolith_sites = {wrist + Point(31, 40), wrist + Point(-28, -8)};
  hand.fat_mm = 2;
  hand.marker_at = {20, 32};
  hand.magnification = 1.03;
  hand.exposure = {52, 1300, 0.11, 18};
  return hand;
}

Limb make_hip(cv::RNG& random) {
  Limb hip;
  hip.film_mm = {248, 288};
  const double k = random.uniform(0.96, 1.04);
  const Point head(104, 112);
  const auto at = [&](double x, double y) { return head + k * Point(x, y); };
  const auto r = [&](double mm) { return k * mm; };
  hip.flesh = {{at(-120, -80), at(-60, 120), r(105), r(80), 0, 0},
               {at(-20, -140), at(20, -30), r(98), r(100), 0, 0},
               {at(20, -30), at(28, 60), r(100), r(92), 0, 0},
               {at(28, 60), at(20, 230), r(92), r(78), 0, 0}};
  hip.flesh_depth = 0.85;
  hip.flesh_blend_mm2 = 900;
  hip.fat_mm = 20;
  Bone femur{{{at(0, 0), at(0, 0), r(23.5), r(23.5), 0.9, 0.32},
              {at(6, 4), at(36, 30), r(17), r(17), 2.4, 0.2},
              {at(50, 16), at(47, 36), r(11.5), r(14), 1.2, 0.2},
              {at(34, 34), at(43, 66), r(20), r(17.5), 2.2, 0.18},
              {at(29, 64), at(30, 70), r(9.5), r(9.5), 1, 0.2},
              {at(43, 62), at(44, 100), r(17), r(15), 5.2, 0.06},
              {at(44, 100), at(42, 200), r(15), r(14.2), 6.2, 0.03}},
             0.95,
             26,
             {}};
  hip.bones.push_back(std::move(femur));
  // The socket leaves a joint space of 4 mm around the head.
  const std::vector<Part> socket{ball(at(0, 0), r(27.5), 0, 0)};
  hip.bones.push_back({{{at(-14, -32), at(14, -31), r(12), r(6), 2.2, 0.25}, // roof
                        {at(-16, -34), at(-20, -66), r(17), r(20), 1.6, 0.16},
                        {at(-20, -60), at(-46, -150), r(20), r(30), 1.4, 0.1}, // iliac wing
                        {at(-18, -56), at(2, -96), r(18), r(16), 1.3, 0.1},
                        {at(0, -90), at(10, -150), r(15), r(26), 1.3, 0.08},
                        {at(7, -38), at(7, -60), r(10), r(7), 1.2, 0.18}, // lower anterior spine
                        {at(-20, -34), at(-30, 12), r(13), r(11), 1.6, 0.18}},
                       0.5,
                       160,
                       socket});
  hip.bones.push_back({{{at(-26, 12), at(-54, 14), r(11), r(8), 1.6, 0.16}, // upper ramus
                        {at(-54, 14), at(-84, 30), r(8), r(10), 1.5, 0.18},
                        {at(-84, 30), at(-90, 50), r(11), r(10), 1.2, 0.2}, // body of the pubis
                        {at(-86, 54), at(-66, 76), r(7), r(6), 1.6, 0.15},  // lower ramus
                        {at(-66, 76), at(-46, 88), r(6), r(9), 1.6, 0.15},
                        {at(-26, 12), at(-30, 44), r(12), r(11), 1.6, 0.18}, // ischium
                        {at(-30, 44), at(-38, 78), r(11), r(14), 1.5, 0.2},
                        {at(-26, 30), at(-19, 37), r(6), r(3), 1, 0.2}}, // its spine
                       0.6,
                       60,
                       socket});
  hip.prominences = {{"greater_trochanter", at(59, 12)},
                     {"lesser_trochanter", at(20, 72)},
                     {"ischial_tuberosity", at(-42, 94)}};
  hip.stone_sites = {at(100, 60), at(96, 95)};
  hip.mass_site = at(86, 34);
  hip.vessel = {at(-14, 40), at(-2, 80), at(-8, 120), at(2, 160), at(-2, 200)};
  hip.phlebolith_sites = {at(-62, -6), at(-74, 4), at(-58, 8)};
  hip.marker_at = {226, 272};
  hip.magnification = 1.14;
  hip.exposure = {75, 900, 0.025, 45}; // with a grid
  return hip;
}

Limb make_leg(cv::RNG& random) {
  Limb leg;
  leg.film_mm = {148, 296};
  const double k = random.uniform(0.96, 1.04);
  const auto at = [&](double x, double y) { return Point(72 + k * x, y); };
  const auto r = [&](double mm) { return k * mm; };
  leg.flesh = {
      {at(-4, -30), at(-3, 40), r(53), r(52), 0, 0}, {at(-3, 40), at(-2, 95), r(52), r(46), 0, 0},
      {at(-2, 95), at(0, 150), r(46), r(37), 0, 0},  {at(0, 150), at(0, 200), r(37), r(32), 0, 0},
      {at(0, 200), at(1, 245), r(32), r(33), 0, 0},  {at(1, 245), at(0, 320), r(33), r(36), 0, 0}};
  leg.flesh_depth = 0.95;
  leg.flesh_blend_mm2 = 300;
  leg.fat_mm = 7;
  leg.bones.push_back({{{at(-6, -30), at(-8, 40), r(17), r(13.5), 5, 0.05},
                        {at(-8, 40), at(-7, 175), r(13.5), r(11.5), 4.8, 0.03},
                        {at(-7, 175), at(-5, 222), r(11.5), r(15), 2.4, 0.1},
                        {at(-5, 215), at(-11, 243), r(13), r(9), 0.9, 0.25},
                        {at(-5, 215), at(7, 243), r(13), r(8), 0.9, 0.25},
                        {at(-5, 215), at(-2, 243), r(13), r(9), 0.9, 0.25},
                        {at(-19, 240), at(-21.5, 257), r(7), r(5), 0.9, 0.28}},
                       0.95,
                       20,
                       {{at(-9, 259), at(12, 259), r(10.5), r(10.5), 0, 0}}});
  leg.bones.push_back({{{at(30, -30), at(27, 100), r(7), r(6.2), 3, 0.05},
                        {at(27, 100), at(23, 215), r(6.2), r(6.6), 2.8, 0.05},
                        {at(23, 215), at(24.5, 248), r(7), r(8.6), 1, 0.22},
                        {at(24.5, 248), at(24, 264), r(8.6), r(5), 0.9, 0.25}},
                       1,
                       6,
                       {}});
  leg.bones.push_back({{{at(-6, 258), at(9, 258), r(8.5), r(8.5), 0.9, 0.3},
                        {at(-7, 265), at(10, 267), r(13), r(12), 0.9, 0.28},
                        {at(2, 280), at(4, 310), r(20), r(22), 1, 0.25}},
                       0.9,
                       20,
                       {}});
  leg.prominences = {{"medial_malleolus", at(-22.5, 262)}, {"lateral_malleolus", at(24, 269)}};
  leg.stone_sites = {at(-26, 228), at(29, 226)};
  leg.mass_site = at(36, 180);
  leg.vessel = {at(14, -5),  at(11, 40), at(14, 80), at(9, 120),
                at(12, 160), at(7, 200), at(10, 236)};
  leg.phlebolith_sites = {at(-36, 120), at(-33, 150), at(40, 90)};
  leg.marker_at = {12, 250};
  leg.magnification = 1.06;
  leg.exposure = {58, 1200, 0.10, 24};
  return leg;
}

} // namespace calx::phantom

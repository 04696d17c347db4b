// Lead letters for the side, arrows, balls and bars: thin plates near the detector.
#include "simulate/deposits/mimics.hpp"
#include "simulate/deposits/sculpt.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

constexpr double kPitch_mm = 0.25;
constexpr int kScale = 4; ///< letters are drawn finer and averaged down

/// A picture of a plate: 255 where it is full thickness.
struct Plate {
  cv::Mat1b stencil; ///< `kPitch_mm` a pixel
  std::string what;
};

constexpr std::array<int, 4> kFaces{cv::FONT_HERSHEY_SIMPLEX, cv::FONT_HERSHEY_DUPLEX,
                                    cv::FONT_HERSHEY_TRIPLEX, cv::FONT_HERSHEY_COMPLEX};

/// The text in black ground, cut to its ink with a margin, `height_mm` tall.
cv::Mat1b lettered(const std::string& text, int face, double height_mm, double stroke_mm) {
  const double px_per_mm = kScale / kPitch_mm;
  constexpr double kCapital = 21; // Hershey units of a capital at scale 1
  const double scale = height_mm * px_per_mm / kCapital;
  const int thickness = std::max(1, static_cast<int>(std::lround(stroke_mm * px_per_mm)));
  int below = 0;
  const cv::Size size = cv::getTextSize(text, face, scale, thickness, &below);
  const int margin = thickness + 4 * kScale;
  cv::Mat1b canvas(size.height + below + 2 * margin, size.width + 2 * margin, uchar{0});
  cv::putText(canvas, text, {margin, margin + size.height}, face, scale, 255, thickness,
              cv::LINE_AA);
  const cv::Rect ink = cv::boundingRect(canvas);
  const cv::Rect framed = cv::Rect(ink.x - 2 * kScale, ink.y - 2 * kScale, ink.width + 4 * kScale,
                                   ink.height + 4 * kScale) &
                          cv::Rect({0, 0}, canvas.size());
  return canvas(framed).clone();
}

cv::Mat1b averaged_down(const cv::Mat1b& fine) {
  cv::Mat1b out;
  cv::resize(fine, out, {fine.cols / kScale + 1, fine.rows / kScale + 1}, 0, 0, cv::INTER_AREA);
  return out;
}

/// Initials of nobody: two or three random capitals.
std::string initials(Random& random) {
  std::string text;
  const int count = random.integer(2, 3);
  for (int i = 0; i < count; ++i) text += static_cast<char>('A' + random.integer(0, 25));
  return text;
}

cv::Mat1b beside(const cv::Mat1b& left, const cv::Mat1b& right, int gap) {
  cv::Mat1b out(std::max(left.rows, right.rows), left.cols + gap + right.cols, uchar{0});
  left.copyTo(out(cv::Rect(0, (out.rows - left.rows) / 2, left.cols, left.rows)));
  right.copyTo(out(cv::Rect(left.cols + gap, (out.rows - right.rows) / 2, right.cols, right.rows)));
  return out;
}

Plate letter_plate(const std::string& side, Random& random) {
  const double style = random.uniform(0, 1);
  // A letter on its own may be large; with a plate or a ring around it, it is smaller.
  const double height = random.log_uniform(7, style < 0.55 ? 20 : 11);
  const double stroke = height * random.uniform(0.08, 0.22);
  const int face = random.pick(std::span<const int>(kFaces));
  cv::Mat1b fine = lettered(side, face, height, stroke);
  if (style < 0.2) // initials beside it, smaller
    fine = beside(fine,
                  lettered(initials(random), cv::FONT_HERSHEY_SIMPLEX, 0.4 * height, 0.06 * height),
                  4 * kScale);
  if (style < 0.55) return {averaged_down(fine), "lead letter"};
  const int border = static_cast<int>(0.35 * height * kScale / kPitch_mm);
  cv::copyMakeBorder(fine, fine, border, border, border, border, cv::BORDER_CONSTANT, 0);
  if (style < 0.72) { // in a ring
    const int side_px = std::max(fine.rows, fine.cols) + 2 * border;
    cv::Mat1b round(side_px, side_px, uchar{0});
    fine.copyTo(round(
        cv::Rect((side_px - fine.cols) / 2, (side_px - fine.rows) / 2, fine.cols, fine.rows)));
    cv::circle(round, {side_px / 2, side_px / 2}, side_px / 2 - 4 * kScale, 255,
               static_cast<int>(0.8 * kScale / kPitch_mm), cv::LINE_AA);
    return {averaged_down(round), "lead letter in a ring"};
  }
  if (style < 0.88) { // cut out of a plate
    cv::Mat1b cut = 255 - fine;
    return {averaged_down(cut), "letter cut out of a lead plate"};
  }
  cv::Mat1b outline, inner; // only the outline of a hollow letter
  cv::dilate(fine, outline,
             cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * kScale + 1, 2 * kScale + 1}));
  cv::erode(fine, inner, cv::getStructuringElement(cv::MORPH_ELLIPSE, {kScale + 1, kScale + 1}));
  return {averaged_down(outline - inner), "hollow letter"};
}

/// Turned by small angles mostly, at times by a right one, as hands lay them down.
cv::Mat1b turned(const cv::Mat1b& stencil, Random& random) {
  double angle = random.normal(0, 5);
  if (random.chance(0.12)) angle += 90 * random.integer(1, 3);
  const int side = static_cast<int>(std::hypot(stencil.rows, stencil.cols)) + 4;
  cv::Mat turn =
      cv::getRotationMatrix2D({(stencil.cols - 1) / 2.F, (stencil.rows - 1) / 2.F}, angle, 1);
  turn.at<double>(0, 2) += (side - stencil.cols) / 2.0;
  turn.at<double>(1, 2) += (side - stencil.rows) / 2.0;
  cv::Mat1b out;
  cv::warpAffine(stencil, out, turn, {side, side}, cv::INTER_LINEAR);
  const cv::Rect ink = cv::boundingRect(out);
  return ink.empty() ? out : out(ink).clone();
}

bool over_body(const Surroundings& space, const cv::Rect2d& box) {
  const Grid& skin = space.anatomy().soft.skin_distance_mm;
  for (int i = 0; i <= 4; ++i)
    for (int j = 0; j <= 4; ++j)
      for (double z = skin.low_mm()[2]; z <= skin.high_mm()[2]; z += 4)
        if (space.depth_mm({box.x + box.width * i / 4, box.y + box.height * j / 4, z}) > -1)
          return true;
  return false;
}

/// Beside the body where there is such a place, else on its edge; always inside the field.
std::optional<cv::Point2d> free_corner(const Surroundings& space, const cv::Size2d& size,
                                       Random& random) {
  const cv::Rect2d& field = space.anatomy().field_mm;
  if (field.width < size.width + 4 || field.height < size.height + 4) return std::nullopt;
  cv::Point2d at;
  for (int attempt = 0; attempt < 300; ++attempt) {
    at = {random.uniform(field.x + 2, field.x + field.width - size.width - 2),
          random.uniform(field.y + 2, field.y + field.height - size.height - 2)};
    if (random.chance(0.6)) { // people like edges
      at.x = random.chance(0.5) ? field.x + random.uniform(2, 8)
                                : field.x + field.width - size.width - random.uniform(2, 8);
      at.x = std::clamp(at.x, field.x + 1, field.x + field.width - size.width - 1);
    }
    if (!over_body(space, {at, size})) return at;
  }
  return at;
}

std::vector<Inclusion> lay_down(const Plate& plate, Material material, double thickness_mm,
                                const Scene& scene, Random& random) {
  const cv::Mat1b stencil = turned(plate.stencil, random);
  const auto at =
      free_corner(scene.space, {stencil.cols * kPitch_mm, stencil.rows * kPitch_mm}, random);
  if (!at) return {};
  const int layers = std::max(1, static_cast<int>(std::lround(thickness_mm / kPitch_mm)));
  const double z = -random.uniform(2, 8) - layers * kPitch_mm;
  Grid grid = Grid::filled({stencil.cols + 2, stencil.rows + 2, layers + 2}, kPitch_mm,
                           {at->x - kPitch_mm, at->y - kPitch_mm, z - kPitch_mm}, 0, 0);
  // Layers are whole, so the density carries what the thickness rounds away.
  const double density = density_g_cm3(material) * thickness_mm / (layers * kPitch_mm);
  for (int k = 1; k <= layers; ++k)
    for (int y = 0; y < stencil.rows; ++y)
      for (int x = 0; x < stencil.cols; ++x)
        grid.at(x + 1, y + 1, k) = static_cast<float>(density * stencil(y, x) / 255.0);
  std::vector<Inclusion> out;
  out.push_back(added(std::move(grid), Kind::Marker, material, plate.what));
  return out;
}

Plate arrow_plate(Random& random) {
  const int px = static_cast<int>(random.uniform(12, 28) * kScale / kPitch_mm);
  cv::Mat1b fine(px / 2, px, uchar{0});
  cv::arrowedLine(fine, {px / 12, px / 4}, {px - px / 12, px / 4}, 255, px / 14, cv::LINE_AA, 0,
                  0.3);
  return {averaged_down(fine), "lead arrow"};
}

Plate ball_plate(Random& random) {
  const int px = static_cast<int>(random.uniform(2, 6) * kScale / kPitch_mm);
  const bool bar = random.chance(0.3);
  cv::Mat1b fine(px + 4 * kScale, (bar ? 4 * px : px) + 4 * kScale, uchar{0});
  if (bar)
    fine(cv::Rect(2 * kScale, 2 * kScale, 4 * px, px)).setTo(255);
  else
    cv::circle(fine, {fine.cols / 2, fine.rows / 2}, px / 2, 255, cv::FILLED, cv::LINE_AA);
  return {averaged_down(fine), bar ? "lead bar" : "lead ball"};
}

} // namespace

std::vector<Inclusion> make_side_letter(const Scene& scene, Random random) {
  const Laterality side = scene.space.anatomy().laterality;
  const bool left = side == Laterality::Left || (side != Laterality::Right && random.chance(0.5));
  const Plate plate = letter_plate(left ? "L" : "R", random);
  const bool thin = random.chance(0.2); // printed or aluminium: grey rather than white
  return lay_down(plate, thin ? Material::Aluminium : Material::Lead,
                  thin ? random.uniform(1, 4) : random.uniform(0.5, 1.5), scene, random);
}

std::vector<Inclusion> make_lead_mark(const Scene& scene, Random random) {
  const Plate plate = random.chance(0.5) ? arrow_plate(random) : ball_plate(random);
  return lay_down(plate, Material::Lead, random.uniform(0.5, 2), scene, random);
}

} // namespace calx::simulate

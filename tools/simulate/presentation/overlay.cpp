#include "simulate/presentation/overlay.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

int pixels_of(double mm, double pitch_mm) {
  return std::max(1, static_cast<int>(mm / pitch_mm + 0.5));
}

cv::Mat1b dilated(const cv::Mat1b& mask, int reach_px) {
  cv::Mat1b grown;
  cv::dilate(mask, grown, cv::Mat(), {-1, -1}, reach_px, cv::BORDER_CONSTANT, 0);
  return grown;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  return lines;
}

/// Letters on a patch of their own: how much ink lies on each pixel, 0 to 255.
cv::Mat1b lettered(const std::vector<std::string>& lines, int height_px, int font, int stroke_px) {
  const double scale = cv::getFontScaleFromHeight(font, height_px, stroke_px);
  const int line_px = height_px * 8 / 5;
  cv::Size extent;
  for (const std::string& line : lines)
    extent.width =
        std::max(extent.width, cv::getTextSize(line, font, scale, stroke_px, nullptr).width);
  extent += cv::Size(2 * height_px, line_px * static_cast<int>(lines.size()) + height_px);
  cv::Mat1b ink(extent, std::uint8_t{0});
  for (std::size_t i = 0; i < lines.size(); ++i)
    cv::putText(ink, lines[i], {height_px / 2, line_px * static_cast<int>(i + 1)}, font, scale, 255,
                stroke_px, cv::LINE_AA);
  return ink;
}

void blend(cv::Mat1f part, const cv::Mat1b& ink, float grey) {
  for (int y = 0; y < part.rows; ++y)
    for (int x = 0; x < part.cols; ++x)
      part(y, x) += (grey - part(y, x)) * static_cast<float>(ink(y, x)) / 255.0F;
}

/// Near a corner, where technicians and workstations put letters.
cv::Point corner_place(cv::Size picture, cv::Size patch, Random& random) {
  const auto along = [&](int whole, int part) {
    const int room = std::max(0, whole - part);
    const int margin = std::min(room, static_cast<int>(random.uniform(0.01, 0.12) * whole));
    return random.chance(0.5) ? margin : room - margin;
  };
  return {along(picture.width, patch.width), along(picture.height, patch.height)};
}

void draw_text(cv::Mat1f& picture, double pitch_mm, const std::string& text, Random random) {
  constexpr std::array<int, 4> fonts{cv::FONT_HERSHEY_SIMPLEX, cv::FONT_HERSHEY_DUPLEX,
                                     cv::FONT_HERSHEY_PLAIN, cv::FONT_HERSHEY_COMPLEX};
  const bool letter = text.size() == 1;
  const double height_mm = letter ? random.log_uniform(5, 16) : random.log_uniform(2, 7);
  const int height_px = std::clamp(pixels_of(height_mm, pitch_mm), 8, picture.rows / 6 + 8);
  const int stroke = std::max(1, static_cast<int>(height_px * random.uniform(0.06, 0.2)));
  cv::Mat1b ink = lettered(lines_of(text), height_px, random.pick<int>(fonts), stroke);
  const bool boxed = random.chance(letter ? 0.35 : 0.1), filled = boxed && random.chance(0.5);
  if (filled)
    cv::subtract(cv::Scalar(255), ink, ink);
  else if (boxed)
    cv::rectangle(ink, cv::Rect({}, ink.size()), 255, stroke);
  const cv::Point at = corner_place(picture.size(), ink.size(), random);
  const cv::Rect box = cv::Rect(at, ink.size()) & cv::Rect({}, picture.size());
  const auto grey = static_cast<float>(random.chance(0.6) ? 1 : random.uniform(0.6, 1));
  blend(picture(box), ink(box - at), grey);
}

void draw_ruler(cv::Mat1f& picture, double pitch_mm, Random random) {
  const bool upright = random.chance(0.6);
  const int whole = upright ? picture.rows : picture.cols;
  const double centimetre_px = 10 / pitch_mm;
  const int count =
      std::min(10 + 5 * random.integer(0, 2), static_cast<int>(0.8 * whole / centimetre_px));
  const double length_px = count * centimetre_px, start_px = (whole - length_px) / 2;
  const int across =
      static_cast<int>(random.uniform(0.01, 0.04) * (upright ? picture.cols : picture.rows));
  const bool far_side = random.chance(0.6);
  const int thick = random.integer(1, 3), tick_px = pixels_of(random.uniform(2, 5), pitch_mm);
  const auto place = [&](double along, int offset) {
    const int side =
        far_side ? (upright ? picture.cols : picture.rows) - 1 - across - offset : across + offset;
    const int run = static_cast<int>(start_px + along);
    return upright ? cv::Point(side, run) : cv::Point(run, side);
  };
  const double grey = random.uniform(0.7, 1);
  cv::line(picture, place(0, 0), place(length_px, 0), grey, thick);
  for (int i = 0; i <= count; ++i)
    cv::line(picture, place(i * centimetre_px, 0),
             place(i * centimetre_px, i % 5 == 0 ? 2 * tick_px : tick_px), grey, thick);
}

void draw_arrow(cv::Mat1f& picture, double pitch_mm, Random random) {
  const cv::Point2d tip(random.uniform(0.25, 0.75) * picture.cols,
                        random.uniform(0.25, 0.75) * picture.rows);
  const double angle = random.uniform(0, 2 * CV_PI);
  const double length_px = pixels_of(random.uniform(8, 25), pitch_mm);
  const cv::Point2d tail = tip + length_px * cv::Point2d(std::cos(angle), std::sin(angle));
  const int thick = std::max(1, static_cast<int>(length_px * random.uniform(0.03, 0.1)));
  cv::arrowedLine(picture, tail, tip, random.chance(0.8) ? 1.0 : 0.0, thick, cv::LINE_8, 0,
                  random.uniform(0.2, 0.4));
}

} // namespace

void draw_shutter(cv::Mat1f& picture, const cv::Mat1b& field, double pitch_mm,
                  const Presentation& presentation, Random random) {
  if (presentation.shutter == Presentation::Shutter::None) return;
  const int gap_px = static_cast<int>(presentation.shutter_gap_mm / pitch_mm + 0.5);
  const cv::Mat1b open = dilated(field, gap_px);
  // Shutters are straight edges put by hand or found by the machine: off by a little.
  const double slip_px = presentation.shutter_gap_mm / pitch_mm;
  const cv::Matx23d slip(1, 0, random.uniform(-slip_px, slip_px), 0, 1,
                         random.uniform(-slip_px, slip_px));
  cv::Mat1b placed;
  cv::warpAffine(open, placed, slip, open.size(), cv::INTER_NEAREST, cv::BORDER_REPLICATE);
  picture.setTo(presentation.shutter == Presentation::Shutter::White ? 1 : 0, placed == 0);
}

void draw_plate_border(cv::Mat1f& picture, double pitch_mm, Random random) {
  const double usual_mm = random.uniform(1, 6);
  for (int side = 0; side < 4; ++side) {
    const bool upright = side < 2;
    const int whole = upright ? picture.cols : picture.rows;
    const int width =
        std::min(whole / 10, pixels_of(usual_mm * random.uniform(0.3, 1.7), pitch_mm));
    const int start = side % 2 == 0 ? 0 : whole - width;
    cv::Mat strip =
        upright ? picture.colRange(start, start + width) : picture.rowRange(start, start + width);
    strip.setTo(random.uniform(0.85, 1));
  }
}

void draw_annotation(cv::Mat1f& picture, double pitch_mm, const Presentation& presentation,
                     const Random& random) {
  if (presentation.scale_bar) draw_ruler(picture, pitch_mm, random.stream("ruler"));
  if (presentation.arrow) draw_arrow(picture, pitch_mm, random.stream("arrow"));
  if (!presentation.burned_text.empty())
    draw_text(picture, pitch_mm, presentation.burned_text, random.stream("text"));
}

void draw_camera(cv::Mat1f& picture, const Presentation& presentation, Random random) {
  const double lens_px = presentation.photographed ? random.uniform(0.6, 1.6) : 0;
  const double blur_px = std::hypot(presentation.softness_px, lens_px);
  if (blur_px > 0) cv::GaussianBlur(picture, picture, {}, blur_px);
  if (presentation.vignetting == 0) return;
  const double strength = presentation.vignetting;
  const double tilt = presentation.photographed ? random.uniform(0, 0.25) : 0;
  const double angle = random.uniform(0, 2 * CV_PI);
  const cv::Point2d middle(random.uniform(0.4, 0.6) * picture.cols,
                           random.uniform(0.4, 0.6) * picture.rows);
  const double reach = std::hypot(picture.cols, picture.rows) / 2;
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x) {
      const double dx = (x - middle.x) / reach, dy = (y - middle.y) / reach;
      const double light =
          1 - strength * (dx * dx + dy * dy) + tilt * (dx * std::cos(angle) + dy * std::sin(angle));
      picture(y, x) *= static_cast<float>(std::clamp(light, 0.0, 1.2));
    }
}

} // namespace calx::simulate

#include "simulate/command/montage.hpp"

#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

void draw_outlines(cv::Mat3b& picture, const Film& film, double shrink) {
  const cv::Scalar red(255, 60, 40), blue(70, 150, 255);
  for (const TruthLesion& lesion : film.truth) {
    const cv::Mat1b mask = film.lesions(lesion.box) == lesion.id;
    std::vector<std::vector<cv::Point>> outlines;
    cv::findContours(mask, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE, lesion.box.tl());
    for (auto& outline : outlines)
      for (cv::Point& at : outline) at = cv::Point(cv::Point2d(at) * shrink);
    cv::polylines(picture, outlines, true, lesion.kind == Kind::Deposit ? red : blue, 1,
                  cv::LINE_AA);
  }
}

} // namespace

cv::Mat3b thumbnail(const Film& film, int side_px, bool outlines) {
  const cv::Mat1b shown = displayed(film.stored);
  const double shrink =
      std::min(1.0, static_cast<double>(side_px) / std::max(shown.rows, shown.cols));
  cv::Mat1b small;
  cv::resize(shown, small, {}, shrink, shrink, cv::INTER_AREA);
  cv::Mat3b picture;
  cv::cvtColor(small, picture, cv::COLOR_GRAY2RGB);
  if (outlines) draw_outlines(picture, film, shrink);
  return picture;
}

cv::Mat3b contact_sheet(std::span<const cv::Mat3b> thumbnails, int side_px) {
  std::vector<cv::Mat3b> shown;
  for (const cv::Mat3b& each : thumbnails)
    if (!each.empty()) shown.push_back(each);
  const int columns =
      std::max(1, static_cast<int>(std::ceil(std::sqrt(static_cast<double>(shown.size())))));
  const int rows = std::max(1, (static_cast<int>(shown.size()) + columns - 1) / columns);
  const int cell = side_px + 4;
  cv::Mat3b sheet(rows * cell, columns * cell, cv::Vec3b(50, 50, 50));
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const int row = static_cast<int>(i) / columns, column = static_cast<int>(i) % columns;
    shown[i].copyTo(sheet(cv::Rect({column * cell, row * cell}, shown[i].size())));
  }
  return sheet;
}

} // namespace calx::simulate

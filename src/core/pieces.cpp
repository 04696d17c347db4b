#include "core/pieces.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace calx {

Pieces number_pieces(const cv::Mat1b& mask) {
  Pieces pieces;
  const auto count =
      static_cast<std::size_t>(cv::connectedComponents(mask, pieces.label, 8, CV_32S));
  pieces.area.assign(count, 0);
  std::vector<cv::Point> first(count, cv::Point(mask.cols, mask.rows));
  std::vector<cv::Point> last(count, cv::Point(-1, -1));
  for (int y = 0; y < mask.rows; ++y) {
    const int* row = pieces.label[y];
    for (int x = 0; x < mask.cols;) {
      const int from = x;
      const auto piece = static_cast<std::size_t>(row[from]);
      while (x < mask.cols && row[x] == row[from]) ++x;
      pieces.area[piece] += x - from;
      first[piece] = {std::min(first[piece].x, from), std::min(first[piece].y, y)};
      last[piece] = {std::max(last[piece].x, x), y + 1};
    }
  }
  for (std::size_t i = 0; i < count; ++i)
    pieces.box.push_back(pieces.area[i] > 0 ? cv::Rect(first[i], last[i]) : cv::Rect());
  return pieces;
}

cv::Mat1b kept_pieces(const cv::Mat1i& label, const std::vector<uchar>& kept) {
  cv::Mat1b mask(label.size());
  for (int y = 0; y < mask.rows; ++y) {
    const int* piece = label[y];
    uchar* out = mask[y];
    for (int x = 0; x < mask.cols; ++x) out[x] = kept[static_cast<std::size_t>(piece[x])];
  }
  return mask;
}

} // namespace calx

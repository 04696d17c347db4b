#include "network/read_outputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <span>
#include <vector>

namespace calx {
namespace {

constexpr std::array<std::string_view, 48> kPlaces{"thumb_tuft",
                                                   "thumb_ip_head",
                                                   "thumb_mcp_head",
                                                   "index_tuft",
                                                   "index_dip_head",
                                                   "index_pip_head",
                                                   "index_mcp_head",
                                                   "middle_tuft",
                                                   "middle_dip_head",
                                                   "middle_pip_head",
                                                   "middle_mcp_head",
                                                   "ring_tuft",
                                                   "ring_dip_head",
                                                   "ring_pip_head",
                                                   "ring_mcp_head",
                                                   "little_tuft",
                                                   "little_dip_head",
                                                   "little_pip_head",
                                                   "little_mcp_head",
                                                   "radial_styloid",
                                                   "ulnar_styloid",
                                                   "olecranon",
                                                   "medial_epicondyle",
                                                   "lateral_epicondyle",
                                                   "coronoid_process",
                                                   "radial_head",
                                                   "acromion",
                                                   "coracoid_process",
                                                   "greater_tubercle",
                                                   "greater_trochanter",
                                                   "lesser_trochanter",
                                                   "ischial_tuberosity",
                                                   "pubic_symphysis",
                                                   "anterior_superior_iliac_spine",
                                                   "patella",
                                                   "medial_femoral_epicondyle",
                                                   "lateral_femoral_epicondyle",
                                                   "tibial_tuberosity",
                                                   "fibular_head",
                                                   "medial_malleolus",
                                                   "lateral_malleolus",
                                                   "calcaneal_tuberosity",
                                                   "fifth_metatarsal_base",
                                                   "first_metatarsal_head",
                                                   "greater_trochanter",
                                                   "lesser_trochanter",
                                                   "ischial_tuberosity",
                                                   "anterior_superior_iliac_spine"};
constexpr int kCell = 4;   ///< pixels of the overview
constexpr int kAround = 2; ///< cells to each side of the best one that count as the same place

float logistic(float z) {
  return 1 / (1 + std::exp(-z));
}

/// Shares of the alternatives whose logits these are; they add up to 1.
std::vector<double> softmax(std::span<const float> logits) {
  const double highest = *std::ranges::max_element(logits);
  std::vector<double> shares;
  double sum = 0;
  for (const float z : logits) {
    shares.push_back(std::exp(z - highest));
    sum += shares.back();
  }
  for (double& share : shares) share /= sum;
  return shares;
}

/// The likeliest place to a fraction of a cell: the centre of mass of the cells around the best.
NamedPoint likeliest_point(const cv::Mat1d& share, std::string_view name) {
  cv::Point best;
  cv::minMaxLoc(share, nullptr, nullptr, nullptr, &best);
  constexpr int side = 2 * kAround + 1;
  const cv::Rect around =
      cv::Rect(best.x - kAround, best.y - kAround, side, side) & cv::Rect({}, share.size());
  const cv::Moments m = cv::moments(share(around).clone());
  cv::Point2d cell = best; // where all shares are too small for a number
  if (m.m00 > 0) cell = {around.x + m.m10 / m.m00, around.y + m.m01 / m.m00};
  return {std::string(name), {(cell.x + 0.5) * kCell - 0.5, (cell.y + 0.5) * kCell - 0.5}, m.m00};
}

/// The likeliest word; gives the logits that are left.
template <class Word>
std::span<const float> read_word(std::span<const float> logits, Guess<Word>& guess) {
  const std::size_t count = words<Word>().size();
  const std::vector<double> shares = softmax(logits.first(count));
  const auto best = std::ranges::max_element(shares);
  guess = {static_cast<Word>(best - shares.begin()), *best};
  return logits.subspan(count);
}

} // namespace

std::span<const std::string_view> network_places() {
  return kPlaces;
}

cv::Mat1f probability_map(const cv::Mat& maps, int index, const cv::Mat1b& field) {
  cv::Mat1f out(field.size());
  cv::parallel_for_({0, out.rows}, [&](const cv::Range& part) {
    for (int y = part.start; y < part.end; ++y) {
      const int channel = 4 * index + 2 * (y % 2);
      const std::array rows{maps.ptr<float>(0, channel, y / 2),
                            maps.ptr<float>(0, channel + 1, y / 2)};
      const uchar* inside = field[y];
      float* to = out[y];
      for (int x = 0; x < out.cols; ++x)
        to[x] = inside[x] ? logistic(rows[static_cast<std::size_t>(x % 2)][x / 2]) : 0;
    }
  });
  return out;
}

std::vector<NamedPoint> named_points(const cv::Mat& places, const cv::Mat& absent,
                                     double min_share) {
  const int rows = places.size[2], columns = places.size[3];
  std::vector<NamedPoint> found;
  for (int i = 0; i < static_cast<int>(kPlaces.size()); ++i) {
    const float* cells = places.ptr<float>(0, i);
    std::vector<float> logits(cells, cells + std::ptrdiff_t{rows} * columns);
    logits.push_back(absent.ptr<float>(0, i)[0]);
    std::vector<double> shares = softmax(logits);
    NamedPoint point = likeliest_point(cv::Mat1d(rows, columns, shares.data()),
                                       kPlaces.at(static_cast<std::size_t>(i)));
    if (point.confidence >= min_share) found.push_back(std::move(point));
  }
  std::ranges::stable_sort(found, std::greater{}, &NamedPoint::confidence);
  return found;
}

void read_film_words(const cv::Mat& film, TissueMaps& maps) {
  const std::span logits(film.ptr<float>(), film.total());
  read_word(read_word(logits, maps.region), maps.view);
}

void read_kinds(const cv::Mat& kinds, SeenRegion& region) {
  const auto shares =
      softmax({kinds.ptr<float>(), kinds.total()}); // deposit, mimic, foreign, neither
  region.deposit = shares[0];
  region.mimic = shares[1];
}

} // namespace calx

#include "network/read_outputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>

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

/// Softmax of one prominence over the cells, whose logits these are, and over "nowhere".
cv::Mat1f shares(const cv::Mat1f& cells, float nowhere) {
  double highest = nowhere;
  for (const float z : cells) highest = std::max<double>(highest, z);
  double sum = std::exp(nowhere - highest);
  for (const float z : cells) sum += std::exp(z - highest);
  cv::Mat1f out(cells.size());
  std::transform(cells.begin(), cells.end(), out.begin(),
                 [&](float z) { return static_cast<float>(std::exp(z - highest) / sum); });
  return out;
}

/// The likeliest place to a fraction of a cell: the centre of mass of the cells around the best.
NamedPoint likeliest_point(const cv::Mat1f& share, std::string_view name) {
  cv::Point best;
  cv::minMaxLoc(share, nullptr, nullptr, nullptr, &best);
  constexpr int side = 2 * kAround + 1;
  const cv::Rect around =
      cv::Rect(best.x - kAround, best.y - kAround, side, side) & cv::Rect({}, share.size());
  const cv::Moments m = cv::moments(share(around).clone());
  cv::Point2d cell = best; // where all shares are too small for a float
  if (m.m00 > 0) cell = {around.x + m.m10 / m.m00, around.y + m.m01 / m.m00};
  return {std::string(name), {(cell.x + 0.5) * kCell - 0.5, (cell.y + 0.5) * kCell - 0.5}, m.m00};
}

/// The likeliest of `count` words from `logits`, and its share of the softmax.
std::pair<int, double> likeliest(const float* logits, int count) {
  const float* best = std::max_element(logits, logits + count);
  double sum = 0;
  for (const float* z = logits; z < logits + count; ++z)
    sum += std::exp(static_cast<double>(*z) - *best);
  return {static_cast<int>(best - logits), 1 / sum};
}

template <class Word>
const float* read_word(const float* logits, int count, Guess<Word>& guess) {
  const auto [index, confidence] = likeliest(logits, count);
  guess = {static_cast<Word>(index), confidence};
  return logits + count;
}

} // namespace

std::span<const std::string_view> network_places() {
  return kPlaces;
}

cv::Mat1f probability_map(const cv::Mat& maps, int index, const cv::Mat1b& field) {
  cv::Mat1f out(field.size());
  for (int y = 0; y < out.rows; ++y) {
    const int channel = 4 * index + 2 * (y % 2);
    const std::array rows{maps.ptr<float>(0, channel, y / 2),
                          maps.ptr<float>(0, channel + 1, y / 2)};
    const uchar* inside = field[y];
    float* to = out[y];
    for (int x = 0; x < out.cols; ++x)
      to[x] = inside[x] ? logistic(rows[static_cast<std::size_t>(x % 2)][x / 2]) : 0;
  }
  return out;
}

std::vector<NamedPoint> named_points(const cv::Mat& places, const cv::Mat& absent,
                                     double min_share) {
  std::vector<NamedPoint> found;
  for (int i = 0; i < static_cast<int>(kPlaces.size()); ++i) {
    cv::Mat1f cells(places.size[2], places.size[3]);
    const float* from = places.ptr<float>(0, i);
    std::copy(from, from + cells.total(), cells.begin());
    NamedPoint point = likeliest_point(shares(cells, absent.ptr<float>(0, i)[0]),
                                       kPlaces.at(static_cast<std::size_t>(i)));
    if (point.confidence >= min_share) found.push_back(std::move(point));
  }
  std::ranges::stable_sort(found, std::greater{}, &NamedPoint::confidence);
  return found;
}

void read_film_words(const cv::Mat& film, TissueMaps& maps) {
  const float* logits = film.ptr<float>();
  logits = read_word(logits, static_cast<int>(words<Region>().size()), maps.region);
  read_word(logits, static_cast<int>(words<View>().size()), maps.view);
}

void read_kinds(const cv::Mat& kinds, SeenRegion& region) {
  const float* logits = kinds.ptr<float>(); // deposit, mimic, neither
  const double highest = *std::max_element(logits, logits + 3);
  std::array<double, 3> share{};
  std::transform(logits, logits + 3, share.begin(), [&](float z) { return std::exp(z - highest); });
  const double sum = share[0] + share[1] + share[2];
  region.deposit = share[0] / sum;
  region.mimic = share[1] / sum;
}

} // namespace calx

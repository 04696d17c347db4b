#include "network/read_outputs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

constexpr std::array<std::string_view, 44> kProminences{"thumb_tuft",
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
                                                        "first_metatarsal_head"};
constexpr int kCell = 8;         ///< working pixels of a cell of the heat maps
constexpr double kApart_mm = 25; ///< two peaks of one name, left and right, are further apart
constexpr std::size_t kMostOfAName = 2;

float logistic(float z) {
  return 1 / (1 + std::exp(-z));
}

/// The peak to a fraction of a cell: the centre of mass of the cells around it.
cv::Point2d refined(const cv::Mat1f& heat, cv::Point peak) {
  const cv::Rect around = cv::Rect(peak.x - 1, peak.y - 1, 3, 3) & cv::Rect({}, heat.size());
  const cv::Moments m = cv::moments(heat(around).clone());
  return {around.x + m.m10 / m.m00, around.y + m.m01 / m.m00};
}

/// The highest cells of one map that are far from each other.
std::vector<NamedPoint> peaks_of(cv::Mat1f heat, std::string_view name, double min_peak,
                                 double pitch_mm) {
  std::vector<NamedPoint> found;
  const int apart = std::max(1, static_cast<int>(kApart_mm / pitch_mm / kCell));
  while (found.size() < kMostOfAName) {
    cv::Point peak;
    double height = 0;
    cv::minMaxLoc(heat, nullptr, &height, nullptr, &peak);
    if (height < min_peak) break;
    const cv::Point2d at = refined(heat, peak);
    found.push_back(
        {std::string(name), {(at.x + 0.5) * kCell - 0.5, (at.y + 0.5) * kCell - 0.5}, height});
    cv::circle(heat, peak, apart, cv::Scalar(0), cv::FILLED);
  }
  return found;
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

std::span<const std::string_view> network_prominences() {
  return kProminences;
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

std::vector<NamedPoint> named_peaks(const cv::Mat& heat, double min_peak, double pitch_mm) {
  std::vector<NamedPoint> found;
  for (std::size_t i = 0; i < kProminences.size(); ++i) {
    cv::Mat1f map(heat.size[2], heat.size[3]);
    const float* from = heat.ptr<float>(0, static_cast<int>(i));
    std::transform(from, from + map.total(), map.begin(), logistic);
    std::ranges::move(peaks_of(map, kProminences.at(i), min_peak, pitch_mm),
                      std::back_inserter(found));
  }
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

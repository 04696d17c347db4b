#include "simulate/physics/bone_texture.hpp"
#include "simulate/core/random.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

/// A tile as rows of one plane each. Once blurred it is as good as normal, and quicker to draw.
cv::Mat1f white_noise(int side, std::uint64_t seed) {
  cv::Mat1f noise(side, side * side);
  Random random(seed);
  for (float& value : noise) value = static_cast<float>(random.uniform(-1, 1));
  return noise;
}

/// Blurs the first index of a matrix as if it went round in a circle.
void blur_round(cv::Mat1f& rows, double sigma) {
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  cv::Mat1f wide;
  cv::copyMakeBorder(rows, wide, reach, reach, 0, 0, cv::BORDER_WRAP);
  cv::GaussianBlur(wide, wide, {1, 2 * reach + 1}, sigma, sigma, cv::BORDER_REPLICATE);
  wide.rowRange(reach, reach + rows.rows).copyTo(rows);
}

/// Blur across (x and y) and along (z), round, then a mean of 0 and a deviation of 1.
cv::Mat1f blurred(const cv::Mat1f& noise, double across, double along) {
  cv::Mat1f result = noise.clone();
  blur_round(result, along);
  const int side = noise.rows;
  for (int z = 0; z < side; ++z) {
    cv::Mat1f plane(side, side, result.ptr<float>(z)), turned;
    blur_round(plane, across);
    turned = plane.t();
    blur_round(turned, across);
    cv::Mat1f(turned.t()).copyTo(plane);
  }
  cv::Scalar mean, deviation;
  cv::meanStdDev(result, mean, deviation);
  result = (result - mean[0]) / deviation[0];
  return result;
}

} // namespace

NoiseTile::NoiseTile(const cv::Mat1f& planes, float scale, float shift)
    : scale_(scale), shift_(shift), bits_(0), mask_(planes.rows - 1) {
  while (1 << bits_ < planes.rows) ++bits_;
  values_.reserve(planes.total());
  for (const float value : planes)
    values_.push_back(cv::saturate_cast<std::uint8_t>((value + shift) / scale));
}

NoiseTile NoiseTile::trabeculae() {
  // Strands about 2 nodes thick and 4 to 5 apart; groups of them are denser than others.
  constexpr int side = 128;
  const cv::Mat1f noise = white_noise(side, 0x7472616265637561);
  const cv::Mat1f strands = blurred(noise, 1.0, 2.8) - 0.55 * blurred(noise, 2.6, 6.0);
  cv::Mat1f tile = strands + 0.4 * blurred(white_noise(side, 0x67726f757073), 5, 9);
  cv::exp(0.85 * tile, tile);
  tile /= cv::mean(tile)[0];
  tile = cv::min(tile, 5.F);
  tile /= cv::mean(tile)[0];
  return {tile, 5.5F / 255, 0};
}

NoiseTile NoiseTile::hills() {
  const cv::Mat1f noise = white_noise(64, 0x68696c6c73);
  return {blurred(noise, 0.5 * hill_width, 0.8 * hill_width), 6.F / 255, 3};
}

const NoiseTile& trabecular_tile() {
  static const NoiseTile tile = NoiseTile::trabeculae();
  return tile;
}

const NoiseTile& hill_tile() {
  static const NoiseTile tile = NoiseTile::hills();
  return tile;
}

} // namespace calx::simulate

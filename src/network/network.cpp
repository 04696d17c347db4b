#include "network/network.hpp"

#include "network/inference.hpp"
#include "network/read_outputs.hpp"
#include "network/standard_network.hpp"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace calx {
namespace {

constexpr int kMultiple = 64; ///< of the padded film's sides: pairs of pixels, halved five times

/// The film's tone, black outside the field, padded below and to the right, each 2 x 2 block as
/// four channels.
cv::Mat input_blocks(const NormalisedFilm& film) {
  const auto padded = [](int side) { return (side + kMultiple - 1) / kMultiple * kMultiple; };
  cv::Mat1f tone(padded(film.density.rows), padded(film.density.cols), 0.0F);
  film.density.copyTo(tone(cv::Rect({}, film.density.size())), film.field);
  const std::array<int, 4> shape{1, 4, tone.rows / 2, tone.cols / 2};
  cv::Mat blocks(static_cast<int>(shape.size()), shape.data(), CV_32F);
  for (int row = 0; row < tone.rows; ++row) {
    const float* from = tone[row];
    for (int odd = 0; odd < 2; ++odd) {
      float* to = blocks.ptr<float>(0, 2 * (row % 2) + odd, row / 2);
      for (int x = 0; x < tone.cols / 2; ++x) to[x] = from[2 * x + odd];
    }
  }
  return blocks;
}

constexpr int kThumbnail = 160; ///< pixels a side

/// The field's bounding box, its longer side that of the thumbnail, in the middle of black; the
/// same as thumbnail() of tools/train/thumbnails.py.
cv::Mat thumbnail(const NormalisedFilm& film) {
  const std::array<int, 4> shape{1, 1, kThumbnail, kThumbnail};
  cv::Mat out(static_cast<int>(shape.size()), shape.data(), CV_32F, cv::Scalar(0));
  const cv::Rect box = cv::boundingRect(film.field);
  if (box.empty()) return out;
  cv::Mat1f shown(box.size(), 0.0F);
  film.density(box).copyTo(shown, film.field(box));
  const double scale = kThumbnail / static_cast<double>(std::max(box.width, box.height));
  const cv::Size size(std::max(1, cvRound(box.width * scale)),
                      std::max(1, cvRound(box.height * scale)));
  cv::Mat1f picture(kThumbnail, kThumbnail, out.ptr<float>());
  const cv::Point corner((kThumbnail - size.width) / 2, (kThumbnail - size.height) / 2);
  cv::resize(shown, picture(cv::Rect(corner, size)), size, 0, 0, cv::INTER_AREA);
  return out;
}

} // namespace

struct Network::Impl {
  std::string description;
  InferencePool pool;
};

Network::Network(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Network::~Network() = default;

Result<std::shared_ptr<const Network>> Network::read(std::string_view onnx,
                                                     std::string description) {
  auto pool = InferencePool::open(onnx);
  if (!pool) return tl::unexpected(pool.error());
  auto impl = std::make_unique<Impl>(Impl{std::move(description), *std::move(pool)});
  return std::shared_ptr<const Network>(new Network(std::move(impl)));
}

std::shared_ptr<const Network> Network::standard() {
  static const std::shared_ptr<const Network> network = [] {
    auto read = Network::read(kStandardNetwork, std::string(kStandardNetworkDescription));
    if (!read) throw std::logic_error("the built-in network: " + read.error().to_string());
    return *std::move(read);
  }();
  return network;
}

std::vector<cv::Mat> Network::answer(const cv::Mat& tone, const cv::Mat& thumbnail) const {
  return impl_->pool.forward(tone, thumbnail);
}

const std::string& Network::description() const {
  return impl_->description;
}

void NetworkParams::describe(ParameterList& list) {
  list.stage("network");
  list.add("use", use,
           "outline body, bone and deposits and name prominences with the trained network; false: "
           "by thresholds");
  list.add("min_peak", min_peak, "1", 0, 1,
           "least height of a peak at which a bony prominence is named");
  list.add("min_word_confidence", min_word_confidence, "1", 0, 1,
           "least confidence at which the network's word for region and view is taken, where "
           "neither the user nor the file has one");
}

TissueMaps Network::see(const NormalisedFilm& film, const NetworkParams& params,
                        const Trace& trace) const {
  const std::vector<cv::Mat> outputs = answer(input_blocks(film), thumbnail(film));
  TissueMaps maps;
  const auto map = [&](int index) { return probability_map(outputs[0], index, film.field); };
  maps.body = map(0);
  maps.bone = map(1);
  maps.deposit = map(2);
  maps.mimic = map(3);
  maps.prominences = named_peaks(outputs[1], params.min_peak, film.grid.pitch_mm);
  read_film_words(outputs[2], maps);
  if (trace) {
    trace("3-network/body", maps.body);
    trace("3-network/bone", maps.bone);
    trace("3-network/deposit", maps.deposit);
    trace("3-network/mimic", maps.mimic);
    trace("3-network/foreign", map(4));
  }
  return maps;
}

} // namespace calx

#include "network/network.hpp"

#include "network/inference.hpp"
#include "network/make_inputs.hpp"
#include "network/read_outputs.hpp"
#include "network/standard_network.hpp"

#include <stdexcept>

namespace calx {
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
  const std::vector<cv::Mat> outputs = answer(tone_input(film), thumbnail_input(film));
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

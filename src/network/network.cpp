#include "network/network.hpp"

#include "network/inference.hpp"
#include "network/make_inputs.hpp"
#include "network/patches.hpp"
#include "network/read_outputs.hpp"
#include "network/regions.hpp"
#include "network/standard_network.hpp"
#include "network/tensor.hpp"

#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace calx {
namespace {

/// Positions a side of the smallest tone that the U-Net takes, for where only words are asked.
constexpr int kLeastTone = 32;

} // namespace

struct Network::Impl {
  std::vector<std::string> descriptions;
  InferencePool films, regions;
};

Network::Network(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Network::~Network() = default;

Result<std::shared_ptr<const Network>> Network::read(std::string_view films,
                                                     std::string_view regions,
                                                     std::vector<std::string> descriptions) {
  auto of_films =
      InferencePool::open(films, {"tone", "overview"}, {"maps", "film", "places", "absent"});
  if (!of_films) return tl::unexpected(of_films.error());
  auto of_regions = InferencePool::open(regions, {"patches"}, {"kinds"});
  if (!of_regions) return tl::unexpected(of_regions.error());
  auto impl = std::make_unique<Impl>(
      Impl{std::move(descriptions), *std::move(of_films), *std::move(of_regions)});
  return std::shared_ptr<const Network>(new Network(std::move(impl)));
}

std::shared_ptr<const Network> Network::standard() {
  static const std::shared_ptr<const Network> network = [] {
    auto read = Network::read(kFilmNetwork, kRegionNetwork,
                              {std::string(kFilmNetworkName), std::string(kRegionNetworkName)});
    if (!read) throw std::logic_error("a built-in network: " + read.error().to_string());
    return *std::move(read);
  }();
  return network;
}

std::vector<cv::Mat> Network::answer(const cv::Mat& tone, const cv::Mat& overview) const {
  return impl_->films.forward({tone, overview});
}

cv::Mat Network::judge(const cv::Mat& patches) const {
  return impl_->regions.forward({patches})[0];
}

const std::vector<std::string>& Network::descriptions() const {
  return impl_->descriptions;
}

void NetworkParams::describe(ParameterList& list) {
  list.stage("network");
  list.add("use", use,
           "outline body, bone and deposits and name prominences with the trained networks; false: "
           "by thresholds");
  list.add("min_place_share", min_place_share, "1", 0, 1,
           "a bony prominence is named where it lies with at least this probability");
  list.add("min_word_confidence", min_word_confidence, "1", 0, 1,
           "least confidence at which the network's word for region and view is taken, where "
           "neither the user nor the file has one");
  list.add("min_marked_score", min_marked_score, "1", 0, 1,
           "regions that calx-net marks less surely are not looked at again, nor reported: the "
           "probability of being calcified that nine tenths of their pixels stay below");
}

Guess<Region> Network::glance(const NormalisedFilm& film) const {
  const cv::Mat nothing = tensor(4, kLeastTone, kLeastTone);
  TissueMaps maps;
  read_film_words(answer(nothing, overview_input(film))[1], maps);
  return maps.region;
}

namespace {

/// Asks the second network about each region, and gives each an outline of its own.
void look_closely(const Network& network, const MarkedFilm& marked,
                  std::vector<SeenRegion>& regions) {
  const RegionViewer viewer(marked);
  for (SeenRegion& region : regions) {
    read_kinds(network.judge(viewer.patches(region)), region);
    region = outlined(marked.calcified, region);
  }
}

void show(const MarkedFilm& marked, const Trace& trace) {
  trace("3-network/body", marked.body);
  trace("3-network/bone", marked.bone);
  trace("3-network/calcified", marked.calcified);
  trace("3-network/mimic", marked.mimic);
  trace("3-network/foreign", marked.foreign);
}

} // namespace

TissueMaps Network::see(const NormalisedFilm& film, const NetworkParams& params,
                        const Trace& trace) const {
  const std::vector<cv::Mat> outputs = answer(tone_input(film), overview_input(film));
  TissueMaps maps;
  const auto map = [&](int index) { return probability_map(outputs[0], index, film.field); };
  maps.body = map(0);
  maps.bone = map(1);
  const cv::Mat1f calcified = map(2);
  maps.regions = candidate_regions(calcified, params.min_marked_score);
  if (!maps.regions.empty() || trace) {        // on most films nothing asks for the rest
    cv::Mat1f tone(film.density.size(), 0.0F); // black outside the field, as in training
    film.density.copyTo(tone, film.field);
    const MarkedFilm marked{tone, calcified, map(3), map(4), maps.body, maps.bone};
    look_closely(*this, marked, maps.regions);
    if (trace) show(marked, trace);
  }
  read_film_words(outputs[1], maps);
  if (const cv::Rect box = cv::boundingRect(film.field); !box.empty()) {
    maps.prominences = named_points(outputs[2], outputs[3], params.min_place_share);
    for (NamedPoint& point : maps.prominences) point.at = from_overview(point.at, box);
    const cv::Rect2d shown = cv::Rect2d(box) - cv::Point2d(0.5, 0.5);
    std::erase_if(maps.prominences, [&](const NamedPoint& p) { return !shown.contains(p.at); });
  }
  return maps;
}

} // namespace calx

// What a trained network sees on a film: tissues pixel by pixel, named bony prominences, and which
// part of the body the film shows.
//
// A small U-Net (Ronneberger et al., MICCAI 2015) says what lies where, a smaller network that sees
// the whole film from afar which part of the body it shows and where its prominences lie, and a
// third one looks closely at each region that the first has marked. All are trained by tools/train
// and run by OpenCV's dnn module on the processor. Their cards are in models/README.md.
#pragma once

#include "core/error.hpp"
#include "core/parameter.hpp"
#include "core/trace.hpp"
#include "core/vocabulary.hpp"
#include "normalise/normalise.hpp"

#include <memory>
#include <opencv2/core.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calx {

struct NetworkParams {
  bool use = true;
  double min_place_share = 0.5;
  double min_word_confidence = 0.6;
  double min_marked_score = 0.9;

  void describe(ParameterList& list);
};

/// A bony prominence that was recognised.
struct NamedPoint {
  std::string name;      ///< word of the vocabulary, without left_ or right_
  cv::Point2d at;        ///< working-grid pixels, inside the box of the exposed field
  double confidence = 0; ///< 0..1: how probable it is that it lies about there
};

/// The most likely word of a vocabulary, and how likely it is.
template <class Word>
struct Guess {
  Word word{};
  double confidence = 0; ///< 0..1
};

/// A region that may be calcified.
struct SeenRegion {
  cv::Rect box;       ///< on the working grid
  cv::Mat1b mask;     ///< size of `box`, 255 inside
  double deposit = 0; ///< 0..1: how probable it is that this is calcinosis, ...
  double mimic = 0;   ///< ... and that it is calcified, but something else: a vessel, a phlebolith
  double marked = 0;  ///< 0..1: nine tenths of the pixels that were judged are at most so calcified
};

/// Probabilities on the working grid, 0 outside the exposed field, and what is found on them.
/// The maps of what is calcified, of mimics and of foreign bodies go to the network that judges
/// regions and to the trace, the side nowhere: nothing uses it.
struct TissueMaps {
  cv::Mat1f body, bone;
  std::vector<SeenRegion> regions;     ///< marked surely enough; also over bone; some overlap
  std::vector<NamedPoint> prominences; ///< best first; at most two of a name
  Guess<Region> region{Region::Other, 0};
  Guess<View> view{View::Unknown, 0};
};

/// What the network can find a place for, in the order of its outputs. Of a name that comes
/// twice both sides can be on a film: the second lies to the right of the first.
std::span<const std::string_view> network_places();

/// The one object of the data path that outlives a film: the loaded networks.
class Network {
public:
  /// Reads the bytes of two ONNX files, of the networks for films and for regions; `descriptions`
  /// are repeated in every result. Errors: bad-model.
  static Result<std::shared_ptr<const Network>>
  read(std::string_view films, std::string_view regions, std::vector<std::string> descriptions);
  /// Those that are compiled in; loaded once, at the first call.
  static std::shared_ptr<const Network> standard();
  ~Network();

  /// May be called from many threads; the same film gives the same maps on any number of them.
  TissueMaps see(const NormalisedFilm& film, const NetworkParams& params = {},
                 const Trace& trace = {}) const;
  /// Which part of the body the film shows, for a fraction of the time of `see`: from afar films of
  /// any scale look alike.
  Guess<Region> glance(const NormalisedFilm& film) const;
  /// The raw outputs "maps", "film", "places" and "absent" for a 1 x 4 x H x W tone whose sides are
  /// multiples of 32 and a 1 x 1 x 256 x 256 overview: tools/train/network.py defines them.
  std::vector<cv::Mat> answer(const cv::Mat& tone, const cv::Mat& overview) const;
  /// The raw output "kinds" for the 1 x 18 x 48 x 48 patches of one region.
  cv::Mat judge(const cv::Mat& patches) const;
  const std::vector<std::string>& descriptions() const;

private:
  struct Impl;
  explicit Network(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace calx

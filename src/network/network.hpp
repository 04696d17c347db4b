// What a trained network sees on a film: tissues pixel by pixel, named bony prominences, and which
// part of the body the film shows.
//
// The network is a small U-Net (Ronneberger et al., MICCAI 2015) for what lies where and a smaller
// one that sees the whole film from afar, trained by tools/train and run by OpenCV's dnn module on
// the processor. Its card is in models/README.md.
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
  double min_peak = 0.3;
  double min_word_confidence = 0.6;

  void describe(ParameterList& list);
};

/// A bony prominence that was recognised.
struct NamedPoint {
  std::string name;      ///< word of the vocabulary, without left_ or right_
  cv::Point2d at;        ///< working-grid pixels
  double confidence = 0; ///< 0..1: height of the peak
};

/// The most likely word of a vocabulary, and how likely it is.
template <class Word>
struct Guess {
  Word word{};
  double confidence = 0; ///< 0..1
};

/// Probabilities on the working grid, 0 outside the exposed field. The network's further outputs,
/// foreign bodies and the side, go to the trace alone or nowhere: nothing uses them yet.
struct TissueMaps {
  cv::Mat1f body, bone;
  cv::Mat1f deposit;                   ///< calcinosis, also where it lies over bone
  cv::Mat1f mimic;                     ///< calcified, but not calcinosis: vessels, phleboliths, ...
  std::vector<NamedPoint> prominences; ///< by name, then best first; at most two of a name
  Guess<Region> region{Region::Other, 0};
  Guess<View> view{View::Unknown, 0};
};

/// The prominences that the network can name, in the order of its outputs.
std::span<const std::string_view> network_prominences();

/// The one object of the data path that outlives a film: the loaded network.
class Network {
public:
  /// Reads the bytes of an ONNX file; `description` is repeated in every result. Errors: bad-model.
  static Result<std::shared_ptr<const Network>> read(std::string_view onnx,
                                                     std::string description);
  /// The one that is compiled in; loaded once, at the first call.
  static std::shared_ptr<const Network> standard();
  ~Network();

  /// May be called from many threads; the same film gives the same maps on any number of them.
  TissueMaps see(const NormalisedFilm& film, const NetworkParams& params = {},
                 const Trace& trace = {}) const;
  /// The raw outputs "maps", "heat" and "film" for a 1 x 4 x H x W tone whose sides are multiples
  /// of 32 and a 1 x 1 x 160 x 160 thumbnail: tools/train/network.py defines them.
  std::vector<cv::Mat> answer(const cv::Mat& tone, const cv::Mat& thumbnail) const;
  const std::string& description() const;

private:
  struct Impl;
  explicit Network(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace calx

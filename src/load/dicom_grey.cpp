#include "load/dicom_grey.hpp"

#include <algorithm>
#include <cmath>

namespace calx::load {
namespace {

/// The stored value in a sample's bit pattern: bits above and below it may hold old overlays.
int stored_value(unsigned sample, const PixelDescription& pixel) {
  const int shift = pixel.high_bit + 1 - pixel.bits_stored;
  const unsigned mask = (1u << pixel.bits_stored) - 1u;
  const int value = static_cast<int>((sample >> shift) & mask);
  return pixel.is_signed && value > pixel.highest_stored() ? value - (1 << pixel.bits_stored)
                                                           : value;
}

/// Stored value to modality value, and the sum about which MONOCHROME1 is turned over.
struct ModalityTransform {
  const PixelDescription& pixel;
  const GreyTags& grey;

  double operator()(int stored) const {
    if (grey.modality_lut) return grey.modality_lut->at(stored);
    return grey.slope * stored + grey.intercept;
  }
  double turned(int stored) const {
    if (grey.modality_lut) return ends() - (*this)(stored);
    return (*this)(pixel.lowest_stored() + pixel.highest_stored() - stored);
  }
  double ends() const { return (*this)(pixel.lowest_stored()) + (*this)(pixel.highest_stored()); }
};

/// PS3.3 C.11.2.1.2.1 and C.11.2.1.3.2.
DisplayRange window_edges(const Window& window, VoiFunction function) {
  if (function == VoiFunction::LinearExact)
    return {window.centre - window.width / 2, window.centre + window.width / 2};
  return {window.centre - 0.5 - (window.width - 1) / 2,
          window.centre - 0.5 + (window.width - 1) / 2};
}

using GreyOf = std::function<double(int)>;

/// C.11.2.1.3.1.
GreyOf sigmoid(const ModalityTransform& modality, const Window& window, double top, bool turn) {
  return [=](int stored) {
    const double v = top / (1 + std::exp(-4 * (modality(stored) - window.centre) / window.width));
    return turn ? top - v : v;
  };
}

GreyOf voi_lut(const ModalityTransform& modality, const LookupTable& table, DisplayRange range,
               bool turn) {
  return [=, &table](int stored) {
    const double v = table.at(modality(stored));
    return turn ? range.black + range.white - v : v;
  };
}

struct Chain {
  GreyOf grey;
  std::optional<DisplayRange> display;
};

Chain build_chain(const PixelDescription& pixel, const GreyTags& tags, bool turn) {
  const ModalityTransform modality{pixel, tags};
  if (tags.voi_lut) {
    const auto [low, high] = std::ranges::minmax(tags.voi_lut->values);
    const DisplayRange range{double(low), double(high)};
    return {voi_lut(modality, *tags.voi_lut, range, turn), range};
  }
  if (tags.window && tags.function == VoiFunction::Sigmoid) {
    const double top = (1 << pixel.bits_stored) - 1;
    return {sigmoid(modality, *tags.window, top, turn), DisplayRange{0, top}};
  }
  Chain chain;
  chain.grey = [=](int stored) { return turn ? modality.turned(stored) : modality(stored); };
  if (tags.window) {
    const auto edges = window_edges(*tags.window, tags.function);
    chain.display =
        turn ? DisplayRange{modality.ends() - edges.white, modality.ends() - edges.black} : edges;
  }
  return chain;
}

} // namespace

ValueMap build_value_map(const PixelDescription& pixel, const GreyTags& tags, bool monochrome1) {
  const Chain chain = build_chain(pixel, tags, monochrome1);
  ValueMap map;
  map.display = chain.display;
  const unsigned samples = 1u << pixel.bits_allocated;
  map.grey.resize(samples);
  if (tags.padding) map.outside.resize(samples, 0);
  for (unsigned sample = 0; sample < samples; ++sample) {
    const int stored = stored_value(sample, pixel);
    map.grey[sample] = static_cast<float>(chain.grey(stored));
    if (tags.padding && stored >= tags.padding->low && stored <= tags.padding->high)
      map.outside[sample] = 255;
  }
  return map;
}

} // namespace calx::load

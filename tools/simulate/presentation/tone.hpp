// From processed density to the grey on the screen.
#pragma once

#include "simulate/presentation/exposure.hpp"
#include "simulate/presentation/present.hpp"

namespace calx::simulate {

/// The processed densities that are shown black and white.
struct Latitude {
  double black = 0, white = 1;

  float place(float density) const {
    return static_cast<float>((density - black) / (white - black));
  }
};

/// Black between direct exposure and skin as `skin_cut` says, white at dense bone.
Latitude find_latitude(const cv::Mat1f& processed, const ExposedParts& parts, double skin_cut);

/// S-curve of a presentation: place 0 (black) to 1 (white) becomes grey.
class ToneCurve {
public:
  explicit ToneCurve(const Presentation& presentation);
  float operator()(float place) const;

private:
  std::vector<float> grey_;
};

} // namespace calx::simulate

// The detector's unsharpness and the grain of its noise.
#pragma once

#include <opencv2/core.hpp>

namespace calx::simulate {

/// Modulation transfer of the reference panel at f cycles per mm: 1 / (1 + 0.678 f^1.937), a fit to
/// two flat panels (Samei, Med. Phys. 30, 2003). What is behind `Detector::mtf_scale` 1.
double reference_mtf(double cycles_per_mm);

/// Blurs with MTF(f / scale).
cv::Mat1f blur_with_mtf(const cv::Mat1f& image, double pitch_mm, double scale);

/// White noise given the spectrum 0.25 + 0.75 MTF^2(f / scale), 1 at f = 0: quanta are independent,
/// each spreads over some pixels, and a part of the noise arises behind the spread.
cv::Mat1f correlate_noise(const cv::Mat1f& white, double pitch_mm, double scale);

} // namespace calx::simulate

// Rays through tissue, the detector, and the picture a workstation would show.
#pragma once

#include "simulate/height_field.hpp"

#include <array>
#include <opencv2/core.hpp>
#include <span>

namespace calx::phantom {

enum class Material { Adipose, Muscle, Skin, CorticalBone, Apatite30 };

/// Linear attenuation in 1/mm, log-log between the energies of the table; 20 to 80 keV. Computed
/// with xraylib for the compositions of ICRU report 44; Apatite30 is a paste of 30 %
/// hydroxyapatite.
double attenuation_per_mm(Material material, double kev);

/// One line of a spectrum as the detector weighs it; the weights add to one.
struct SpectralLine {
  double kev, weight;
};

/// What the tube and the detector are set to.
struct Exposure {
  double kvp = 52;
  double quanta = 1300;         ///< detected in one pixel of 0.14 mm behind the middle of the body
  double scatter_per_cm = 0.11; ///< scatter to primary, for one cm of body
  double scatter_blur_mm = 18;
  /// Three effective energies for this tube voltage, after a body of limb thickness.
  std::array<SpectralLine, 3> spectrum() const;
};

/// Lengths of each ray, in mm.
struct Paths {
  cv::Mat1f adipose, muscle, skin, bone, apatite;
};

/// The share of the primary beam that passes.
cv::Mat1f transmission(const Paths& paths, std::span<const SpectralLine> spectrum);

/// Adds scatter, detector blur and noise; 1 where nothing is in the beam.
cv::Mat1f detect(const cv::Mat1f& primary, const Paths& paths, const cv::Mat1b& body,
                 const Exposure& exposure, double spacing_mm, cv::RNG& random);

/// Log signal, latitude reduced, S-curve: 0 black to 1 white, dense is bright.
cv::Mat1f present(const cv::Mat1f& signal, const cv::Mat1b& body, double spacing_mm);

} // namespace calx::phantom

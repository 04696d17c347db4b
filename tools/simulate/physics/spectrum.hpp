// The tube's spectrum, and what a detector makes of it.
#pragma once

#include <vector>

namespace calx::simulate {

/// Photons by energy; the sum of `photons_mm2_ugy` is the fluence in photons per mm2 for 1 uGy of
/// air kerma.
struct Spectrum {
  std::vector<double> kev, photons_mm2_ugy;

  double mean_kev() const;
  double fluence_mm2_ugy() const;
  /// The thickness of aluminium that halves the air kerma.
  double half_value_layer_mm_al() const;
};

/// A tungsten anode: Kramers' thick target, slowed by Whiddington's law and attenuated on the way
/// out of the target and through `filtration_mm_al`. 40 to 120 kV, in steps of 1 keV.
Spectrum tungsten_spectrum(double kvp, double filtration_mm_al);

/// The detector's response to one energy: the part of the photons' energy that it absorbs.
double absorbed_share(bool powder, double kev);

/// A spectrum in few bins, weighted with the detector's response; the weights' sum is 1.
struct Bin {
  double weight;
  std::vector<double> attenuation_cm2_g; ///< by material, the mean over the bin
};
std::vector<Bin> detected_bins(const Spectrum& spectrum, bool powder, double width_kev = 4);

} // namespace calx::simulate

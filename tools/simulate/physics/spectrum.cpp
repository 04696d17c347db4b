#include "simulate/physics/spectrum.hpp"
#include "simulate/physics/substances.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace calx::simulate {

namespace {

/// Whiddington's constant times the sine of the take-off angle, for mass thickness; set so that
/// mean energies and half-value layers agree with measured spectra of 45 to 120 kV.
constexpr double kSlowing_kev2_cm2_g = 1.7e5;
constexpr double kTungstenK_kev = 69.5;
constexpr double kJ_per_kev = 1.602177e-16;

/// Photons of one energy that leave the target, per keV (Kramers), in arbitrary units.
double bremsstrahlung(double kvp, double kev) {
  const double mu = mass_attenuation_cm2_g(Substance::Tungsten, kev);
  constexpr int steps = 40; // electrons slow down from kvp to kev; photons cross what they crossed
  double sum = 0;
  for (int i = 0; i < steps; ++i) {
    const double electron = kev + (kvp - kev) * (i + 0.5) / steps;
    sum += std::exp(-mu * (kvp * kvp - electron * electron) / kSlowing_kev2_cm2_g);
  }
  return sum / steps * (kvp - kev) / kev;
}

double aluminium(double kev, double mm) {
  return std::exp(-mass_attenuation_cm2_g(Material::Aluminium, kev) *
                  density_g_cm3(Material::Aluminium) * mm / 10);
}

double kerma(const Spectrum& spectrum, double behind_mm_al) {
  double sum = 0;
  for (std::size_t i = 0; i < spectrum.kev.size(); ++i)
    sum += spectrum.photons_mm2_ugy[i] * spectrum.kev[i] *
           air_energy_absorption_cm2_g(spectrum.kev[i]) * aluminium(spectrum.kev[i], behind_mm_al);
  return sum;
}

/// Tungsten's K lines, four in two, as a share of the spectrum that grows with the overvoltage.
void add_k_lines(Spectrum& spectrum, double kvp) {
  if (kvp <= kTungstenK_kev) return;
  const double sum = spectrum.fluence_mm2_ugy();
  const double share = 0.09 * std::pow(kvp / kTungstenK_kev - 1, 1.63);
  const auto add = [&](double line_kev, double part) {
    for (std::size_t i = 0; i < spectrum.kev.size(); ++i)
      if (std::abs(spectrum.kev[i] - line_kev) <= 0.5)
        spectrum.photons_mm2_ugy[i] += sum * share * part;
  };
  add(59.0, 0.78);
  add(67.0, 0.22);
}

} // namespace

double Spectrum::fluence_mm2_ugy() const {
  return std::accumulate(photons_mm2_ugy.begin(), photons_mm2_ugy.end(), 0.0);
}

double Spectrum::mean_kev() const {
  return std::inner_product(kev.begin(), kev.end(), photons_mm2_ugy.begin(), 0.0) /
         fluence_mm2_ugy();
}

double Spectrum::half_value_layer_mm_al() const {
  const double open = kerma(*this, 0);
  double low = 0, high = 30;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (kerma(*this, middle) > open / 2 ? low : high) = middle;
  }
  return low;
}

Spectrum tungsten_spectrum(double kvp, double filtration_mm_al) {
  Spectrum spectrum;
  for (double kev = 12; kev < kvp; kev += 1) {
    spectrum.kev.push_back(kev);
    spectrum.photons_mm2_ugy.push_back(bremsstrahlung(kvp, kev));
  }
  add_k_lines(spectrum, kvp);
  for (std::size_t i = 0; i < spectrum.kev.size(); ++i)
    spectrum.photons_mm2_ugy[i] *= aluminium(spectrum.kev[i], filtration_mm_al);
  // cm2/g is 0.1 m2/kg; 1 uGy is 1e-6 J/kg; a mm2 is 1e-6 m2: the last two cancel.
  const double scale = 1 / (kerma(spectrum, 0) * kJ_per_kev * 0.1 * 1e12);
  for (double& photons : spectrum.photons_mm2_ugy) photons *= scale;
  return spectrum;
}

double absorbed_share(bool powder, double kev) {
  // Needles of 0.5 mm, packed to 78 %; a powder screen of a standard plate.
  const double g_cm2 = powder ? 0.10 : 0.176;
  return 1 - std::exp(-g_cm2 * mass_attenuation_cm2_g(powder ? Substance::BariumFluorobromide
                                                             : Substance::CaesiumIodide,
                                                      kev));
}

std::vector<Bin> detected_bins(const Spectrum& spectrum, bool powder, double width_kev) {
  std::vector<Bin> bins;
  double end = 0, sum = 0;
  for (std::size_t i = 0; i < spectrum.kev.size(); ++i) {
    const double kev = spectrum.kev[i];
    if (kev >= end) {
      bins.push_back({0, std::vector<double>(material_count, 0)});
      end = kev + width_kev;
    }
    const double signal = spectrum.photons_mm2_ugy[i] * kev * absorbed_share(powder, kev);
    bins.back().weight += signal;
    sum += signal;
    for (int m = 0; m < material_count; ++m)
      bins.back().attenuation_cm2_g[static_cast<std::size_t>(m)] +=
          signal * mass_attenuation_cm2_g(static_cast<Material>(m), kev);
  }
  // What hardly counts in the open beam counts for nothing behind a body.
  std::erase_if(bins, [&](const Bin& bin) { return bin.weight < 1e-4 * sum; });
  for (Bin& bin : bins) {
    for (double& mu : bin.attenuation_cm2_g) mu /= bin.weight;
    bin.weight /= sum;
  }
  return bins;
}

} // namespace calx::simulate

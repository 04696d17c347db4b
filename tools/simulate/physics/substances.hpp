// What stops X-rays outside the body: the tube's target, air and the detectors.
#pragma once

#include "simulate/physics/materials.hpp"

namespace calx::simulate {

enum class Substance { CaesiumIodide = material_count, BariumFluorobromide, Tungsten };

/// As for the materials of the body.
double mass_attenuation_cm2_g(Substance, double kev);
/// Mass energy-absorption coefficient of air, which makes fluence into kerma.
double air_energy_absorption_cm2_g(double kev);

} // namespace calx::simulate

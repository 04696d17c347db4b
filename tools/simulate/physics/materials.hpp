// What stops X-rays: materials and their mass attenuation.
#pragma once

#include <array>
#include <string_view>

namespace calx::simulate {

/// The basis in which a ray's way is written down, as mass per area of each.
enum class Material {
  Adipose,
  Muscle,       ///< every watery tissue; skin and marrow are mixtures of this and fat
  CorticalBone, ///< ICRU-44, trabeculae too
  Hydroxyapatite,
  Cartilage,
  CalciumCarbonate, ///< stone
  Glass,
  Aluminium,
  Titanium,
  Steel,
  Gold,
  Lead,
  Plaster, ///< casts and dressings
};
inline constexpr int material_count = 13;

std::string_view to_string(Material);
double density_g_cm3(Material);
/// Mass attenuation coefficient with coherent scattering, from xraylib; 10 to 150 keV.
double mass_attenuation_cm2_g(Material, double kev);

} // namespace calx::simulate

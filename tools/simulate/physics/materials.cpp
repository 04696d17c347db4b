// Compositions by mass: ICRU Report 44 (1989) for tissues, formulas and trade standards for the
// rest. Cross sections: xraylib (Schoonjans et al., Spectrochim. Acta B 66, 2011).
#include "simulate/physics/materials.hpp"
#include "simulate/physics/substances.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <vector>
#include <xraylib/xraylib.h>

namespace calx::simulate {

namespace {

struct Part {
  int atomic_number;
  double share; ///< of the mass
};

struct Recipe {
  std::string_view name;
  double density_g_cm3;
  std::vector<Part> parts;
};

constexpr int kLowest_kev = 10, kHighest_kev = 150;
using Table = std::array<double, kHighest_kev - kLowest_kev + 1>; // logarithms, a keV apart

std::vector<Recipe> recipes() {
  enum { H = 1, C = 6, N, O, Na = 11, Mg, Al, Si, P = 15, S, Cl, K = 19, Ca, Ti = 22, Cr = 24, Mn };
  enum { Fe = 26, Ni = 28, Cu, Br = 35, Mo = 42, Ag = 47, I = 53, Cs = 55, Ba, W = 74 };
  enum { Au = 79, Pb = 82 };
  return {
      {"adipose",
       0.95,
       {{H, .114}, {C, .598}, {N, .007}, {O, .278}, {Na, .001}, {S, .001}, {Cl, .001}}},
      {"muscle",
       1.05,
       {{H, .102},
        {C, .143},
        {N, .034},
        {O, .710},
        {Na, .001},
        {P, .002},
        {S, .003},
        {Cl, .001},
        {K, .004}}},
      {"cortical-bone",
       1.92,
       {{H, .034},
        {C, .155},
        {N, .042},
        {O, .435},
        {Na, .001},
        {Mg, .002},
        {P, .103},
        {S, .003},
        {Ca, .225}}},
      {"hydroxyapatite", 3.16, {{H, .0020}, {O, .4141}, {P, .1850}, {Ca, .3989}}},
      {"cartilage",
       1.10,
       {{H, .096}, {C, .099}, {N, .022}, {O, .744}, {Na, .005}, {P, .022}, {S, .009}, {Cl, .003}}},
      {"calcium-carbonate", 2.71, {{C, .1200}, {O, .4796}, {Ca, .4004}}},
      {"glass", 2.50, {{O, .4690}, {Na, .1040}, {Mg, .0240}, {Si, .3370}, {Ca, .0660}}},
      {"aluminium", 2.70, {{Al, 1}}},
      {"titanium", 4.51, {{Ti, 1}}},
      {"steel", 7.99, {{Cr, .175}, {Mn, .020}, {Fe, .660}, {Ni, .120}, {Mo, .025}}}, // 316L
      {"gold", 15.5, {{Cu, .125}, {Ag, .125}, {Au, .750}}},                          // 18 carat
      {"lead", 11.34, {{Pb, 1}}},
      {"plaster", 2.31, {{H, .0234}, {O, .5576}, {S, .1862}, {Ca, .2328}}}, // set: CaSO4 2 H2O
      {"caesium-iodide", 4.51, {{I, .4885}, {Cs, .5115}}},
      {"barium-fluorobromide", 5.0, {{9, .0804}, {Br, .3382}, {Ba, .5814}}},
      {"tungsten", 19.3, {{W, 1}}},
  };
}

Table tabulate(const Recipe& recipe) {
  double whole = 0;
  for (const Part& part : recipe.parts) whole += part.share;
  Table table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    double sum = 0;
    for (const Part& part : recipe.parts)
      sum += part.share / whole *
             CS_Total(part.atomic_number, kLowest_kev + static_cast<double>(i), nullptr);
    table[i] = std::log(sum);
  }
  return table;
}

double interpolate(const Table& table, double kev) {
  if (!(kev >= kLowest_kev) || !(kev <= kHighest_kev))
    throw std::invalid_argument("photon energy outside 10 to 150 keV");
  const double at = kev - kLowest_kev;
  const auto i = std::min(static_cast<std::size_t>(at), table.size() - 2);
  const double part = at - static_cast<double>(i);
  return std::exp(table[i] + part * (table[i + 1] - table[i]));
}

struct Tables {
  std::vector<Recipe> recipe = recipes();
  std::vector<Table> attenuation;

  Tables() {
    for (const Recipe& r : recipe) attenuation.push_back(tabulate(r));
  }
};

/// Made at the first use, then only read.
const Tables& tables() {
  static const Tables made;
  return made;
}

} // namespace

std::string_view to_string(Material material) {
  return tables().recipe[static_cast<std::size_t>(material)].name;
}

double density_g_cm3(Material material) {
  return tables().recipe[static_cast<std::size_t>(material)].density_g_cm3;
}

double mass_attenuation_cm2_g(Material material, double kev) {
  return interpolate(tables().attenuation[static_cast<std::size_t>(material)], kev);
}

double mass_attenuation_cm2_g(Substance substance, double kev) {
  return interpolate(tables().attenuation[static_cast<std::size_t>(substance)], kev);
}

double air_energy_absorption_cm2_g(double kev) {
  // Hubbell and Seltzer, NISTIR 5632 (1995). xraylib's CS_Energy is a sixth lower at 40 keV.
  struct Row {
    double kev, cm2_g;
  };
  static constexpr Row rows[] = {{10, 4.742},    {15, 1.334},   {20, 0.5389},  {30, 0.1537},
                                 {40, 0.06833},  {50, 0.04098}, {60, 0.03041}, {80, 0.02407},
                                 {100, 0.02325}, {150, 0.02496}};
  const Row* above = std::begin(rows) + 1;
  while (above + 1 != std::end(rows) && kev > above->kev) ++above;
  const Row &a = above[-1], &b = *above;
  const double part = std::log(kev / a.kev) / std::log(b.kev / a.kev);
  return a.cm2_g * std::pow(b.cm2_g / a.cm2_g, part);
}

} // namespace calx::simulate

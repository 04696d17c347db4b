// What the user of calx-simulate asks for, in words: from the command line and from --json SPEC.
#pragma once

#include "core/error.hpp"
#include "simulate/simulate.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace calx::simulate {

/// A mistake in what was asked, in a sentence for the user.
template <class T>
using Asked = tl::expected<T, std::string>;

inline constexpr std::uint64_t largest_seed = std::uint64_t{1}
                                              << 53; ///< every JSON reader keeps it
inline constexpr int most_films = 1000000;           ///< and the highest number of one

/// An empty word is one that was not given.
struct Order {
  std::string anatomy, cache, out, name, montage;
  std::string region, view, side, pattern, skeleton = "auto", format;
  std::vector<std::string> backgrounds;
  std::uint64_t seed = 1;
  int first = 0, count = 1;
  int jobs = 0;               ///< 0: one for each core
  double normal_share = 0.35; ///< of the films whose pattern is drawn
  double pitch_mm = 0;        ///< 0: drawn
  bool mimics = true, masks = true, outlines = false, force = false;
};

/// Takes over what the JSON text gives; its keys are the names of the options without dashes before
/// them. An unknown key is a mistake that names the nearest.
Asked<void> read_order(std::string_view json, Order& order);

/// The order of film `number` alone, for the truth: read_order() takes it, and with the same meshes
/// (or the same backgrounds, all of them) it makes the same film. No paths, and no word that is as
/// by default.
nlohmann::ordered_json order_of_film(const Order& order, int number);

/// One film to be made.
struct FilmPlan {
  int number = 0;   ///< in the order
  std::string stem; ///< "000042-hand-pa-tumor-like"
  FilmSpec spec;
  std::filesystem::path background; ///< empty: simulated whole
};

/// Every film of the order: what was not asked for is drawn from the seed and the film's number
/// alone. Mistakes: unknown words, a region or view that the skeleton cannot show.
Asked<std::vector<FilmPlan>> plan_films(const Order& order);

/// What can be made, a line for each region and view, for --list.
std::string list_of_films(const Order& order);

} // namespace calx::simulate

// All adjustable numbers of the pipeline in one value, and the ways to read and print them.
#pragma once

#include "anatomy/anatomy.hpp"
#include "core/error.hpp"
#include "core/parameter.hpp"
#include "lesions/lesions.hpp"
#include "network/network.hpp"
#include "normalise/normalise.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace calx {

/// One struct for each stage that has parameters; the defaults are the ones in use.
struct Params {
  NormaliseParams normalise;
  NetworkParams network;
  AnatomyParams anatomy;
  LesionParams lesions;
};

/// The described fields of `params`, stage by stage; the list points into `params`.
ParameterList describe(Params& params);

/// Sets one field from "lesions.min_area_mm2" and "0.5". Errors: unknown-parameter (names the
/// nearest), bad-parameter (wrong type, not finite, outside the range; says what is allowed).
Result<void> set_parameter(Params& params, std::string_view name, std::string_view value);

/// Reads {"lesions": {"min_area_mm2": 0.5}} over the defaults; strict about every key and value.
Result<Params> read_params(const std::filesystem::path& file);

/// The same layout as read_params reads, with every field.
std::string params_json(const Params& params);
/// A table for the reference: name, default, unit, range, meaning.
std::string params_markdown();
/// Effective values in the order of `describe`, for Findings::parameters.
std::vector<std::pair<std::string, double>> effective_values(const Params& params);

} // namespace calx

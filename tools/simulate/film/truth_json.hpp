// The truth of a simulated film as "calx.truth/1".
#pragma once

#include "simulate/film/header.hpp"

namespace calx::simulate {

/// Names of the files beside the truth; a mask that is not written is empty.
struct TruthNames {
  std::string film, lesions, bone, bones, body;
};

/// `order`: what makes the film again, or null.
nlohmann::ordered_json truth_json(const Film& film, const Header& header, const TruthNames& names,
                                  const nlohmann::ordered_json& order);

} // namespace calx::simulate

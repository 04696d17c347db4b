// Makes the films of an order, several at a time.
#pragma once

#include "simulate/command/order.hpp"

#include <functional>

namespace calx::simulate {

/// What became of the films.
struct RunResult {
  int made = 0, kept = 0;                            ///< kept: there already
  std::vector<std::pair<std::string, Error>> failed; ///< stem and reason, in the films' order
  cv::Mat3b montage; ///< of the films that were made; empty if none was wanted
};

/// Called after each film with the number of films done; from any thread, one call at a time.
using Progress = std::function<void(std::size_t done)>;

/// Writes each film into order.out, which exists. Films that are there already are kept, unless
/// order.force. The files do not depend on order.jobs.
RunResult run_order(const Order& order, const std::vector<FilmPlan>& plans,
                    const Progress& progress);

} // namespace calx::simulate

// The parts of the page.
#pragma once

#include "evaluate/evaluation_report.hpp"
#include "evaluate/film.hpp"

#include <string>
#include <string_view>

namespace calx::evaluation {

/// For text and attributes of HTML.
std::string escaped(std::string_view text);

/// A two-digit coordinate of a plot: "12.3".
std::string coordinate(double value);

/// Sensitivity against false positives a film, with its band; empty without a curve.
std::string froc_plot(const Evaluation&);
/// One dot and interval for each figure whose id starts with `prefix`, on a scale from 0 to 1;
/// empty where none has cases.
std::string share_plot(const Evaluation&, std::string_view prefix, std::string_view title);
/// As share_plot in mm, from 0 to the largest.
std::string distance_plot(const Evaluation&, std::string_view prefix, std::string_view title);
/// Found against true area, both on logarithmic scales; empty without pairs.
std::string area_plot(const Evaluation&);
/// Ratio of found to true area against their geometric mean, with the limits of agreement (Bland
/// and Altman, Lancet 1986;1:307, on logarithms); empty with fewer than three pairs.
std::string agreement_plot(const Evaluation&);

/// Pictures of the films where most went wrong, truth and result outlined.
std::string worst_cases(const Evaluation&);

/// The style sheet.
std::string_view page_style();

} // namespace calx::evaluation

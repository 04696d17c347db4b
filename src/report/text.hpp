// The words and numbers that the table, the overlay and the CSV share.
#pragma once

#include "report/findings.hpp"

#include <optional>
#include <string>

namespace calx {

/// The nearest number with `decimals` digits after the point.
double rounded(double value, int decimals);
/// The nearest number with four significant digits: finer than any measurement here is true.
double significant(double value);

/// "3.2 mm" where mm are known, else "22 px"; "" where neither is.
std::string length_text(std::optional<double> mm, std::optional<double> px);
/// Longest diameter of a lesion.
std::string size_text(const LesionFinding&);
/// "0.143 mm/px (detector-plane)", "0.2 x 0.15 mm/px (user)" or "unknown spacing, sizes in px".
std::string spacing_text(const Findings&);
/// "R9: max_feret_mm 62.1 >= 50".
std::string evidence_text(const Evidence&);
/// "tumor-like (0.82), runner-up localized (0.31)"; "indeterminate; nearest localized (0.40), ...".
std::string suggestion_text(const Assessment&);
/// "olecranon", or "prominence 3" for an unnamed one.
std::string prominence_text(const NearestFinding&);
std::string prominence_text(const ProminenceFinding&);

} // namespace calx

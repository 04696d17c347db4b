// Findings with something in every field, for the tests of the reports.
#pragma once

#include "report/findings.hpp"

namespace calx::test {

/// A hand of 400 x 300 pixels with three lesions and two prominences; `calibrated` at 0.1 mm.
Findings example_findings(bool calibrated);
/// The grey film that belongs to it.
Radiograph example_film();

} // namespace calx::test

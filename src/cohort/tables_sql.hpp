// The output database beside its columns: indices and views. Internal to this folder.
#pragma once

#include <string_view>

namespace calx::cohort {

/// Statements that make the indices of the filled tables, then the views.
std::string_view indices_and_views();

} // namespace calx::cohort

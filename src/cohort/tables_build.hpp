// From a filled stage to the files in OUT. Internal to this folder.
#pragma once

#include "cohort/tables_stage.hpp"

#include <functional>

namespace calx::cohort {

/// Makes a stage, has it filled (with records, settled, and with whatever else must be in place
/// before the tables), and makes the tables from it. `fill` may throw sqlite::Failure, which
/// becomes the error.
Result<TablesSummary> build_tables(const std::filesystem::path& out, const TablesOptions&,
                                   const std::function<void(Stage&)>& fill);

/// Adds every record of a folder, as `outgoing` makes it; throws sqlite::Failure at the first that
/// is damaged.
void add_records(Stage&, const std::filesystem::path& folder, int source,
                 const std::function<Record(Record&&)>& outgoing);

} // namespace calx::cohort

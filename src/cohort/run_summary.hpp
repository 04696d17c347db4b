// run.json, "calx.run/1": with what the records of a cohort were made, how many files ended how,
// and what it took.
#pragma once

#include "cohort/record.hpp"
#include "cohort/tables.hpp"
#include "cohort/tables_columns.hpp"

#include <span>
#include <string>
#include <utility>

namespace calx::cohort {

/// `provenances` with the number of their records; `timing` as the sum over the records, of the
/// memory the largest.
std::string run_json(const TablesSummary&,
                     std::span<const std::pair<Provenance, std::int64_t>> provenances,
                     const RecordTiming& timing);

} // namespace calx::cohort

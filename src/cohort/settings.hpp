// What a run does with every film.
#pragma once

#include "cohort/pseudonym.hpp"
#include "cohort/select.hpp"
#include "load/load.hpp"
#include "pipeline/analyse.hpp"

#include <memory>
#include <optional>
#include <string>

namespace calx::cohort {

struct Settings {
  LoadOptions load;
  Params params;
  std::shared_ptr<const Rules> rules; ///< null: the rules compiled in
  AnalyseOptions analyse;             ///< its `rules` points into `rules`
  bool overlay = true;
  bool mask = false;
  bool pictures = false;                        ///< analyse PNG, JPEG, ... too; else DICOM only
  std::optional<Selection> where;               ///< files that do not match leave no record
  std::shared_ptr<const Pseudonyms> pseudonyms; ///< null: paths and UIDs are the files' own
};

/// Of everything that changes findings or outputs; what only chooses files (`pictures`, `where`)
/// does not.
std::string parameters_sha256(const Settings& settings);

/// "0.1.0 (revision)": what goes into RecordKey::version.
std::string version_text();

} // namespace calx::cohort

// A folder of small films and of what lies beside films, and a run over it, for the tests of runs.
#pragma once

#include "cohort/run.hpp"
#include "support/dicom_maker.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <sys/types.h>

namespace calx::cohort::test {

/// Writes a drawn forearm as DICOM; films of different seeds differ in their pixels.
void write_film(const std::filesystem::path& file, int seed,
                testing::Syntax syntax = testing::Syntax::ExplicitLittle);

/// What a film has beside what `write_film` gives it.
struct FilmExtras {
  testing::Syntax syntax = testing::Syntax::ExplicitLittle;
  double height_mm = 70;
  std::map<std::string, std::string> text{}; ///< as DicomSpec::text, over what is there
  std::function<void(void*)> edit{};         ///< as DicomSpec::edit
};
void write_film(const std::filesystem::path& file, int seed, const FilmExtras& extras);

/// `films` films, a copy, a CT, a damaged film, an empty file, a text, a picture, a loop of links,
/// a link to nowhere and a name that is no UTF-8.
void write_cohort(const std::filesystem::path& folder, int films);

/// Two jobs, confined, overlays off.
RunPlan plan_for(const std::filesystem::path& folder, const std::filesystem::path& out);

/// Runs and makes the tables; throws what went wrong.
RunCounts run(const RunPlan& plan);

/// Runs and makes the tables in a process of its own, so that it may be killed.
pid_t start_run(const RunPlan& plan);
/// Waits for it; its exit status, or minus the signal that ended it.
int wait_for(pid_t process);
/// The processes that a process has started and that are alive.
std::vector<pid_t> children_of(pid_t process);

/// Root may read and write everywhere, as long as its process has the capabilities of root. False:
/// they cannot be given up.
bool give_up_capabilities();

/// How each file ended, by its path.
std::map<std::string, std::string> outcomes(const std::filesystem::path& out);
Record record_at(const std::filesystem::path& out, const std::string& path);

} // namespace calx::cohort::test

#include "cli/commands.hpp"
#include "cohort/manifest.hpp"
#include "cohort/run.hpp"

#include <fmt/format.h>

namespace calx {

int run_plan(const PlanArguments& arguments, Console& console) {
  const auto walk = cohort::gather_files(arguments.folders, {}, {});
  if (!walk) {
    console.complain(walk.error().to_string());
    return kUsage;
  }
  complain_of_walk(*walk, console);
  if (const auto written = cohort::write_manifest(arguments.manifest, walk->files); !written) {
    console.complain(written.error().to_string());
    return kSomeFailed;
  }
  std::uint64_t bytes = 0;
  for (const cohort::FileEntry& file : walk->files) bytes += file.bytes;
  if (!arguments.quiet)
    console.print(fmt::format("{}: {} files, {:.1f} GB\n", arguments.manifest, walk->files.size(),
                              static_cast<double>(bytes) / 1e9));
  return kAllDone;
}

} // namespace calx

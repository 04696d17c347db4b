#include "cohort/verify.hpp"
#include "cli/commands.hpp"

#include <fmt/format.h>

namespace calx {

int run_verify(const std::string& out_dir, Console& console) {
  const auto wrong = cohort::verify(out_dir);
  if (!wrong) {
    console.complain(wrong.error().to_string());
    return kUsage;
  }
  for (const std::string& sentence : *wrong) console.complain(sentence);
  console.print(wrong->empty() ? fmt::format("{}: whole\n", out_dir)
                               : fmt::format("{}: {} complaints\n", out_dir, wrong->size()));
  return wrong->empty() ? kAllDone : kSomeFailed;
}

} // namespace calx

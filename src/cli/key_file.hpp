// The secret key of --pseudonymize, for the subcommands that take one.
#pragma once

#include "cli/console.hpp"
#include "cli/input_text.hpp"
#include "cohort/pseudonym.hpp"

#include <memory>
#include <string>

namespace calx {

/// Null where no file is named. Warns where others than its owner may read the file.
Typed<std::shared_ptr<const cohort::Pseudonyms>> read_key_file(const std::string& file, Console&);

} // namespace calx

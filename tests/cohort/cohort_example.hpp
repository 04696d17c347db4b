// Records as a run leaves them, without films, for the tests of what is made from records.
#pragma once

#include "cohort/record.hpp"

#include <string>

namespace calx::cohort::test {

/// A film with three lesions; its bytes follow from `content`, which defaults to the path.
Record done(const std::string& path, std::string content = "");
Record failed(const std::string& path, const std::string& code = "truncated-pixels");
Record crashed(const std::string& path, int signal);
Record skipped(const std::string& path);

/// The whole content of a file.
std::string bytes_of(const std::filesystem::path& file);

/// Every file of a finished folder whose bytes follow from the records alone.
std::string tables_of(const std::filesystem::path& out);

} // namespace calx::cohort::test

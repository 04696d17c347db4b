// Is an output folder whole, and how far is it?
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace calx::cohort {

/// What is in an output folder.
struct Status {
  std::map<std::string, std::uint64_t> outcomes; ///< records by the word of their outcome
  std::map<std::string, std::uint64_t> reasons;  ///< failed, crashed, timeout: by reason
  std::uint64_t records = 0, broken = 0;
  double cpu_s = 0;     ///< that the records took
  bool running = false; ///< a run holds the folder
};

/// Errors: file-not-found where there are no records.
Result<Status> read_status(const std::filesystem::path& out);

/// Beside the tables; a run takes it away before it changes the first record.
inline constexpr const char* kChecksumFile = "SHA256SUMS";

/// Writes OUT/SHA256SUMS for the tables that are there, as `sha256sum -c` reads it.
Result<void> write_checksums(const std::filesystem::path& out);

/// What is wrong, a sentence each; empty: every record is valid, what it names exists, every
/// duplicate has its original, and the tables are as SHA256SUMS has them. Errors: as read_status.
Result<std::vector<std::string>> verify(const std::filesystem::path& out);

} // namespace calx::cohort

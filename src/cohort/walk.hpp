// The files below the folders that a run is given.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace calx::cohort {

/// A file as the file system lists it; nothing of its content is known.
struct FileEntry {
  std::string root; ///< the folder as given; bytes
  std::string path; ///< below root; bytes
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0; ///< since 1970
  std::uint64_t inode = 0;

  std::filesystem::path full_path() const { return std::filesystem::path(root) / path; }
};

/// By path, then by root: the order of a run and of its tables.
bool operator<(const FileEntry& a, const FileEntry& b);

struct Walk {
  std::vector<FileEntry> files; ///< in order
  std::uint64_t unreadable_folders = 0;
  std::uint64_t special_files = 0; ///< pipes, sockets, devices
};

/// The size, time and inode of one file; zeros where it cannot be looked at (its reader will say
/// why).
FileEntry look_up(const std::string& root, const std::string& path);

/// Every regular file below the roots, whatever it is called. Links are followed; each folder is
/// entered once, however many ways lead there, so loops end. A root that is a file stands for
/// itself. The folder `except` (the output, may be empty) is not entered. Errors: file-not-found
/// for a root that does not exist.
Result<Walk> walk_folders(const std::vector<std::string>& roots,
                          const std::filesystem::path& except);

} // namespace calx::cohort

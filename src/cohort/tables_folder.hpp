// A folder inside OUT in which new tables are made before they take the place of the old ones.
#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace calx::cohort {

/// Holds the folder locked, so that two processes never make tables of one cohort at a time; gone,
/// with what is left in it, when the object is.
class TablesFolder {
public:
  /// Makes OUT too. Clears away what a killed process left. Errors: in-use, cannot-write.
  static Result<TablesFolder> open(const std::filesystem::path& out);
  ~TablesFolder();
  TablesFolder(TablesFolder&& other) noexcept;
  TablesFolder& operator=(TablesFolder&&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  /// Moves files of these names to OUT, over any that are there, once all of them are on the disk.
  Result<void> publish(const std::vector<std::string>& names);

private:
  TablesFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_ = -1;
};

} // namespace calx::cohort

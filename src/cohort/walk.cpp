#include "cohort/walk.hpp"

#include "cohort/path_text.hpp"

#include <algorithm>
#include <dirent.h>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <sys/stat.h>
#include <tuple>

namespace calx::cohort {
namespace {

using FolderId = std::pair<dev_t, ino_t>;

std::string joined(const std::string& folder, const std::string& name) {
  if (folder.empty()) return name;
  return folder.back() == '/' ? folder + name : folder + "/" + name;
}

FileEntry entry_of(std::string root, std::string path, const struct stat& status) {
  constexpr std::int64_t kNsInSecond = 1'000'000'000;
  return {std::move(root), std::move(path), static_cast<std::uint64_t>(status.st_size),
          status.st_mtim.tv_sec * kNsInSecond + status.st_mtim.tv_nsec, status.st_ino};
}

class Walker {
public:
  explicit Walker(const std::filesystem::path& except) {
    struct stat status{};
    if (!except.empty() && ::stat(except.c_str(), &status) == 0)
      entered_.insert({status.st_dev, status.st_ino});
  }

  Result<void> add_root(const std::string& root) {
    struct stat status{};
    if (::stat(root.c_str(), &status) != 0)
      return fail(ErrorCode::FileNotFound,
                  fmt::format("{}: there is no such folder; check the path", path_to_text(root)));
    if (S_ISDIR(status.st_mode)) {
      enter(root, "", status);
      return {};
    }
    const std::filesystem::path file(root);
    const std::string folder = file.parent_path().string();
    add(folder.empty() ? "." : folder, file.filename().string());
    return {};
  }

  Walk take() {
    std::ranges::sort(walk_.files, [](const auto& a, const auto& b) { return a < b; });
    return std::move(walk_);
  }

private:
  void add(const std::string& root, const std::string& path) {
    struct stat status{};
    if (::stat(joined(root, path).c_str(), &status) != 0) {
      walk_.files.push_back({root, path, 0, 0, 0}); // a link to nowhere; its reader will say so
    } else if (S_ISDIR(status.st_mode)) {
      enter(root, path, status);
    } else if (S_ISREG(status.st_mode)) {
      walk_.files.push_back(entry_of(root, path, status));
    } else {
      ++walk_.special_files;
    }
  }

  /// The names are read before any is followed: a deep tree does not hold a descriptor a level.
  void enter(const std::string& root, const std::string& path, const struct stat& status) {
    if (!entered_.insert({status.st_dev, status.st_ino}).second) return;
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(joined(root, path).c_str()),
                                                     ::closedir);
    if (!folder) {
      ++walk_.unreadable_folders;
      return;
    }
    std::vector<std::string> names;
    while (const dirent* at = ::readdir(folder.get())) {
      const std::string name = at->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    // Which of two ways into one folder counts must not depend on the order of the listing.
    std::ranges::sort(names);
    for (const std::string& name : names) pending_.push_back(joined(path, name));
    drain(root);
  }

  /// Depth does not cost stack: a folder found while draining adds to the same list.
  void drain(const std::string& root) {
    if (draining_) return;
    draining_ = true;
    while (!pending_.empty()) {
      std::vector<std::string> now;
      now.swap(pending_);
      for (const std::string& path : now) add(root, path);
    }
    draining_ = false;
  }

  std::set<FolderId> entered_;
  std::vector<std::string> pending_;
  bool draining_ = false;
  Walk walk_;
};

} // namespace

bool operator<(const FileEntry& a, const FileEntry& b) {
  return std::tie(a.path, a.root) < std::tie(b.path, b.root);
}

FileEntry look_up(const std::string& root, const std::string& path) {
  struct stat status{};
  if (::stat(joined(root, path).c_str(), &status) != 0) return {root, path, 0, 0, 0};
  return entry_of(root, path, status);
}

Result<Walk> walk_folders(const std::vector<std::string>& roots,
                          const std::filesystem::path& except) {
  Walker walker(except);
  for (const std::string& root : roots)
    if (auto added = walker.add_root(root); !added) return tl::unexpected(added.error());
  return walker.take();
}

} // namespace calx::cohort

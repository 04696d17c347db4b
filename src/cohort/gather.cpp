#include "cohort/path_text.hpp"
#include "cohort/run.hpp"
#include "cohort/worker.hpp"
#include "cohort/worker_pool.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <poll.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;

bool is_dicomdir(const fs::path& path) {
  std::string name = path.filename().string();
  for (char& c : name)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  std::error_code failed;
  return name == "DICOMDIR" && fs::is_regular_file(path, failed);
}

/// Nothing within the time that a file may take, or a worker that died.
std::optional<Message> answer_of(const Worker& worker, const Limits& limits) {
  pollfd socket{worker.socket(), POLLIN, 0};
  const auto wait_ms = static_cast<int>(std::min(limits.wall_s * 1000, 1e9));
  if (::poll(&socket, 1, wait_ms) <= 0) return std::nullopt;
  return receive_message(worker.socket());
}

Result<std::vector<std::string>> list_dicomdir(const fs::path& file, const Limits& limits) {
  const Settings none;
  auto worker = Worker::fork_process(none, limits, fs::temp_directory_path());
  if (!worker) return tl::unexpected(std::move(worker).error());
  send_message((*worker)->socket(), list_request(file.string()));
  auto message = answer_of(**worker, limits);
  if (message && message->type == MessageType::Ready) message = answer_of(**worker, limits);
  auto listing = message ? listing_from(*message) : std::nullopt;
  if (!listing)
    return fail(ErrorCode::CorruptHeader, fmt::format("{}: the DICOMDIR cannot be read; give its "
                                                      "folder instead",
                                                      path_to_text(file.string())));
  return std::move(*listing);
}

} // namespace

Result<Walk> gather_files(const std::vector<std::string>& roots, const fs::path& except,
                          const Limits& limits) {
  std::vector<std::string> folders;
  std::vector<FileEntry> listed;
  for (const std::string& root : roots) {
    if (!is_dicomdir(root)) {
      folders.push_back(root);
      continue;
    }
    const auto files = list_dicomdir(root, limits);
    if (!files) return tl::unexpected(files.error());
    const fs::path parent = fs::path(root).parent_path();
    const std::string folder = parent.empty() ? "." : parent.string();
    for (const std::string& file : *files)
      listed.push_back(look_up(folder, fs::path(file).lexically_relative(parent).string()));
  }
  auto walk = walk_folders(folders, except);
  if (!walk) return walk;
  std::ranges::move(listed, std::back_inserter(walk->files));
  const auto less = [](const FileEntry& a, const FileEntry& b) { return a < b; };
  const auto same = [&](const FileEntry& a, const FileEntry& b) {
    return !less(a, b) && !less(b, a);
  };
  std::ranges::sort(walk->files, less);
  const auto again = std::ranges::unique(walk->files, same);
  walk->files.erase(again.begin(), again.end());
  return walk;
}

} // namespace calx::cohort

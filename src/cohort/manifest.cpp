#include "cohort/manifest.hpp"

#include "cohort/durable.hpp"
#include "cohort/path_text.hpp"

#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace calx::cohort {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kManifestSchema = "calx.manifest/1";

/// FNV-1a, 64 bits: the same on every machine and in every version.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

Result<FileEntry> read_line(const std::string& line, std::uint64_t number) {
  const auto bad = [&] {
    return fail(ErrorCode::BadManifest, fmt::format("line {} of the manifest is no file", number));
  };
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return bad();
  const auto text = [&](const char* name) {
    const auto at = json.find(name);
    return at != json.end() && at->is_string() ? path_from_text(at->get<std::string>())
                                               : std::nullopt;
  };
  auto path = text("path"), root = text("root");
  if (!path || !root) return bad();
  return FileEntry{std::move(*root), std::move(*path), 0, 0, 0};
}

} // namespace

bool Shard::has(const FileEntry& file) const {
  return hash_of(file.path) % static_cast<std::uint64_t>(count) ==
         static_cast<std::uint64_t>(index - 1);
}

std::optional<Shard> Shard::parse(std::string_view text) {
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, shard.index);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '/') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, shard.count);
  if (second.ec != std::errc{} || second.ptr != end) return std::nullopt;
  return shard.index >= 1 && shard.index <= shard.count ? std::optional(shard) : std::nullopt;
}

Result<void> write_manifest(const std::filesystem::path& file,
                            const std::vector<FileEntry>& files) {
  std::uint64_t bytes = 0;
  std::string lines;
  for (const FileEntry& entry : files) {
    bytes += entry.bytes;
    lines += Json{{"path", path_to_text(entry.path)},
                  {"root", path_to_text(entry.root)},
                  {"bytes", entry.bytes}}
                 .dump() +
             "\n";
  }
  const Json head = {{"schema", kManifestSchema}, {"files", files.size()}, {"bytes", bytes}};
  return write_durably(file, head.dump() + "\n" + lines);
}

Result<std::vector<FileEntry>> read_manifest(const std::filesystem::path& file,
                                             const Shard& shard) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(ErrorCode::FileNotFound, "the manifest cannot be opened");
  std::string line;
  std::getline(stream, line);
  const Json head = Json::parse(line, nullptr, false);
  if (!head.is_object() || head.value("schema", "") != kManifestSchema ||
      !head.value("files", Json()).is_number_unsigned())
    return fail(ErrorCode::BadManifest, "this is no manifest of `calx plan`");
  const auto promised = head.at("files").get<std::uint64_t>();
  std::vector<FileEntry> files;
  std::uint64_t count = 0;
  while (std::getline(stream, line)) {
    auto entry = read_line(line, ++count + 1);
    if (!entry) return tl::unexpected(std::move(entry).error());
    if (shard.has(*entry)) files.push_back(look_up(entry->root, entry->path));
  }
  if (count != promised)
    return fail(ErrorCode::BadManifest,
                fmt::format("the manifest promises {} files and lists {}", promised, count));
  return files;
}

} // namespace calx::cohort

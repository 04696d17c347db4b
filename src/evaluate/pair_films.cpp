#include "evaluate/film.hpp"
#include "evaluate/film_score.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace calx::evaluation {
namespace {

namespace fs = std::filesystem;

/// Path below `folder` without the suffix -> file, for every file with that suffix.
Result<std::map<std::string, fs::path>> files_below(const fs::path& folder,
                                                    std::string_view suffix) {
  std::error_code failed;
  fs::recursive_directory_iterator files(folder, failed);
  if (failed)
    return fail(ErrorCode::FileNotFound,
                fmt::format("{} is no folder that can be read", folder.string()));
  std::map<std::string, fs::path> found;
  for (const fs::directory_entry& entry : files) {
    std::string name = entry.path().lexically_relative(folder).generic_string();
    if (!name.ends_with(suffix)) continue;
    name.resize(name.size() - suffix.size());
    found.emplace(std::move(name), entry.path());
  }
  return found;
}

std::string last_part(const std::string& name) {
  return fs::path(name).filename().string();
}

/// "hand/7" -> "hand_7", as calx analyze tells films of one name apart.
std::string with_folder(const std::string& name, const fs::path& folder) {
  const fs::path parent = (folder / name).parent_path().filename();
  return parent.string() + "_" + last_part(name);
}

/// The results by their last part; empty where several share it.
std::map<std::string, fs::path> by_last_part(const std::map<std::string, fs::path>& results) {
  std::map<std::string, fs::path> named;
  for (const auto& [name, file] : results) {
    const auto [place, is_new] = named.emplace(last_part(name), file);
    if (!is_new) place->second.clear();
  }
  return named;
}

} // namespace

Result<std::vector<FilmPair>> pair_films(const fs::path& truth, const fs::path& results) {
  const auto truths = files_below(truth, kTruthSuffix);
  if (!truths) return tl::unexpected(truths.error());
  if (truths->empty())
    return fail(ErrorCode::FileNotFound,
                fmt::format("no *{} is in or below {}", kTruthSuffix, truth.string()));
  const auto found = files_below(results, kFindingsSuffix);
  if (!found) return tl::unexpected(found.error());
  const auto by_name = by_last_part(*found);

  std::vector<FilmPair> pairs;
  std::map<fs::path, std::string> taken;
  for (const auto& [name, file] : *truths) {
    fs::path result;
    if (const auto same = found->find(name); same != found->end()) result = same->second;
    for (const std::string& key : {with_folder(name, truth), last_part(name)})
      if (const auto named = by_name.find(key); result.empty() && named != by_name.end())
        result = named->second;
    if (!result.empty())
      if (const auto [other, is_new] = taken.emplace(result, name); !is_new)
        return fail(ErrorCode::BadTruth,
                    fmt::format("{} would serve both {} and {}; keep the results in the same "
                                "subfolders as the truth",
                                result.filename().string(), other->second, name));
    pairs.push_back({name, file, result});
  }
  return pairs;
}

} // namespace calx::evaluation

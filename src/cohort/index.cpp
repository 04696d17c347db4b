#include "cohort/index.hpp"

#include "cohort/digest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace calx::cohort {
namespace {

constexpr std::string_view kIndexSchema = "calx.index/1";
constexpr std::size_t kFields = 12;

/// No tab is in a path as text, so none is in the key.
std::string input_key(const RecordInput& input) {
  return input.path + '\t' + input.root;
}

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<IndexEntry> parse_line(std::string_view line) {
  std::array<std::string_view, kFields> f;
  for (std::size_t i = 0; i < kFields; ++i) {
    const auto tab = line.find('\t');
    if ((tab == line.npos) != (i + 1 == kFields)) return std::nullopt;
    f[i] = line.substr(0, tab);
    line.remove_prefix(tab == line.npos ? line.size() : tab + 1);
  }
  IndexEntry e;
  const auto outcome = parse_outcome(f[6]);
  if (!outcome || !parse_number(f[3], e.input.bytes) || !parse_number(f[4], e.input.modified_ns) ||
      !parse_number(f[5], e.input.inode) || !parse_number(f[11], e.attempts))
    return std::nullopt;
  e.name = f[0];
  e.input.path = f[1];
  e.input.root = f[2];
  e.outcome = *outcome;
  e.reason = f[7];
  e.parameters_sha256 = f[8];
  e.version = f[9];
  e.duplicate_of = f[10];
  return e;
}

} // namespace

IndexEntry index_entry(const Record& r) {
  return {record_name(r),
          r.input,
          r.outcome,
          r.reason ? r.reason->code : std::string(),
          r.key.parameters_sha256,
          r.key.version,
          r.duplicate_of,
          r.attempts};
}

void Index::put(IndexEntry entry) {
  remove(entry.name);
  names_[input_key(entry.input)] = entry.name;
  if (!entry.duplicate_of.empty()) copies_.emplace(entry.duplicate_of, entry.name);
  std::string name = entry.name;
  entries_.emplace(std::move(name), std::move(entry));
}

void Index::remove(std::string_view name) {
  const auto at = entries_.find(std::string(name));
  if (at == entries_.end()) return;
  const auto named = names_.find(input_key(at->second.input));
  if (named != names_.end() && named->second == name) names_.erase(named);
  const auto [first, last] = copies_.equal_range(at->second.duplicate_of);
  const auto copy = std::find_if(first, last, [&](const auto& c) { return c.second == name; });
  if (copy != last) copies_.erase(copy);
  entries_.erase(at);
}

const IndexEntry* Index::by_name(std::string_view name) const {
  const auto at = entries_.find(std::string(name));
  return at == entries_.end() ? nullptr : &at->second;
}

const IndexEntry* Index::by_input(const RecordInput& input) const {
  const auto at = names_.find(input_key(input));
  return at == names_.end() ? nullptr : by_name(at->second);
}

const IndexEntry* Index::duplicate_of(std::string_view name) const {
  const IndexEntry* best = nullptr;
  const auto [first, last] = copies_.equal_range(std::string(name));
  for (auto at = first; at != last; ++at) {
    const IndexEntry* entry = by_name(at->second);
    if (entry && (!best || input_key(entry->input) < input_key(best->input))) best = entry;
  }
  return best;
}

std::vector<const IndexEntry*> Index::all() const {
  std::vector<const IndexEntry*> sorted;
  sorted.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) sorted.push_back(&entry);
  std::ranges::sort(sorted, {}, &IndexEntry::name);
  return sorted;
}

std::string Index::to_text() const {
  std::string text = fmt::format("{}\n", kIndexSchema);
  for (const IndexEntry* e : all())
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", e->name, e->input.path,
                        e->input.root, e->input.bytes, e->input.modified_ns, e->input.inode,
                        to_string(e->outcome), e->reason, e->parameters_sha256, e->version,
                        e->duplicate_of, e->attempts);
  return text + sha256_hex(text) + "\n";
}

std::optional<Index> Index::from_text(std::string_view text) {
  constexpr std::size_t kChecksumLine = 65;
  if (text.size() < kChecksumLine || !text.starts_with(kIndexSchema)) return std::nullopt;
  std::string_view lines = text.substr(0, text.size() - kChecksumLine);
  if (text.substr(lines.size()) != sha256_hex(lines) + "\n") return std::nullopt;
  lines.remove_prefix(lines.find('\n') + 1);
  Index index;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    auto entry = parse_line(lines.substr(0, end));
    if (!entry || end == lines.npos) return std::nullopt;
    index.put(std::move(*entry));
    lines.remove_prefix(end + 1);
  }
  return index;
}

} // namespace calx::cohort

// What is known of every record of an output folder, in memory and in OUT/index.tsv.
//
// The file only saves the reading of all records: it is written when a run ends, taken away when
// one starts, and made anew from the records where it is missing.
#pragma once

#include "cohort/record.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace calx::cohort {

struct IndexEntry {
  std::string name; ///< of the record
  RecordInput input;
  Outcome outcome = Outcome::Done;
  std::string reason; ///< its code; may be empty
  std::string parameters_sha256, version;
  std::string duplicate_of;
  int attempts = 0;
};

IndexEntry index_entry(const Record& record);

class Index {
public:
  void put(IndexEntry entry);
  void remove(std::string_view name);
  const IndexEntry* by_name(std::string_view name) const;
  /// The record of a file.
  const IndexEntry* by_input(const RecordInput& input) const;
  /// A duplicate of this record, the first by path; null where there is none.
  const IndexEntry* duplicate_of(std::string_view name) const;
  std::vector<const IndexEntry*> all() const; ///< by name
  std::size_t size() const { return entries_.size(); }

  /// "calx.index/1" as text, a checksum at its end.
  std::string to_text() const;
  /// Nothing where the text is not whole.
  static std::optional<Index> from_text(std::string_view text);

private:
  std::unordered_map<std::string, IndexEntry> entries_;      ///< by name
  std::unordered_map<std::string, std::string> names_;       ///< by path and root
  std::unordered_multimap<std::string, std::string> copies_; ///< names of duplicates, by original
};

} // namespace calx::cohort

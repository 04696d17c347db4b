// The output folder of a run: its records, pictures and index, held by one run at a time.
#pragma once

#include "cohort/index.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace calx::cohort {

class Store {
public:
  /// Makes the folder where it is missing, locks it, clears away what a killed run left, and reads
  /// the index or, without it, the records. Errors: cannot-write, in-use, bad-record.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& out);
  /// Unlocks. Without `close` before, the next run reads the records.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const Index& index() const { return index_; }
  /// A folder for temporary files, gone with the object.
  std::filesystem::path private_tmp() const { return out_ / "tmp"; }
  /// Is the file of this record still there?
  bool has_file(const IndexEntry& entry) const;

  /// Writes pictures, then the record, then takes away the file's record of earlier, if it has
  /// another name: it stays where another file has the same bytes, as that file's. Error:
  /// cannot-write.
  Result<void> keep(Record record, const std::string& overlay_png = {},
                    const std::string& mask_png = {});

  /// The file of this record was moved or copied here: the record follows it.
  Result<void> move(const IndexEntry& entry, const RecordInput& to);

  /// Were the tables made after the last change of a record?
  bool tables_are_current() const;

  /// Writes the index.
  Result<void> close();

private:
  explicit Store(std::filesystem::path out) : out_(std::move(out)) {}
  Result<void> lock();
  Result<void> load();
  Result<void> scan();
  Result<void> read_into_index(Record&& record);
  Result<void> before_change();
  Result<void> retire(IndexEntry entry);
  Result<void> take_away(const IndexEntry& entry);

  std::filesystem::path out_;
  int lock_ = -1;
  bool changed_ = false;
  Index index_;
};

/// Where the pictures of a record go, in at most 4,096 folders: "overlays/0a1/<name>.png".
std::string picture_file(std::string_view kind, std::string_view name);

} // namespace calx::cohort

// One file in a worker: first what it is, then its findings.
#pragma once

#include "cohort/record.hpp"
#include "cohort/settings.hpp"
#include "cohort/walk.hpp"

#include <string>

namespace calx::cohort {

/// The reason of a file that is left alone because pictures are not asked for.
inline constexpr std::string_view kPictureReason = "picture";

/// What the header tells, before a pixel is decoded.
struct Look {
  enum class Kind {
    Film,  ///< to be analysed
    Final, ///< the record says why not
    Left,  ///< not selected by --where: no record
  } kind = Kind::Final;
  /// Key, header and identifiers. The content is hashed unless the file is no image at all: those
  /// are kept by their path, so that films of terabytes beside them need not be read.
  Record record;
};

/// Never throws for what a file holds; std::bad_alloc passes.
Look look_at(const FileEntry& file, const Settings& settings);

/// A film's record with findings, and its pictures as PNG bytes.
struct Analysed {
  Record record;
  std::string overlay_png, mask_png; ///< empty: none
};

/// `looked` is what `look_at` said of the file. Failures are in the record; std::bad_alloc passes.
Analysed analyse_film(const FileEntry& file, const Settings& settings, Record looked);

/// The record's input for a file.
RecordInput record_input(const FileEntry& file, const Settings& settings);
/// What is known of a file before it is opened: input and key, but for the content.
Record blank_record(const FileEntry& file, const Settings& settings);

/// Why a film that needed more memory than there is has no findings.
Reason out_of_memory();

} // namespace calx::cohort

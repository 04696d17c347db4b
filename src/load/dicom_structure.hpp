// The skeleton of a DICOM file, walked without building anything from it.
//
// DCMTK parses nested sequences by recursion and believes lengths; this walk comes first, uses a
// stack of its own and 64-bit arithmetic, and says where the pixel data lie and whether they are
// all there. PS3.5 section 7 (data set), section 10 and annex A (transfer syntaxes).
#pragma once

#include "load/input_file.hpp"

#include <string>

namespace calx::load {

/// A run of bytes in the file.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct DicomStructure {
  std::string transfer_syntax; ///< UID; the default implicit little endian where the file has none
  std::uint64_t dataset_offset = 0;
  bool has_pixel_data = false;
  bool encapsulated = false;
  bool words = true;             ///< native and not of VR OB: big endian swaps its bytes
  Extent native;                 ///< the pixel data element's value, not encapsulated
  Extent offset_table;           ///< the basic offset table's value, may be empty
  std::vector<Extent> fragments; ///< encapsulated, without the offset table
};

/// A deflated data set is inflated into memory: then `inflated` holds it, `structure` is that of
/// the inflated bytes, and the rest of the loader reads them.
struct DicomWalk {
  DicomStructure structure;
  std::optional<InputFile> inflated;
};

/// Errors: corrupt-header (unparsable, nested deeper than 32, an absurd number of elements),
/// truncated-pixels (the pixel data element reaches past the end of the file), too-large (a value
/// length beyond `max_pixel_bytes`, or a deflated data set that unpacks to more).
Result<DicomWalk> walk_dicom(const InputFile& input, std::uint64_t max_pixel_bytes);

} // namespace calx::load

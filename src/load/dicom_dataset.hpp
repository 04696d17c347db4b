// The elements of a DICOM file as DCMTK parses them, up to the pixel data.
#pragma once

#include "load/dicom_structure.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>
#include <filesystem>

namespace calx::load {

class DicomDataset {
public:
  /// After the walk has found the structure sound. Error: corrupt-header.
  Result<void> parse(const std::filesystem::path& file, const DicomWalk& walk);

  DcmItem& items() { return is_inflated_ ? inflated_ : *format_.getDataset(); }

private:
  DcmFileFormat format_;
  DcmDataset inflated_; ///< stands in for it where the data set was deflated
  bool is_inflated_ = false;
};

} // namespace calx::load

#include "load/dicom_dataset.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>

namespace calx::load {
namespace {

OFCondition parse_inflated(DcmDataset& dataset, const InputFile& bytes,
                           const DicomStructure& structure) {
  const auto all =
      bytes.bytes(0, structure.has_pixel_data ? structure.native.offset : bytes.size());
  DcmInputBufferStream stream;
  stream.setBuffer(all.data(), static_cast<offile_off_t>(all.size()));
  stream.setEos();
  dataset.transferInit();
  const OFCondition status = dataset.readUntilTag(stream, EXS_LittleEndianExplicit, EGL_noChange,
                                                  DCM_MaxReadLength, DCM_PixelData);
  dataset.transferEnd();
  return status;
}

} // namespace

Result<void> DicomDataset::parse(const std::filesystem::path& file, const DicomWalk& walk) {
  is_inflated_ = walk.inflated.has_value();
  const OFCondition status =
      is_inflated_ ? parse_inflated(inflated_, *walk.inflated, walk.structure)
                   : format_.loadFileUntilTag(file.c_str(), EXS_Unknown, EGL_noChange,
                                              DCM_MaxReadLength, ERM_autoDetect, DCM_PixelData);
  if (status.good()) return {};
  return fail(ErrorCode::CorruptHeader, "the DICOM header cannot be parsed; fetch the file again");
}

} // namespace calx::load

// A DICOM film: its header checked before a pixel is touched, then one frame at a time.
//
// DCMTK parses and decodes (native, RLE, JPEG, JPEG-LS), OpenJPEG decodes JPEG 2000; neither shows
// here. GDCM is not used.
#pragma once

#include "load/dicom_header.hpp"
#include "load/input_file.hpp"
#include "load/load.hpp"
#include "load/pixel_source.hpp"

#include <memory>

namespace calx::load {

class DicomFile {
public:
  /// Parses the header and checks it: what kind of object, its sizes in 64 bits against
  /// `options.max_megapixels` and against the payload, the frame asked for. Decodes nothing.
  static Result<DicomFile> open(const std::filesystem::path& file, const InputFile& input,
                                const LoadOptions& options);
  DicomFile(DicomFile&&) noexcept;
  DicomFile& operator=(DicomFile&&) noexcept;
  ~DicomFile();

  const DicomHeader& header() const;
  /// The frame that the options asked for. Colour comes as interleaved RGB.
  PixelSource source() const;

private:
  struct Parts;
  explicit DicomFile(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

} // namespace calx::load

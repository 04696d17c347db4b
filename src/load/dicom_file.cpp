#include "load/dicom_file.hpp"

#include "load/codestream.hpp"
#include "load/dicom_dataset.hpp"
#include "load/dicom_logging.hpp"
#include "load/dicom_read.hpp"
#include "load/failures.hpp"
#include "load/gate.hpp"
#include "load/jpeg2000.hpp"

#include <algorithm>
#include <cstring>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <fmt/format.h>
#include <set>

namespace calx::load {

// Not in the unnamed namespace: a type that others see holds it.
enum class Codec { Native, NativeBig, Rle, Jpeg, JpegLs, Jpeg2000 };

namespace {

std::optional<Codec> codec_of(std::string_view uid) {
  using enum Codec;
  constexpr std::pair<std::string_view, Codec> all[] = {
      {"1.2.840.10008.1.2", Native},       {"1.2.840.10008.1.2.1", Native},
      {"1.2.840.10008.1.2.1.99", Native},  {"1.2.840.10008.1.2.2", NativeBig},
      {"1.2.840.10008.1.2.5", Rle},        {"1.2.840.10008.1.2.4.50", Jpeg},
      {"1.2.840.10008.1.2.4.51", Jpeg},    {"1.2.840.10008.1.2.4.57", Jpeg},
      {"1.2.840.10008.1.2.4.70", Jpeg},    {"1.2.840.10008.1.2.4.80", JpegLs},
      {"1.2.840.10008.1.2.4.81", JpegLs},  {"1.2.840.10008.1.2.4.90", Jpeg2000},
      {"1.2.840.10008.1.2.4.91", Jpeg2000}};
  for (const auto& [known, codec] : all)
    if (uid == known) return codec;
  return std::nullopt;
}

// Past this the claim is absurd rather than the file cut short.
constexpr std::uint64_t kAbsurdBytes = std::uint64_t(4) << 30;
// Real films compress losslessly to a half or a third, lossy to a fiftieth; an empty field to a few
// hundredths of that. A stream below is made to make the reader allocate.
constexpr std::uint64_t kMostCompression = 2000;
constexpr std::uint64_t kSmallEnough = 4u << 20;

auto too_short(std::uint64_t claimed) {
  if (claimed > kAbsurdBytes)
    return fail(ErrorCode::TooLarge,
                "the header claims more pixels than the file holds; fetch the file again");
  return fail(ErrorCode::TruncatedPixels,
              "the pixel data are shorter than the header says; copy the file again");
}

Result<void> check_size(const PixelDescription& pixel, double max_megapixels) {
  if (auto fit = check_picture_size(static_cast<std::uint64_t>(pixel.columns),
                                    static_cast<std::uint64_t>(pixel.rows), max_megapixels);
      !fit)
    return fit;
  // DCMTK counts a frame's bytes in 32 bits.
  if (pixel.frame_bytes() < (std::uint64_t(1) << 31)) return {};
  return fail(ErrorCode::TooLarge,
              fmt::format("one frame of {} x {} pixels holds 2 GiB or more, which calx does not "
                          "read; export it smaller",
                          pixel.columns, pixel.rows));
}

Result<void> check_payload(const PixelDescription& pixel, const DicomStructure& structure,
                           Codec codec) {
  const bool compressed = codec != Codec::Native && codec != Codec::NativeBig;
  if (compressed != structure.encapsulated)
    return fail(ErrorCode::CorruptHeader,
                "the pixel data are not stored as the transfer syntax says; fetch the file again");
  const std::uint64_t claimed = pixel.frame_bytes() * std::uint64_t(pixel.frames);
  if (!compressed) {
    if (structure.native.length == 0)
      return fail(ErrorCode::NoPixelData, "the pixel data element is empty");
    return claimed <= structure.native.length ? Result<void>{} : too_short(claimed);
  }
  if (structure.fragments.empty())
    return fail(ErrorCode::NoPixelData, "the compressed pixel data are empty");
  if (structure.fragments.size() < std::size_t(pixel.frames)) return too_short(claimed);
  std::uint64_t held = 0;
  for (const Extent& fragment : structure.fragments) held += fragment.length;
  if (claimed > kSmallEnough && claimed / kMostCompression > held)
    return too_short(kAbsurdBytes + 1);
  return {};
}

/// The pieces that make up one frame (PS3.5 A.4): one each, or as the offset table says, or told by
/// the marker with which every codestream starts.
std::vector<Extent> frame_fragments(const DicomStructure& structure, const InputFile& bytes,
                                    int frames, int frame) {
  const auto& all = structure.fragments;
  if (frames == 1) return all;
  if (all.size() == std::size_t(frames)) return {all[std::size_t(frame)]};
  std::vector<std::size_t> starts;
  const auto table = bytes.bytes(structure.offset_table.offset, structure.offset_table.length);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::uint64_t from_first = all[i].offset - all.front().offset;
    bool start = false;
    if (table.size() == 4 * std::size_t(frames)) {
      for (std::size_t k = 0; k < table.size() && !start; k += 4)
        start = load_little<std::uint32_t>(table.data() + k) == from_first;
    } else {
      const auto head = bytes.bytes(all[i].offset, 2);
      start = head.size() == 2 && head[0] == 0xff && (head[1] == 0xd8 || head[1] == 0x4f);
    }
    if (start) starts.push_back(i);
  }
  if (starts.size() != std::size_t(frames)) return {};
  const std::size_t first = starts[std::size_t(frame)];
  const std::size_t last = frame + 1 < frames ? starts[std::size_t(frame) + 1] : all.size();
  return {all.begin() + std::ptrdiff_t(first), all.begin() + std::ptrdiff_t(last)};
}

/// Swaps the bytes of 16-bit samples, or of the words that 8-bit samples came in (PS3.5 8.1.1).
void swap_words(std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
}

void interleave(std::span<std::uint8_t> pixels, int components, std::size_t sample_bytes) {
  const std::vector<std::uint8_t> planes(pixels.begin(), pixels.end());
  const std::size_t samples = pixels.size() / sample_bytes / std::size_t(components);
  for (std::size_t c = 0; c < std::size_t(components); ++c)
    for (std::size_t i = 0; i < samples; ++i)
      std::memcpy(&pixels[(i * std::size_t(components) + c) * sample_bytes],
                  &planes[(c * samples + i) * sample_bytes], sample_bytes);
}

/// A data set that says what DCMTK's decoders ask for and holds one frame; nothing of the file's
/// own but checked numbers reaches them.
std::unique_ptr<DcmDataset> one_frame_dataset(const PixelDescription& pixel) {
  auto dataset = std::make_unique<DcmDataset>();
  const auto put = [&](const DcmTagKey& tag, int value) {
    dataset->putAndInsertUint16(tag, static_cast<Uint16>(value));
  };
  put(DCM_SamplesPerPixel, pixel.samples_per_pixel);
  dataset->putAndInsertString(DCM_PhotometricInterpretation, pixel.photometric.c_str());
  put(DCM_Rows, pixel.rows);
  put(DCM_Columns, pixel.columns);
  put(DCM_BitsAllocated, pixel.bits_allocated);
  put(DCM_BitsStored, pixel.bits_stored);
  put(DCM_HighBit, pixel.high_bit);
  put(DCM_PixelRepresentation, pixel.is_signed ? 1 : 0);
  if (pixel.samples_per_pixel > 1) put(DCM_PlanarConfiguration, 0); // as it shall come out
  dataset->putAndInsertString(DCM_NumberOfFrames, "1");
  return dataset;
}

} // namespace

struct DicomFile::Parts {
  DicomHeader header;
  DicomStructure structure;
  Codec codec = Codec::Native;
  int frame = 0;
  const InputFile* input = nullptr;  ///< the caller's, must outlive the decoding
  std::optional<InputFile> inflated; ///< stands in for it where the data set was deflated

  const InputFile& bytes() const { return inflated ? *inflated : *input; }
  Result<void> fill_header(DcmItem& dataset, const LoadOptions& options);
  Result<std::vector<std::uint8_t>> read_codestream() const;
  Result<void> read(std::span<std::uint8_t> to) const;
  Result<void> read_native(std::span<std::uint8_t> to) const;
  Result<void> decode_with_dcmtk(std::span<std::uint8_t> to) const;
};

Result<void> DicomFile::Parts::fill_header(DcmItem& dataset, const LoadOptions& options) {
  Acquisition& acquisition = header.acquisition;
  acquisition.format = "DICOM";
  acquisition.transfer_syntax = structure.transfer_syntax;
  if (auto fit = check_modality(dataset, acquisition); !fit) return fit;
  if (!structure.has_pixel_data)
    return fail(ErrorCode::NoPixelData, "the file has a header but no image; export it again");
  const auto pixel = read_pixel_description(dataset);
  if (!pixel) return tl::unexpected(pixel.error());
  header.pixel = *pixel;
  if (auto fit = check_size(*pixel, options.max_megapixels); !fit) return fit;
  const auto known = codec_of(structure.transfer_syntax);
  if (!known)
    return fail(ErrorCode::UnsupportedFormat,
                "the transfer syntax is not one that calx reads; convert the file, for example "
                "with dcmconv or gdcmconv");
  codec = *known;
  if (auto fit = check_payload(*pixel, structure, codec); !fit) return fit;
  if (options.frame < 0 || options.frame >= pixel->frames)
    return fail(ErrorCode::FrameOutOfRange,
                fmt::format("frame {} was asked for and the file has {}, counted from 0",
                            options.frame, pixel->frames));
  frame = options.frame;
  acquisition.frames = pixel->frames;
  acquisition.bits_stored = pixel->bits_stored;
  acquisition.polarity_as_stored = pixel->photometric == "MONOCHROME1"   ? Polarity::Monochrome1
                                   : pixel->photometric == "MONOCHROME2" ? Polarity::Monochrome2
                                                                         : Polarity::Rgb;
  read_acquisition(dataset, acquisition);
  header.spacing = read_spacing_tags(dataset);
  header.grey = read_grey_tags(dataset, *pixel, acquisition.warnings);
  header.shutter = read_shutter_tags(dataset, acquisition.warnings);
  return {};
}

Result<DicomFile> DicomFile::open(const std::filesystem::path& file, const InputFile& input,
                                  const LoadOptions& options) {
  prepare_dcmtk();
  const double max_bytes = std::min(options.max_megapixels * 1e6 * 6, 1e12);
  auto walk = walk_dicom(input, std::uint64_t(std::max(max_bytes, 0.0)));
  if (!walk) return tl::unexpected(std::move(walk).error());
  auto parts = std::make_unique<Parts>();
  try {
    DicomDataset dataset;
    if (auto parsed = dataset.parse(file, *walk); !parsed) return tl::unexpected(parsed.error());
    parts->structure = std::move(walk->structure);
    parts->inflated = std::move(walk->inflated);
    parts->input = &input;
    if (auto filled = parts->fill_header(dataset.items(), options); !filled)
      return tl::unexpected(filled.error());
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::TooLarge, "there is not enough memory for this header");
  }
  return DicomFile(std::move(parts));
}

DicomFile::DicomFile(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
DicomFile::DicomFile(DicomFile&&) noexcept = default;
DicomFile& DicomFile::operator=(DicomFile&&) noexcept = default;
DicomFile::~DicomFile() = default;

const DicomHeader& DicomFile::header() const {
  return parts_->header;
}

PixelSource DicomFile::source() const {
  const PixelDescription& pixel = parts_->header.pixel;
  const int depth = pixel.bits_allocated == 8 ? (pixel.is_signed ? CV_8S : CV_8U)
                                              : (pixel.is_signed ? CV_16S : CV_16U);
  return {{pixel.rows, pixel.columns, pixel.samples_per_pixel, depth},
          [parts = parts_.get()](std::span<std::uint8_t> to) { return parts->read(to); }};
}

Result<void> DicomFile::Parts::read(std::span<std::uint8_t> to) const {
  if (codec == Codec::Native || codec == Codec::NativeBig) return read_native(to);
  if (codec == Codec::Jpeg2000) {
    auto stream = read_codestream();
    if (!stream) return tl::unexpected(stream.error());
    close_last_tile_part(*stream);
    return decode_jpeg2000(*stream, header.pixel, to);
  }
  return decode_with_dcmtk(to);
}

Result<void> DicomFile::Parts::read_native(std::span<std::uint8_t> to) const {
  const PixelDescription& pixel = header.pixel;
  const std::uint64_t offset = structure.native.offset + std::uint64_t(frame) * pixel.frame_bytes();
  const bool swapped = codec == Codec::NativeBig && structure.words;
  if (swapped && pixel.bits_allocated == 8) {
    // Words may straddle the frame: read whole words and cut.
    const std::uint64_t odd = (offset - structure.native.offset) % 2;
    auto words = bytes().bytes(offset - odd, (to.size() + odd + 1) / 2 * 2);
    if (words.size() < to.size() + odd) return too_short(0);
    swap_words(words);
    std::copy_n(words.begin() + std::ptrdiff_t(odd), to.size(), to.begin());
  } else {
    if (!bytes().read_at(offset, to)) return too_short(0);
    if (swapped) swap_words(to);
  }
  if (pixel.samples_per_pixel > 1 && pixel.planar)
    interleave(to, pixel.samples_per_pixel, std::size_t(pixel.bits_allocated / 8));
  return {};
}

Result<std::vector<std::uint8_t>> DicomFile::Parts::read_codestream() const {
  const auto pieces = frame_fragments(structure, bytes(), header.pixel.frames, frame);
  if (pieces.empty())
    return fail(ErrorCode::CorruptPixels,
                "which pieces of the pixel data make up the frame cannot be told; fetch the file "
                "again");
  std::vector<std::uint8_t> all;
  std::uint64_t total = 0;
  for (const Extent& piece : pieces) total += piece.length;
  all.resize(total);
  std::size_t at = 0;
  for (const Extent& piece : pieces) {
    if (!bytes().read_at(piece.offset, std::span(all).subspan(at, piece.length)))
      return too_short(0);
    at += piece.length;
  }
  const auto kind = codec == Codec::Rle      ? CodestreamKind::Rle
                    : codec == Codec::Jpeg   ? CodestreamKind::Jpeg
                    : codec == Codec::JpegLs ? CodestreamKind::JpegLs
                                             : CodestreamKind::Jpeg2000;
  if (auto sound = check_codestream(all, kind, header.pixel); !sound)
    return tl::unexpected(sound.error());
  return all;
}

Result<void> DicomFile::Parts::decode_with_dcmtk(std::span<std::uint8_t> to) const {
  auto stream = read_codestream();
  if (!stream) return tl::unexpected(stream.error());
  if (stream->size() % 2 != 0) stream->push_back(0);
  const auto dataset = one_frame_dataset(header.pixel);
  auto sequence = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
  auto table = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
  auto item = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
  item->putUint8Array(stream->data(), static_cast<unsigned long>(stream->size()));
  sequence->insert(table.release());
  sequence->insert(item.release());
  auto element = std::make_unique<DcmPixelData>(DCM_PixelData);
  const E_TransferSyntax syntax = DcmXfer(structure.transfer_syntax.c_str()).getXfer();
  element->putOriginalRepresentation(syntax, nullptr, sequence.release());
  DcmPixelData* pixels = element.get();
  dataset->insert(element.release());

  // DCMTK wants room for an even number of bytes.
  std::vector<std::uint8_t> even(to.size() % 2 ? to.size() + 1 : 0);
  const std::span<std::uint8_t> room = even.empty() ? to : std::span(even);
  const DecoderComplaints complaints;
  Uint32 fragment = 0;
  OFString colours;
  try {
    const OFCondition status = pixels->getUncompressedFrame(
        dataset.get(), 0, fragment, room.data(), static_cast<Uint32>(room.size()), colours);
    if (status.bad() || complaints.count() > 0) return damaged_codestream();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::TooLarge, "there is not enough memory for this image");
  } catch (const std::exception&) {
    return damaged_codestream();
  }
  if (!even.empty()) std::copy_n(even.begin(), to.size(), to.begin());
  return {};
}

} // namespace calx::load

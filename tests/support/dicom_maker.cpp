#include "support/dicom_maker.hpp"

#include <dcmtk/config/osconfig.h>

#include <cmath>
#include <cstring>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmimage/diregist.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>
#include <fstream>
#include <memory>
#include <mutex>
#include <openjpeg.h>
#include <random>
#include <stdexcept>
#include <stdlib.h>

namespace calx::testing {
namespace {

struct SyntaxRow {
  Syntax syntax;
  E_TransferSyntax xfer;
  const char* uid;
  const char* name;
  bool lossless;
};

constexpr SyntaxRow kSyntaxes[] = {
    {Syntax::ImplicitLittle, EXS_LittleEndianImplicit, "1.2.840.10008.1.2", "implicit", true},
    {Syntax::ExplicitLittle, EXS_LittleEndianExplicit, "1.2.840.10008.1.2.1", "explicit", true},
    {Syntax::ExplicitBig, EXS_BigEndianExplicit, "1.2.840.10008.1.2.2", "big", true},
    {Syntax::Deflated, EXS_DeflatedLittleEndianExplicit, "1.2.840.10008.1.2.1.99", "deflated",
     true},
    {Syntax::Rle, EXS_RLELossless, "1.2.840.10008.1.2.5", "rle", true},
    {Syntax::JpegBaseline, EXS_JPEGProcess1, "1.2.840.10008.1.2.4.50", "jpeg50", false},
    {Syntax::JpegExtended, EXS_JPEGProcess2_4, "1.2.840.10008.1.2.4.51", "jpeg51", false},
    {Syntax::JpegLossless57, EXS_JPEGProcess14, "1.2.840.10008.1.2.4.57", "jpeg57", true},
    {Syntax::JpegLossless70, EXS_JPEGProcess14SV1, "1.2.840.10008.1.2.4.70", "jpeg70", true},
    {Syntax::JpegLsLossless, EXS_JPEGLSLossless, "1.2.840.10008.1.2.4.80", "jpegls80", true},
    {Syntax::JpegLsNear, EXS_JPEGLSLossy, "1.2.840.10008.1.2.4.81", "jpegls81", false},
    {Syntax::Jpeg2000Lossless, EXS_JPEG2000LosslessOnly, "1.2.840.10008.1.2.4.90", "j2k90", true},
    {Syntax::Jpeg2000Lossy, EXS_JPEG2000, "1.2.840.10008.1.2.4.91", "j2k91", false},
};

const SyntaxRow& row(Syntax syntax) {
  for (const SyntaxRow& r : kSyntaxes)
    if (r.syntax == syntax) return r;
  throw std::logic_error("no such syntax");
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("test file: " + what);
}
void require(const OFCondition& status, const char* what) {
  require(status.good(), std::string(what) + ": " + status.text());
}

void register_encoders() {
  static std::once_flag once;
  std::call_once(once, [] {
    OFLog::getLogger("dcmtk").setLogLevel(OFLogger::ERROR_LOG_LEVEL); // the encoders chat
    DcmRLEEncoderRegistration::registerCodecs();
    // No scaling to the values' own range before lossy encoding.
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never, OFFalse, 0, 0, 0, OFTrue,
                                          ESS_444, OFFalse, OFFalse, 0, 0, 0, 0, 0, 0, 0, 0,
                                          OFFalse);
    DJLSEncoderRegistration::registerCodecs();
  });
}

/// Stored values to the bytes of native pixel data, little endian.
std::vector<std::uint8_t> pack(const std::vector<int>& values, const DicomSpec& spec) {
  const int high_bit = spec.high_bit < 0 ? spec.bits_stored - 1 : spec.high_bit;
  const int shift = high_bit + 1 - spec.bits_stored;
  const unsigned mask = (1u << spec.bits_stored) - 1;
  std::vector<std::uint8_t> bytes;
  for (int value : values) {
    const unsigned bits = (static_cast<unsigned>(value) & mask) << shift;
    bytes.push_back(static_cast<std::uint8_t>(bits));
    if (spec.bits_allocated == 16) bytes.push_back(static_cast<std::uint8_t>(bits >> 8));
  }
  return bytes;
}

void put_text(DcmItem& item, const std::string& name, const std::string& text) {
  DcmTag tag;
  require(DcmTag::findTagFromName(name.c_str(), tag), "unknown tag");
  require(item.putAndInsertString(tag, text.c_str()), "tag");
}

void fill_header(DcmDataset& d, const DicomSpec& s) {
  put_text(d, "SOPClassUID", s.sop_class);
  put_text(d, "SOPInstanceUID", "1.2.3.4.5");
  put_text(d, "SeriesInstanceUID", "1.2.3.4");
  put_text(d, "Modality", s.modality);
  put_text(d, "PatientName", "Secret^Person");
  put_text(d, "PatientID", "SECRET-ID");
  put_text(d, "PatientBirthDate", "19700101");
  put_text(d, "PhotometricInterpretation", s.photometric);
  const auto put = [&](const DcmTagKey& tag, int value) {
    d.putAndInsertUint16(tag, static_cast<Uint16>(value));
  };
  put(DCM_SamplesPerPixel, s.samples);
  if (s.samples > 1) put(DCM_PlanarConfiguration, 0);
  put(DCM_Rows, s.rows);
  put(DCM_Columns, s.columns);
  put(DCM_BitsAllocated, s.bits_allocated);
  put(DCM_BitsStored, s.bits_stored);
  put(DCM_HighBit, s.high_bit < 0 ? s.bits_stored - 1 : s.high_bit);
  put(DCM_PixelRepresentation, s.is_signed ? 1 : 0);
  if (s.frames > 1) put_text(d, "NumberOfFrames", std::to_string(s.frames));
}

void put_native_pixels(DcmDataset& d, const DicomSpec& s, const std::vector<std::uint8_t>& bytes) {
  if (s.bits_allocated == 16) {
    std::vector<Uint16> words(bytes.size() / 2);
    std::memcpy(words.data(), bytes.data(), bytes.size());
    require(d.putAndInsertUint16Array(DCM_PixelData, words.data(), words.size()), "pixels");
  } else {
    require(d.putAndInsertUint8Array(DCM_PixelData, bytes.data(), bytes.size()), "pixels");
  }
}

// --- JPEG 2000
// ------------------------------------------------------------------------------------

OPJ_SIZE_T append_bytes(void* from, OPJ_SIZE_T count, void* user) {
  auto& out = *static_cast<std::pair<std::vector<std::uint8_t>, std::size_t>*>(user);
  if (out.first.size() < out.second + count) out.first.resize(out.second + count);
  std::memcpy(out.first.data() + out.second, from, count);
  out.second += count;
  return count;
}
OPJ_OFF_T skip_out(OPJ_OFF_T count, void* user) {
  static_cast<std::pair<std::vector<std::uint8_t>, std::size_t>*>(user)->second +=
      static_cast<std::size_t>(count);
  return count;
}
OPJ_BOOL seek_out(OPJ_OFF_T offset, void* user) {
  static_cast<std::pair<std::vector<std::uint8_t>, std::size_t>*>(user)->second =
      static_cast<std::size_t>(offset);
  return OPJ_TRUE;
}

std::vector<std::uint8_t> encode_j2k(const int* values, const DicomSpec& s, bool lossless) {
  std::vector<opj_image_cmptparm_t> parameters(static_cast<std::size_t>(s.samples));
  for (auto& p : parameters) {
    p = {};
    p.dx = p.dy = 1;
    p.w = static_cast<OPJ_UINT32>(s.columns);
    p.h = static_cast<OPJ_UINT32>(s.rows);
    p.prec = static_cast<OPJ_UINT32>(s.bits_stored);
    p.sgnd = s.is_signed ? 1 : 0;
  }
  opj_image_t* image = opj_image_create(static_cast<OPJ_UINT32>(s.samples), parameters.data(),
                                        s.samples == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB);
  image->x1 = static_cast<OPJ_UINT32>(s.columns);
  image->y1 = static_cast<OPJ_UINT32>(s.rows);
  for (int c = 0; c < s.samples; ++c)
    for (int i = 0; i < s.rows * s.columns; ++i)
      image->comps[c].data[i] = values[i * s.samples + c];
  opj_cparameters_t coding;
  opj_set_default_encoder_parameters(&coding);
  coding.tcp_numlayers = 1;
  coding.cp_disto_alloc = 1;
  coding.irreversible = lossless ? 0 : 1;
  coding.tcp_rates[0] = lossless ? 0 : 8;
  coding.numresolution = std::min(s.rows, s.columns) < 64 ? 3 : 6;
  coding.tcp_mct = s.samples == 3 ? 1 : 0;
  opj_codec_t* codec = opj_create_compress(OPJ_CODEC_J2K);
  std::pair<std::vector<std::uint8_t>, std::size_t> out;
  opj_stream_t* stream = opj_stream_default_create(OPJ_FALSE);
  opj_stream_set_user_data(stream, &out, nullptr);
  opj_stream_set_write_function(stream, append_bytes);
  opj_stream_set_skip_function(stream, skip_out);
  opj_stream_set_seek_function(stream, seek_out);
  const bool done = opj_setup_encoder(codec, &coding, image) &&
                    opj_start_compress(codec, image, stream) && opj_encode(codec, stream) &&
                    opj_end_compress(codec, stream);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  require(done, "JPEG 2000 encoder");
  return out.first;
}

void put_j2k_pixels(DcmDataset& d, const DicomSpec& s, const std::vector<int>& values,
                    Syntax syntax) {
  auto* sequence = new DcmPixelSequence(DCM_PixelSequenceTag);
  sequence->insert(new DcmPixelItem(DCM_PixelItemTag));
  const std::size_t frame = values.size() / static_cast<std::size_t>(s.frames);
  for (int f = 0; f < s.frames; ++f) {
    auto stream = encode_j2k(values.data() + frame * static_cast<std::size_t>(f), s,
                             syntax == Syntax::Jpeg2000Lossless);
    if (stream.size() % 2) stream.push_back(0);
    auto* item = new DcmPixelItem(DCM_PixelItemTag);
    item->putUint8Array(stream.data(), stream.size());
    sequence->insert(item);
  }
  auto* pixels = new DcmPixelData(DCM_PixelData);
  pixels->putOriginalRepresentation(row(syntax).xfer, nullptr, sequence);
  require(d.insert(pixels, OFTrue), "pixels");
}

// --- encapsulation by DCMTK
// -----------------------------------------------------------------------

std::unique_ptr<DcmRepresentationParameter> parameter_of(Syntax syntax) {
  switch (syntax) {
  case Syntax::JpegBaseline:
  case Syntax::JpegExtended:
    return std::make_unique<DJ_RPLossy>(95);
  case Syntax::JpegLossless57:
    return std::make_unique<DJ_RPLossless>(4, 0);
  case Syntax::JpegLossless70:
    return std::make_unique<DJ_RPLossless>(1, 0);
  case Syntax::JpegLsLossless:
    return std::make_unique<DJLSRepresentationParameter>(0, OFTrue);
  case Syntax::JpegLsNear:
    return std::make_unique<DJLSRepresentationParameter>(2, OFFalse);
  case Syntax::Rle:
    return std::make_unique<DcmRLERepresentationParameter>();
  default:
    return nullptr;
  }
}

} // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "calx-test-XXXXXX").string();
  require(::mkdtemp(pattern.data()) != nullptr, "temporary folder");
  path_ = pattern;
}
TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::uint8_t> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write_file(const std::filesystem::path& file, std::span<const std::uint8_t> bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  require(out.good(), "writing " + file.string());
}

std::vector<Syntax> all_syntaxes() {
  std::vector<Syntax> all;
  for (const SyntaxRow& r : kSyntaxes) all.push_back(r.syntax);
  return all;
}
std::string syntax_uid(Syntax syntax) {
  return row(syntax).uid;
}
std::string syntax_name(Syntax syntax) {
  return row(syntax).name;
}
bool is_lossless(Syntax syntax) {
  return row(syntax).lossless;
}

std::vector<int> texture(int rows, int columns, int bits, int frames, int samples) {
  std::mt19937 random(7);
  const double top = (1 << bits) - 1;
  std::vector<int> values;
  for (int f = 0; f < frames; ++f)
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < columns; ++x) {
        const double dx = x - columns * 0.6, dy = y - rows * 0.4;
        const bool disc = dx * dx + dy * dy < rows * columns * 0.03;
        const double noise = double(random() % 1000) / 1000 * 0.02;
        const double v =
            0.15 + 0.3 * x / columns + 0.2 * y / rows + (disc ? 0.25 : 0) + noise + 0.01 * f;
        for (int s = 0; s < samples; ++s) values.push_back(static_cast<int>(v * top));
      }
  return values;
}

void write_dicom(const std::filesystem::path& file, const DicomSpec& spec, Syntax syntax) {
  register_encoders();
  DcmFileFormat format;
  DcmDataset& d = *format.getDataset();
  fill_header(d, spec);
  const auto values = spec.values.empty() ? texture(spec.rows, spec.columns, spec.bits_stored,
                                                    spec.frames, spec.samples)
                                          : spec.values;
  const bool j2k = syntax == Syntax::Jpeg2000Lossless || syntax == Syntax::Jpeg2000Lossy;
  if (spec.write_pixels) {
    if (j2k)
      put_j2k_pixels(d, spec, values, syntax);
    else
      put_native_pixels(d, spec, pack(values, spec));
  }
  const auto xfer = row(syntax).xfer;
  if (const auto parameter = parameter_of(syntax); parameter && spec.write_pixels) {
    require(d.chooseRepresentation(xfer, parameter.get()), "encoder");
    require(d.canWriteXfer(xfer), "encoder");
  }
  for (const auto& [name, text] : spec.text) put_text(d, name, text);
  if (spec.edit) spec.edit(&d);
  require(format.saveFile(file.c_str(), xfer, EET_ExplicitLength, EGL_recalcGL, EPD_noChange, 0, 0,
                          spec.preamble ? EWM_fileformat : EWM_dataset),
          "saving");
}

void add_code(void* dataset, std::uint16_t group, std::uint16_t element, const std::string& value,
              const std::string& meaning) {
  DcmItem* item = nullptr;
  static_cast<DcmItem*>(dataset)->findOrCreateSequenceItem(DcmTag(group, element), item);
  put_text(*item, "CodeValue", value);
  put_text(*item, "CodingSchemeDesignator", "SCT");
  put_text(*item, "CodeMeaning", meaning);
}

void add_lut(void* dataset, std::uint16_t group, std::uint16_t element, int first, int bits,
             const std::vector<std::uint16_t>& values) {
  DcmItem* item = nullptr;
  static_cast<DcmItem*>(dataset)->findOrCreateSequenceItem(DcmTag(group, element), item);
  const Uint16 descriptor[3] = {static_cast<Uint16>(values.size()), static_cast<Uint16>(first),
                                static_cast<Uint16>(bits)};
  require(item->putAndInsertUint16Array(DcmTag(DCM_LUTDescriptor, EVR_US), descriptor, 3), "LUT");
  require(item->putAndInsertUint16Array(DcmTag(DCM_LUTData, EVR_OW), values.data(), values.size()),
          "LUT");
}

void put_word(void* dataset, std::uint16_t group, std::uint16_t element, int value) {
  auto* d = static_cast<DcmItem*>(dataset);
  const Uint16 word = static_cast<Uint16>(value);
  require(d->putAndInsertUint16(DcmTag(DcmTagKey(group, element), EVR_US), word), "word");
}

} // namespace calx::testing

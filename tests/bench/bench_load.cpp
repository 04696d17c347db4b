// Reading, against the decoders alone, in one run: a synthetic 3008 x 2508, 16-bit DX in each
// transfer syntax.
//
// Every iteration times both sides after one another, so that what else the machine does meets
// both. Both start at a file (in the page cache) and end with the stored pixels in memory:
//   theirs  DCMTK: loadFile, chooseRepresentation, the pixel array; for JPEG 2000 OpenJPEG: the
//           codestream in memory to its image of ints
//   ours    the checked DicomFile through itk::ImageFileReader
// The counters are medians: theirs_ms, ours_ms, ratio (of minima), and load_ms for load_radiograph
// from the file to calibrated, dense-bright floats.
#include "load/dicom_file.hpp"
#include "load/itk_reader.hpp"
#include "load/load.hpp"
#include "support/dicom_maker.hpp"

#include <dcmtk/config/osconfig.h>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstring>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <openjpeg.h>

namespace {

using namespace calx;
using namespace calx::testing;
namespace fs = std::filesystem;

double milliseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

void read_with_dcmtk(const fs::path& file) {
  DcmFileFormat format;
  const Uint16* pixels = nullptr;
  const Uint8* bytes = nullptr;
  DcmDataset& dataset = *format.getDataset();
  const bool read = format.loadFile(file.c_str()).good() &&
                    dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr).good() &&
                    (dataset.findAndGetUint16Array(DCM_PixelData, pixels).good() ||
                     dataset.findAndGetUint8Array(DCM_PixelData, bytes).good());
  if (!read) throw std::runtime_error("DCMTK cannot read the film");
}

struct Memory {
  std::span<const std::uint8_t> bytes;
  std::size_t at = 0;
};

void decode_with_openjpeg(std::span<const std::uint8_t> codestream) {
  Memory memory{codestream};
  opj_stream_t* stream = opj_stream_default_create(OPJ_TRUE);
  opj_stream_set_user_data(stream, &memory, nullptr);
  opj_stream_set_user_data_length(stream, codestream.size());
  opj_stream_set_read_function(stream, [](void* to, OPJ_SIZE_T count, void* user) -> OPJ_SIZE_T {
    auto& m = *static_cast<Memory*>(user);
    const auto got = std::min<std::size_t>(count, m.bytes.size() - m.at);
    if (got == 0) return static_cast<OPJ_SIZE_T>(-1);
    std::memcpy(to, m.bytes.data() + m.at, got);
    m.at += got;
    return got;
  });
  opj_codec_t* codec = opj_create_decompress(OPJ_CODEC_J2K);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_setup_decoder(codec, &parameters);
  opj_image_t* image = nullptr;
  const bool read = opj_read_header(stream, codec, &image) && opj_decode(codec, stream, image) &&
                    opj_end_decompress(codec, stream);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  if (!read) throw std::runtime_error("OpenJPEG cannot read the film");
}

std::vector<std::uint8_t> codestream_of(const fs::path& file) {
  const auto all = read_file(file);
  const std::uint8_t start[] = {0xff, 0x4f, 0xff, 0x51};
  return {std::search(all.begin(), all.end(), std::begin(start), std::end(start)), all.end()};
}

void read_with_calx(const fs::path& file) {
  const auto input = load::InputFile::open(file);
  const auto dicom =
      input ? load::DicomFile::open(file, *input, {}) : tl::unexpected(input.error());
  const auto stored =
      dicom ? load::read_source(file, dicom->source()) : tl::unexpected(dicom.error());
  if (!stored) throw std::runtime_error(stored.error().to_string());
  benchmark::DoNotOptimize(stored->samples.data);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(benchmark::State& state, const fs::path& file, Syntax syntax) {
  const bool j2k = syntax == Syntax::Jpeg2000Lossless || syntax == Syntax::Jpeg2000Lossy;
  const auto codestream = j2k ? codestream_of(file) : std::vector<std::uint8_t>{};
  std::vector<double> theirs, ours, whole;
  for (auto _ : state) {
    theirs.push_back(
        milliseconds([&] { j2k ? decode_with_openjpeg(codestream) : read_with_dcmtk(file); }));
    ours.push_back(milliseconds([&] { read_with_calx(file); }));
    whole.push_back(milliseconds([&] {
      const auto film = load_radiograph(file);
      if (!film) throw std::runtime_error(film.error().to_string());
    }));
    state.SetIterationTime(ours.back() / 1e3);
  }
  state.counters["theirs_ms"] = median(theirs);
  state.counters["ours_ms"] = median(ours);
  state.counters["load_ms"] = median(whole);
  state.counters["ratio"] = *std::ranges::min_element(ours) / *std::ranges::min_element(theirs);
}

} // namespace

int main(int count, char** arguments) {
  DcmRLEDecoderRegistration::registerCodecs();
  DJDecoderRegistration::registerCodecs();
  DJLSDecoderRegistration::registerCodecs();
  const TemporaryFolder folder;
  for (const Syntax syntax : all_syntaxes()) {
    DicomSpec spec;
    spec.rows = 3008;
    spec.columns = 2508;
    spec.bits_stored = syntax == Syntax::JpegExtended ? 12 : 16;
    if (syntax == Syntax::JpegBaseline) spec.bits_stored = spec.bits_allocated = 8;
    const auto file = folder / (syntax_name(syntax) + ".dcm");
    write_dicom(file, spec, syntax);
    benchmark::RegisterBenchmark(syntax_name(syntax).c_str(), compare, file, syntax)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->Iterations(syntax == Syntax::Jpeg2000Lossless ? 5 : 11);
  }
  benchmark::Initialize(&count, arguments);
  benchmark::RunSpecifiedBenchmarks();
}

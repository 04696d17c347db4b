// What no file may do: crash, hang, eat memory, or pass damage off as a picture.
#include "load/film.hpp"

#include <cstring>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace calx::testing {
namespace {

namespace fs = std::filesystem;

class Broken : public ::testing::Test {
protected:
  void write(const std::string& name, std::string_view bytes) {
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }
  /// The film's bytes with those at `where` (searched for as a pattern) replaced.
  std::vector<std::uint8_t> patched(const std::string& from, std::string_view pattern,
                                    std::string_view replacement) {
    auto bytes = read_file(folder / from);
    const auto at = std::search(bytes.begin(), bytes.end(), pattern.begin(), pattern.end(),
                                [](std::uint8_t b, char c) { return b == std::uint8_t(c); });
    EXPECT_NE(at, bytes.end());
    std::copy(replacement.begin(), replacement.end(), at);
    return bytes;
  }
  TemporaryFolder folder;
};

using namespace std::string_view_literals;

TEST_F(Broken, FilesThatAreNoImages) {
  write("empty", "");
  write("text", "The quick brown fox jumps over the lazy dog, again and again and again.");
  write("gif", "GIF89a and so on and so forth");
  write("zip", "PK\x03\x04 something packed");
  write("gzip", "\x1f\x8b\x08 nothing behind it");
  write("pdf", "%PDF-1.4 a report");
  write("byte", "\x89");
  write("dicm", std::string(128, '\0') + "DICM");
  EXPECT_EQ(code_of(folder / "absent"), "file-not-found");
  EXPECT_EQ(code_of(folder.path()), "is-directory");
  EXPECT_EQ(code_of(folder / "empty"), "empty-file");
  EXPECT_EQ(code_of(folder / "text"), "not-an-image");
  EXPECT_EQ(code_of(folder / "gif"), "unsupported-format");
  EXPECT_EQ(code_of(folder / "zip"), "not-an-image");
  EXPECT_EQ(code_of(folder / "gzip"), "not-an-image");
  EXPECT_EQ(code_of(folder / "pdf"), "not-an-image");
  EXPECT_EQ(code_of(folder / "byte"), "not-an-image");
  EXPECT_EQ(code_of(folder / "dicm"), "corrupt-header");
}

TEST_F(Broken, UnreadableFiles) {
  write("locked", "x");
  fs::permissions(folder / "locked", fs::perms::none);
  if (::geteuid() != 0) {
    EXPECT_EQ(code_of(folder / "locked"), "unreadable");
  }
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(code_of(folder / "pipe"), "unreadable");
}

TEST_F(Broken, HeadersThatContradictThemselves) {
  struct Row {
    const char* what;
    std::uint16_t element;
    int value;
    const char* expected;
  };
  for (const Row& row : {Row{"no rows", 0x0010, 0, "corrupt-header"},
                         Row{"bits stored > allocated", 0x0101, 17, "corrupt-header"},
                         Row{"bits stored 0", 0x0101, 0, "corrupt-header"},
                         Row{"high bit beyond", 0x0102, 16, "corrupt-header"},
                         Row{"high bit below", 0x0102, 3, "corrupt-header"},
                         Row{"two samples of grey", 0x0002, 2, "corrupt-header"},
                         Row{"32 bits", 0x0100, 32, "unsupported-format"},
                         Row{"1 bit", 0x0100, 1, "unsupported-format"},
                         Row{"more rows than there are", 0x0010, 25, "truncated-pixels"}}) {
    DicomSpec spec;
    spec.edit = [&](void* d) { put_word(d, 0x0028, row.element, row.value); };
    write_dicom(folder / "film.dcm", spec);
    EXPECT_EQ(code_of(folder / "film.dcm"), row.expected) << row.what;
  }
  DicomSpec odd;
  odd.photometric = "CMYK";
  write_dicom(folder / "film.dcm", odd);
  EXPECT_EQ(code_of(folder / "film.dcm"), "unsupported-format");
  for (const char* frames : {"0", "-1", "1.5", "many", "99999999999"}) {
    DicomSpec spec;
    spec.text["NumberOfFrames"] = frames;
    write_dicom(folder / "film.dcm", spec);
    EXPECT_EQ(code_of(folder / "film.dcm"), "corrupt-header") << frames;
  }
}

TEST_F(Broken, CodestreamsOfAnotherImage) {
  for (const Syntax syntax :
       {Syntax::Rle, Syntax::JpegLossless70, Syntax::JpegLsLossless, Syntax::Jpeg2000Lossless}) {
    DicomSpec spec;
    spec.edit = [](void* d) { put_word(d, 0x0028, 0x0010, 23); };
    write_dicom(folder / "film.dcm", spec, syntax);
    EXPECT_EQ(code_of(folder / "film.dcm"), "corrupt-pixels") << syntax_name(syntax);
  }
}

TEST_F(Broken, ScribbledCodestreamsAreNotPictures) {
  for (const Syntax syntax : {Syntax::Rle, Syntax::JpegLossless57, Syntax::JpegLossless70,
                              Syntax::JpegLsLossless, Syntax::Jpeg2000Lossless}) {
    write_dicom(folder / "film.dcm", {}, syntax);
    auto bytes = read_file(folder / "film.dcm");
    for (std::size_t i = bytes.size() - 60; i < bytes.size() - 20; ++i) bytes[i] = 0xff;
    write_file(folder / "film.dcm", bytes);
    const auto code = code_of(folder / "film.dcm");
    EXPECT_TRUE(code == "corrupt-pixels" || code == "truncated-pixels")
        << syntax_name(syntax) << " " << code;
  }
}

TEST_F(Broken, UnknownTransferSyntaxIsNamed) {
  write_dicom(folder / "film.dcm", {});
  write_file(folder / "film.dcm",
             patched("film.dcm", "1.2.840.10008.1.2.1\0"sv, "1.2.840.10008.1.2.9"sv));
  EXPECT_EQ(code_of(folder / "film.dcm"), "unsupported-format");
}

TEST_F(Broken, SequencesNestedWithoutEndDoNotOverflowTheStack) {
  for (const bool implicit : {false, true}) {
    write_dicom(folder / "film.dcm", {},
                implicit ? Syntax::ImplicitLittle : Syntax::ExplicitLittle);
    auto bytes = read_file(folder / "film.dcm");
    const std::string_view sequence = implicit ? "\x08\x00\x18\x22\xff\xff\xff\xff"sv
                                               : "\x08\x00\x18\x22SQ\0\0\xff\xff\xff\xff"sv;
    const std::string_view item = "\xfe\xff\x00\xe0\xff\xff\xff\xff"sv;
    for (int i = 0; i < 100'000; ++i) {
      bytes.insert(bytes.end(), sequence.begin(), sequence.end());
      bytes.insert(bytes.end(), item.begin(), item.end());
    }
    write_file(folder / "deep.dcm", bytes);
    EXPECT_EQ(code_of(folder / "deep.dcm"), "corrupt-header");
  }
}

// --- hostile sizes: refused at once and without memory
// ---------------------------------------------

struct Cost {
  std::string code;
  double seconds = 0; ///< of the processor: the tests may share it with others
  long peak_mb = 0;
};

/// Loads in a child, so that the peak memory is the load's own.
Cost cost_of(const fs::path& file) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    const auto film = load_radiograph(file);
    const std::string code = film ? "ok" : std::string(error_code_name(film.error().code));
    const auto written = ::write(ends[1], code.data(), code.size());
    ::_exit(written == ssize_t(code.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  Cost cost;
  char text[64];
  if (const auto got = ::read(ends[0], text, sizeof text); got > 0)
    cost.code.assign(text, std::size_t(got));
  ::close(ends[0]);
  rusage usage{};
  int status = 0;
  ::wait4(child, &status, 0, &usage);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  cost.seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  cost.peak_mb = usage.ru_maxrss / 1024;
  if (!WIFEXITED(status)) cost.code = "crash";
  return cost;
}

void expect_refused_at_once(const fs::path& file, const std::string& expected) {
  const auto cost = cost_of(file);
  EXPECT_EQ(cost.code, expected) << file.filename();
  EXPECT_LT(cost.seconds, 0.2) << file.filename();
#ifndef __SANITIZE_ADDRESS__
  EXPECT_LT(cost.peak_mb, 100) << file.filename();
#endif
}

TEST_F(Broken, HostileSizesAreRefusedAtOnce) {
  DicomSpec spec;
  spec.rows = 60;
  spec.columns = 70;
  const auto claim = [&](int rows, int columns) {
    spec.values = texture(60, 70, 12);
    spec.edit = [=](void* d) {
      put_word(d, 0x0028, 0x0010, rows);
      put_word(d, 0x0028, 0x0011, columns);
    };
  };
  claim(65535, 65535);
  for (const Syntax syntax : all_syntaxes()) {
    if (syntax == Syntax::JpegBaseline) continue;
    write_dicom(folder / "huge.dcm", spec, syntax);
    expect_refused_at_once(folder / "huge.dcm", "too-large");
  }
  claim(14000, 14000); // within the cap, but not within 9 KB
  write_dicom(folder / "native.dcm", spec);
  expect_refused_at_once(folder / "native.dcm", "truncated-pixels");
  for (const Syntax syntax : {Syntax::Rle, Syntax::JpegLossless70, Syntax::Jpeg2000Lossless}) {
    write_dicom(folder / "packed.dcm", spec, syntax);
    expect_refused_at_once(folder / "packed.dcm", "too-large");
  }
  spec.edit = nullptr;
  spec.text["NumberOfFrames"] = "2000000000";
  for (const Syntax syntax : {Syntax::ExplicitLittle, Syntax::Rle, Syntax::Jpeg2000Lossless}) {
    write_dicom(folder / "frames.dcm", spec, syntax);
    expect_refused_at_once(folder / "frames.dcm", "too-large");
  }
}

TEST_F(Broken, FourGigabyteLengthsAreRefusedAtOnce) {
  write_dicom(folder / "film.dcm", {});
  const std::string_view pixels = "\xe0\x7f\x10\x00OW\0\0"sv;
  write_file(folder / "long.dcm",
             patched("film.dcm", pixels, "\xe0\x7f\x10\x00OW\0\0\xfe\xff\xff\xff"sv));
  expect_refused_at_once(folder / "long.dcm", "too-large");
  DicomSpec spec;
  spec.edit = [](void* d) { add_lut(d, 0x0028, 0x3010, 0, 16, {1, 2, 3, 4}); };
  write_dicom(folder / "lut.dcm", spec);
  const std::string_view data = "\x28\x00\x06\x30OW\0\0"sv;
  write_file(folder / "lut.dcm",
             patched("lut.dcm", data, "\x28\x00\x06\x30OW\0\0\xfe\xff\xff\xff"sv));
  expect_refused_at_once(folder / "lut.dcm", "corrupt-header");
}

TEST_F(Broken, SmallPicturesThatClaimToBeLargeAreRefusedAtOnce) {
  write_png(folder / "film.png", 20, 20, 1, 8, texture(20, 20, 8));
  auto png = read_file(folder / "film.png");
  const std::uint8_t claim[] = {0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0}; // 100000 x 100000
  std::memcpy(png.data() + 16, claim, 8);
  write_file(folder / "huge.png", png);
  expect_refused_at_once(folder / "huge.png", "too-large");
  std::ofstream(folder / "huge.nrrd")
      << "NRRD0004\ntype: ushort\ndimension: 2\nsizes: 100000 100000\nencoding: raw\n\nxx";
  expect_refused_at_once(folder / "huge.nrrd", "too-large");
  std::ofstream(folder / "huge.mha") << "NDims = 2\nDimSize = 100000 100000\n"
                                        "ElementType = MET_USHORT\nElementDataFile = LOCAL\nxx";
  expect_refused_at_once(folder / "huge.mha", "too-large");
  write_jpeg(folder / "film.jpg", 20, 20, 1, texture(20, 20, 8));
  auto jpeg = read_file(folder / "film.jpg");
  const std::uint8_t frame[] = {0xff, 0xc0, 0, 11, 8};
  const auto at = std::search(jpeg.begin(), jpeg.end(), std::begin(frame), std::end(frame));
  ASSERT_NE(at, jpeg.end());
  std::fill(at + 5, at + 9, std::uint8_t(0xff));
  write_file(folder / "huge.jpg", jpeg);
  expect_refused_at_once(folder / "huge.jpg", "too-large");
}

TEST_F(Broken, TheCapIsTheCallers) {
  write_dicom(folder / "film.dcm", {});
  LoadOptions tight;
  tight.max_megapixels = 0.0004;
  EXPECT_EQ(code_of(folder / "film.dcm", tight), "too-large");
  tight.max_megapixels = 0.0005;
  EXPECT_EQ(code_of(folder / "film.dcm", tight), "ok");
}

} // namespace
} // namespace calx::testing

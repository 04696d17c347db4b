// One small film in every transfer syntax: the lossless ones give back the very bits.
#include "load/film.hpp"

namespace calx::testing {
namespace {

struct Case {
  Syntax syntax;
  int bits;
};

class EverySyntax : public ::testing::TestWithParam<Case> {
protected:
  TemporaryFolder folder;
};

DicomSpec spec_of(int bits) {
  DicomSpec spec;
  spec.bits_stored = bits;
  spec.bits_allocated = bits > 8 ? 16 : 8;
  spec.rows = 67; // odd, so that frames of 8 bits have an odd length
  spec.columns = 51;
  return spec;
}

TEST_P(EverySyntax, GivesTheStoredValues) {
  const auto [syntax, bits] = GetParam();
  const auto spec = spec_of(bits);
  const auto values = texture(spec.rows, spec.columns, bits);
  write_dicom(folder / "film.dcm", spec, syntax);
  const auto film = load_radiograph(folder / "film.dcm");
  ASSERT_LOADS(film);
  EXPECT_EQ(film->acquisition.transfer_syntax, syntax_uid(syntax));
  EXPECT_EQ(film->acquisition.bits_stored, bits);
  const auto expected = as_image(values, spec.rows, spec.columns);
  if (is_lossless(syntax)) {
    EXPECT_TRUE(same_pixels(film->pixels, expected));
  } else {
    const double worst = cv::norm(film->pixels, expected, cv::NORM_INF);
    EXPECT_LE(worst, syntax == Syntax::JpegLsNear ? 2 : 0.04 * (1 << bits));
    EXPECT_GT(worst, 0) << "a lossy syntax that lost nothing is another one";
  }
}

TEST_P(EverySyntax, ReadsTheFrameAskedFor) {
  const auto [syntax, bits] = GetParam();
  auto spec = spec_of(bits);
  spec.frames = 3;
  write_dicom(folder / "film.dcm", spec, syntax);
  const auto values = texture(spec.rows, spec.columns, bits, 3);
  const std::size_t size = values.size() / 3;
  for (int frame = 0; frame < 3; ++frame) {
    LoadOptions options;
    options.frame = frame;
    const auto film = load_radiograph(folder / "film.dcm", options);
    ASSERT_LOADS(film);
    EXPECT_EQ(film->acquisition.frames, 3);
    const std::vector<int> mine(values.begin() + std::ptrdiff_t(size) * frame,
                                values.begin() + std::ptrdiff_t(size) * (frame + 1));
    const double worst =
        cv::norm(film->pixels, as_image(mine, spec.rows, spec.columns), cv::NORM_INF);
    EXPECT_LE(worst, is_lossless(syntax) ? 0 : 0.04 * (1 << bits)) << "frame " << frame;
  }
  LoadOptions beyond;
  beyond.frame = 3;
  EXPECT_EQ(code_of(folder / "film.dcm", beyond), "frame-out-of-range");
}

TEST_P(EverySyntax, IsTruncatedWherePixelsEndEarly) {
  const auto [syntax, bits] = GetParam();
  write_dicom(folder / "film.dcm", spec_of(bits), syntax);
  const auto bytes = read_file(folder / "film.dcm");
  for (double keep : {0.99, 0.8, 0.6}) {
    const auto count = static_cast<std::size_t>(double(bytes.size()) * keep);
    write_file(folder / "short.dcm", std::span(bytes).first(count));
    const auto code = code_of(folder / "short.dcm");
    EXPECT_TRUE(code == "truncated-pixels" || code == "corrupt-header") << code << " at " << keep;
  }
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Syntax syntax : all_syntaxes())
    for (int bits : {8, 10, 12, 16}) {
      if (syntax == Syntax::JpegBaseline && bits != 8) continue;
      if (syntax == Syntax::JpegExtended && bits != 12) continue;
      all.push_back({syntax, bits});
    }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Syntaxes, EverySyntax, ::testing::ValuesIn(cases()), [](const auto& row) {
  return syntax_name(row.param.syntax) + "_" + std::to_string(row.param.bits);
});

TEST(Syntaxes, LosslessOnesAgreeToTheBit) {
  TemporaryFolder folder;
  DicomSpec spec;
  spec.rows = 80;
  spec.columns = 64;
  cv::Mat1f first;
  for (const Syntax syntax : all_syntaxes()) {
    if (!is_lossless(syntax)) continue;
    write_dicom(folder / "film.dcm", spec, syntax);
    const auto film = load_radiograph(folder / "film.dcm");
    ASSERT_LOADS(film);
    if (first.empty()) first = film->pixels;
    EXPECT_TRUE(same_pixels(film->pixels, first)) << syntax_name(syntax);
  }
}

TEST(Syntaxes, Jpeg2000TilePartsMayLeaveTheirLengthOpen) {
  TemporaryFolder folder;
  write_dicom(folder / "film.dcm", {}, Syntax::Jpeg2000Lossless);
  auto bytes = read_file(folder / "film.dcm");
  const std::uint8_t tile_part[] = {0xff, 0x90, 0, 10};
  const auto at =
      std::search(bytes.begin(), bytes.end(), std::begin(tile_part), std::end(tile_part));
  ASSERT_NE(at, bytes.end());
  std::fill(at + 6, at + 10, std::uint8_t(0));
  write_file(folder / "film.dcm", bytes);
  const auto film = load_radiograph(folder / "film.dcm");
  ASSERT_LOADS(film);
  EXPECT_TRUE(same_pixels(film->pixels, as_image(texture(24, 20, 12), 24, 20)));
}

TEST(Syntaxes, ReadWithoutPreambleOrMetaHeader) {
  TemporaryFolder folder;
  DicomSpec spec;
  spec.preamble = false;
  for (const Syntax syntax :
       {Syntax::ImplicitLittle, Syntax::ExplicitLittle, Syntax::ExplicitBig}) {
    write_dicom(folder / "film.dcm", spec, syntax);
    const auto film = load_radiograph(folder / "film.dcm");
    ASSERT_LOADS(film);
    EXPECT_TRUE(same_pixels(film->pixels, as_image(texture(24, 20, 12), 24, 20)));
  }
}

TEST(Syntaxes, KeepTheSignOfSignedValues) {
  TemporaryFolder folder;
  for (const Syntax syntax : {Syntax::ImplicitLittle, Syntax::ExplicitBig, Syntax::Deflated,
                              Syntax::Rle, Syntax::Jpeg2000Lossless}) {
    for (int bits : {8, 12, 16}) {
      DicomSpec spec;
      spec.is_signed = true;
      spec.bits_stored = bits;
      spec.bits_allocated = bits > 8 ? 16 : 8;
      spec.values = texture(24, 20, bits);
      for (int& v : spec.values) v -= 1 << (bits - 1);
      write_dicom(folder / "film.dcm", spec, syntax);
      const auto film = load_radiograph(folder / "film.dcm");
      ASSERT_LOADS(film);
      EXPECT_TRUE(same_pixels(film->pixels, as_image(spec.values, 24, 20)))
          << syntax_name(syntax) << " " << bits;
    }
  }
}

TEST(Syntaxes, IgnoreBitsAboveAndBelowTheStoredOnes) {
  TemporaryFolder folder;
  DicomSpec spec;
  spec.bits_stored = 10;
  spec.high_bit = 12;
  spec.values = texture(24, 20, 10);
  write_dicom(folder / "clean.dcm", spec);
  auto bytes = read_file(folder / "clean.dcm");
  for (std::size_t i = bytes.size() - 24 * 20 * 2; i < bytes.size(); i += 2) {
    bytes[i] |= 0x05;     // below
    bytes[i + 1] |= 0xe0; // above, where overlays used to be
  }
  write_file(folder / "overlaid.dcm", bytes);
  for (const char* name : {"clean.dcm", "overlaid.dcm"}) {
    const auto film = load_radiograph(folder / name);
    ASSERT_LOADS(film);
    EXPECT_TRUE(same_pixels(film->pixels, as_image(spec.values, 24, 20))) << name;
  }
}

TEST(Syntaxes, TurnColourOfGreyFilmsToGrey) {
  TemporaryFolder folder;
  DicomSpec spec;
  spec.samples = 3;
  spec.photometric = "RGB";
  spec.bits_allocated = spec.bits_stored = 8;
  for (const Syntax syntax : {Syntax::ExplicitLittle, Syntax::Rle, Syntax::JpegLossless70,
                              Syntax::JpegLsLossless, Syntax::Jpeg2000Lossless}) {
    write_dicom(folder / "film.dcm", spec, syntax);
    const auto film = load_radiograph(folder / "film.dcm");
    ASSERT_LOADS(film);
    EXPECT_TRUE(same_pixels(film->pixels, as_image(texture(24, 20, 8), 24, 20)))
        << syntax_name(syntax);
    EXPECT_EQ(film->acquisition.polarity_as_stored, Polarity::Rgb);
  }
  for (const Syntax syntax : {Syntax::JpegBaseline, Syntax::Jpeg2000Lossy}) { // stored as YBR
    write_dicom(folder / "film.dcm", spec, syntax);
    const auto film = load_radiograph(folder / "film.dcm");
    ASSERT_LOADS(film);
    EXPECT_LE(cv::norm(film->pixels, as_image(texture(24, 20, 8), 24, 20), cv::NORM_INF),
              syntax == Syntax::JpegBaseline ? 16 : 40)
        << syntax_name(syntax);
  }
}

TEST(Syntaxes, ReadingIsTheSameFromManyThreads) {
  TemporaryFolder folder;
  DicomSpec spec;
  for (const Syntax syntax : all_syntaxes())
    if (is_lossless(syntax)) write_dicom(folder / syntax_name(syntax), spec, syntax);
  const auto expected = as_image(texture(24, 20, 12), 24, 20);
  cv::parallel_for_({0, 64}, [&](const cv::Range& range) {
    for (int i = range.start; i < range.end; ++i)
      for (const Syntax syntax : all_syntaxes()) {
        if (!is_lossless(syntax)) continue;
        const auto film = load_radiograph(folder / syntax_name(syntax));
        EXPECT_TRUE(film && same_pixels(film->pixels, expected)) << syntax_name(syntax);
      }
  });
}

} // namespace
} // namespace calx::testing

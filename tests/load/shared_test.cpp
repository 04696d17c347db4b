// The real films beside the repository, where they are there.
#include "load/film.hpp"
#include "support/shared_data.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/oflog/oflog.h>

namespace calx::testing {
namespace {

namespace fs = std::filesystem;

const fs::path& films() {
  static const fs::path folder = test::shared_data("radiographs");
  return folder;
}

/// What becomes of the files that are no readable radiograph.
const std::map<std::string, std::string>& expected_failures() {
  static const std::map<std::string, std::string> all{
      {"2022-11-14-RLEPlanarConfiguration.dcm", "not-a-radiograph"},
      {"2026-05-26-oob-monochrome-46341.dcm", "too-large"},
      {"966.dcm", "corrupt-pixels"},
      {"Issue56-NoPixelData.dcm", "no-pixel-data"},
      {"RG2_JPLY.dcm", "corrupt-pixels"}};
  return all;
}

TEST(SharedFilms, AllLoadOrGiveTheirDocumentedCode) {
  CALX_SKIP_WITHOUT(films());
  int loaded = 0;
  for (const auto& entry : fs::recursive_directory_iterator(films())) {
    const auto extension = entry.path().extension().string();
    if (!entry.is_regular_file() || extension == ".md" || extension == ".tsv") continue;
    const auto expected = expected_failures().find(entry.path().filename().string());
    EXPECT_EQ(code_of(entry.path()),
              expected == expected_failures().end() ? "ok" : expected->second)
        << entry.path();
    ++loaded;
  }
  EXPECT_GT(loaded, 0);
}

TEST(SharedFilms, DamageIsNoticedWhateverOthersDoToTheLog) {
  CALX_SKIP_WITHOUT(films());
  EXPECT_EQ(code_of(films() / "dicom/RG2_JPLY.dcm"), "corrupt-pixels");
  OFLog::configure(OFLogger::OFF_LOG_LEVEL);
  EXPECT_EQ(code_of(films() / "dicom/RG2_JPLY.dcm"), "corrupt-pixels");
}

TEST(SharedFilms, LosslessVersionsOfOneFilmAreTheSameBits) {
  CALX_SKIP_WITHOUT(films());
  const auto reference = load_radiograph(films() / "dicom/RG2_UNC.dcm");
  ASSERT_LOADS(reference);
  for (const char* name : {"RG2_J2KR", "RG2_JLSL", "RG2_JPLL", "RG2_RLE"}) {
    const auto film = load_radiograph(films() / "dicom" / (std::string(name) + ".dcm"));
    ASSERT_LOADS(film);
    EXPECT_TRUE(same_pixels(film->pixels, reference->pixels)) << name;
    EXPECT_EQ(film->display.black, reference->display.black);
    EXPECT_EQ(film->display.white, reference->display.white);
  }
  const auto near = load_radiograph(films() / "dicom/RG2_JLSN.dcm");
  ASSERT_LOADS(near);
  EXPECT_LE(cv::norm(near->pixels, reference->pixels, cv::NORM_INF), 4);
}

} // namespace
} // namespace calx::testing

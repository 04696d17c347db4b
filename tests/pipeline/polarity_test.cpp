// Which way a file stores dense does not matter: not to one byte of the findings.
#include "load/load.hpp"
#include "pipeline/analyse.hpp"
#include "pipeline/drawn_file.hpp"
#include "report/report.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <map>

namespace calx {
namespace {

using testing::DicomSpec;
namespace fs = std::filesystem;

Radiograph loaded(const fs::path& file, const LoadOptions& options = {}) {
  auto film = load_radiograph(file, options);
  EXPECT_TRUE(film) << (film ? "" : film.error().to_string());
  return film ? *std::move(film) : Radiograph{};
}

/// Without the one line that has to differ.
std::string findings_of(Radiograph film, const Params& params) {
  film.acquisition.polarity_as_stored = Polarity::Monochrome2;
  film.acquisition.polarity_source = "file";
  return findings_json(analyse(film, params));
}

std::vector<DicomSpec> films() {
  std::vector<DicomSpec> all;
  test::DrawnFilm drawn;
  all.push_back(test::as_dicom(drawn.radiograph()));
  all.push_back(test::as_dicom(drawn.radiograph(), false));
  drawn.spots = {{28, 60, 3}, {61, 75, 5}, {29, 100, 2}};
  all.push_back(test::as_dicom(drawn.radiograph()));
  drawn.noise = 60;
  drawn.with_bone = false;
  all.push_back(test::as_dicom(drawn.radiograph()));
  const Radiograph sample =
      loaded(fs::path(CALX_SOURCE_DIR) / "sample_images" / "hand_limited_idiopathic.dcm");
  DicomSpec spec = test::as_dicom(sample);
  spec.text["BodyPartExamined"] = "HAND";
  all.push_back(spec);
  return all;
}

TEST(Polarity, MonochromeOneAndTwoGiveTheSameFindings) {
  const testing::TemporaryFolder folder;
  std::map<bool, std::size_t> lesions;
  for (const DicomSpec& spec : films()) {
    testing::write_dicom(folder / "two.dcm", spec);
    testing::write_dicom(folder / "one.dcm", test::as_negative(spec));
    const Radiograph two = loaded(folder / "two.dcm"), one = loaded(folder / "one.dcm");
    ASSERT_EQ(one.acquisition.polarity_as_stored, Polarity::Monochrome1);
    for (const bool learned : {true, false}) {
      Params params;
      params.network.use = learned;
      EXPECT_EQ(findings_of(one, params), findings_of(two, params)) << learned;
      lesions[learned] += analyse(two, params).lesions.size();
    }
  }
  EXPECT_GT(lesions[true], 0U) << "the networks find something on some of the films";
  EXPECT_GT(lesions[false], 0U);
}

/// A negative that the file does not call one, turned round by the user.
TEST(Polarity, ATurnedNegativeGivesTheFindingsOfTheFilm) {
  const testing::TemporaryFolder folder;
  for (const DicomSpec& spec : films()) {
    testing::write_dicom(folder / "right.dcm", spec);
    DicomSpec negative = test::as_negative(spec);
    negative.photometric = "MONOCHROME2";
    testing::write_dicom(folder / "wrong.dcm", negative);
    LoadOptions turn;
    turn.invert = true;
    const Radiograph right = loaded(folder / "right.dcm"),
                     turned = loaded(folder / "wrong.dcm", turn);
    for (const bool learned : {true, false}) {
      Params params;
      params.network.use = learned;
      EXPECT_EQ(findings_of(turned, params), findings_of(right, params)) << learned;
    }
  }
}

} // namespace
} // namespace calx

// The findings that the program writes, against the schema that the program gives.
#include "pipeline/drawn_file.hpp"
#include "report/schema_errors.hpp"
#include "support/program.hpp"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>
#include <gtest/gtest.h>
#include <set>
#include <utility>

namespace calx {
namespace {

using nlohmann::json;
using test::run_calx;
namespace fs = std::filesystem;

const fs::path kSource = CALX_SOURCE_DIR;

class WrittenFindings : public ::testing::TestWithParam<const char*> {
protected:
  /// Analyses files into a folder and gives what was written, in the order of the names.
  std::vector<json> written(const std::string& files) {
    const auto ran = run_calx(folder_.path(), "analyze -q --no-overlay -o out --detector " +
                                                  std::string(GetParam()) + " " + files);
    EXPECT_EQ(ran.status, 0) << ran.err;
    std::set<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder_ / "out")) paths.insert(entry.path());
    std::vector<json> findings;
    for (const fs::path& path : paths)
      findings.push_back(json::parse(test::content_of(path), nullptr, false));
    return findings;
  }

  testing::TemporaryFolder folder_;
};

bool has_millimetres(const json& findings) {
  return !findings["image"]["spacing_mm"].is_null();
}

/// The same film, of which nobody knows how large its pixels are.
void strip_spacing(const fs::path& from, const fs::path& to) {
  DcmFileFormat file;
  ASSERT_TRUE(file.loadFile(from.c_str()).good()) << from;
  for (const DcmTagKey& tag :
       {DCM_PixelSpacing, DCM_ImagerPixelSpacing, DCM_EstimatedRadiographicMagnificationFactor})
    file.getDataset()->findAndDeleteElement(tag);
  ASSERT_TRUE(file.saveFile(to.c_str()).good()) << to;
}

TEST_P(WrittenFindings, OfSampleFilmsFollowTheSchema) {
  const std::string schema = run_calx(folder_.path(), "schema").out;
  EXPECT_EQ(schema, test::content_of(kSource / "src/report/calx.findings-1.schema.json"))
      << "the program and the installed file differ";
  std::string files = "stripped.dcm ";
  for (const char* name : {"foot_localized.jpg", "forearm_localized.dcm",
                           "hand_limited_idiopathic.dcm", "hand_normal.png", "leg_metal.dcm"})
    files += "'" + (kSource / "sample_images" / name).string() + "' ";
  strip_spacing(kSource / "sample_images" / "forearm_localized.dcm", folder_ / "stripped.dcm");
  const auto all = written(files);
  ASSERT_EQ(all.size(), 6U);
  std::set<std::pair<bool, bool>> sorts; // with millimetres or not, with lesions or not
  for (const json& findings : all) {
    EXPECT_EQ(test::schema_errors(findings, schema), "") << findings["image"]["path"];
    sorts.emplace(has_millimetres(findings), !findings["lesions"].empty());
  }
  EXPECT_EQ(sorts.size(), 4U) << "each sort of film is among them";
}

/// Drawn, so that which film has a finding does not hang on what a network was trained with; by
/// the networks the films with a deposit may have none.
TEST_P(WrittenFindings, OfDrawnFilmsFollowTheSchema) {
  test::DrawnFilm plain, spots;
  spots.spots = {{28, 60, 3}, {61, 75, 5}};
  testing::write_dicom(folder_ / "plain-mm.dcm", test::as_dicom(plain.radiograph()));
  testing::write_dicom(folder_ / "plain-px.dcm", test::as_dicom(plain.radiograph(), false));
  testing::write_dicom(folder_ / "spots-mm.dcm", test::as_dicom(spots.radiograph()));
  testing::write_dicom(folder_ / "spots-px.dcm", test::as_dicom(spots.radiograph(), false));
  const auto all = written("*.dcm");
  ASSERT_EQ(all.size(), 4U);
  const bool classical = GetParam() == std::string("classical");
  for (const std::size_t i : {0U, 1U, 2U, 3U}) {
    const json& findings = all[i];
    EXPECT_EQ(test::schema_errors(findings), "") << findings["image"]["path"];
    EXPECT_EQ(has_millimetres(findings), i % 2 == 0) << findings["image"]["path"];
    if (i < 2) {
      EXPECT_EQ(findings["lesions"].size(), 0U) << findings["image"]["path"];
    } else if (classical) {
      EXPECT_EQ(findings["lesions"].size(), 2U) << findings["image"]["path"];
    }
    for (const json& lesion : findings["lesions"])
      EXPECT_EQ(lesion["area_mm2"].is_null(), i % 2 == 1) << findings["image"]["path"];
  }
}

INSTANTIATE_TEST_SUITE_P(Detectors, WrittenFindings, ::testing::Values("learned", "classical"),
                         [](const auto& param) { return std::string(param.param); });

} // namespace
} // namespace calx

// One frame of a file with several, from the command line to the findings.
#include "pipeline/drawn_file.hpp"
#include "support/program.hpp"

#include <array>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace calx {
namespace {

using nlohmann::json;
using test::run_calx;
using testing::DicomSpec;

DicomSpec film_with(const test::Spot& spot) {
  test::DrawnFilm drawn;
  drawn.spots = {spot};
  return test::as_dicom(drawn.radiograph());
}

/// The findings but for the file's own names for itself.
json findings_of(const testing::TemporaryFolder& folder, const std::string& name,
                 const std::string& options) {
  const auto ran = run_calx(folder.path(), "analyze -q --no-overlay --detector classical -o " +
                                               name + " " + name + ".dcm" + options);
  EXPECT_EQ(ran.status, 0) << ran.err;
  const auto file = folder / name / (name + ".findings.json");
  json findings = json::parse(test::content_of(file), nullptr, false);
  findings["image"].erase("path");
  return findings;
}

TEST(Frames, EachGivesWhatItGivesAsAFilmOfItsOwn) {
  const testing::TemporaryFolder folder;
  const std::array<test::Spot, 3> spots{{{28, 60, 3}, {61, 75, 5}, {29, 100, 4}}};
  DicomSpec several = film_with(spots[0]);
  several.values.clear();
  several.frames = static_cast<int>(spots.size());
  for (const test::Spot& spot : spots) {
    const DicomSpec one = film_with(spot);
    several.values.insert(several.values.end(), one.values.begin(), one.values.end());
  }
  for (const testing::Syntax syntax :
       {testing::Syntax::ExplicitLittle, testing::Syntax::JpegLossless70,
        testing::Syntax::Jpeg2000Lossless, testing::Syntax::Rle}) {
    testing::write_dicom(folder / "several.dcm", several, syntax);
    for (std::size_t i = 0; i < spots.size(); ++i) {
      testing::write_dicom(folder / "one.dcm", film_with(spots.at(i)), syntax);
      json expected = findings_of(folder, "one", "");
      const json found = findings_of(folder, "several", " --frame " + std::to_string(i));
      ASSERT_EQ(expected["lesions"].size(), 1U);
      EXPECT_NEAR(expected["lesions"][0]["centroid"][0], spots.at(i).x_mm / 0.25, 3);
      EXPECT_EQ(found["lesions"], expected["lesions"])
          << "frame " << i << " of " << testing::syntax_name(syntax);
    }
  }
}

TEST(Frames, OneThatIsNotThereIsAnError) {
  const testing::TemporaryFolder folder;
  DicomSpec three;
  three.rows = three.columns = 64;
  three.frames = 3;
  testing::write_dicom(folder / "three.dcm", three);
  for (const char* frame : {"3", "4", "2147483647"}) {
    const auto ran =
        run_calx(folder.path(), "analyze three.dcm -o out --frame " + std::string(frame));
    EXPECT_EQ(ran.status, 1) << frame;
    EXPECT_NE(ran.err.find("frame-out-of-range"), std::string::npos) << ran.err;
    EXPECT_NE(ran.err.find("has 3, counted from 0"), std::string::npos) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder / "out"));
  EXPECT_EQ(run_calx(folder.path(), "analyze three.dcm -o out --frame 2").status, 0);
}

} // namespace
} // namespace calx

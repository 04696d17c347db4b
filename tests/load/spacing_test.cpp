// The rule by which a pixel gets a size, or does not.
#include "load/film.hpp"
#include "load/spacing.hpp"

#include <limits>

namespace calx::testing {
namespace {

using load::CalibrationType;
using load::decide_spacing;
using load::SpacingTags;

struct Row {
  const char* name;
  SpacingTags tags;
  std::optional<Spacing> user;
  const char* expected; ///< the source, or the error code
  double x_mm = 0, y_mm = 0;
  bool warns = false;
};

const double kNaN = std::numeric_limits<double>::quiet_NaN();

// clang-format off
std::vector<Row> rows() {
  const Spacing a{0.2, 0.1}, b{0.18, 0.09};
  const auto tags = [](auto&& fill) {
    SpacingTags t;
    fill(t);
    return t;
  };
  return {
      {"Nothing", {}, {}, "unknown"},
      {"PixelSpacingAloneIsUnknown", tags([&](auto& t) { t.pixel = a; }), {}, "unknown"},
      {"PixelSpacingOneByOneIsUnknown", tags([&](auto& t) { t.pixel = Spacing{1, 1}; }), {}, "unknown"},
      {"Fiducial", tags([&](auto& t) { t.pixel = a; t.imager = b; t.calibration = CalibrationType::Fiducial; }), {}, "calibrated", 0.2, 0.1},
      {"Geometry", tags([&](auto& t) { t.pixel = a; t.calibration = CalibrationType::Geometry; }), {}, "magnification-corrected", 0.2, 0.1},
      {"ImagerAlone", tags([&](auto& t) { t.imager = a; }), {}, "detector-plane", 0.2, 0.1},
      {"ImagerAndSamePixelSpacing", tags([&](auto& t) { t.imager = a; t.pixel = a; }), {}, "detector-plane", 0.2, 0.1},
      {"ImagerAndOtherPixelSpacing", tags([&](auto& t) { t.imager = a; t.pixel = Spacing{0.3, 0.15}; }), {}, "detector-plane", 0.2, 0.1, true},
      {"ImagerAndFactor", tags([&](auto& t) { t.imager = a; t.magnification = {1.25}; }), {}, "magnification-corrected", 0.16, 0.08},
      {"ImagerAndDistances", tags([&](auto& t) { t.imager = a; t.source_to_detector_mm = 1000; t.source_to_patient_mm = 800; }), {}, "magnification-corrected", 0.16, 0.08},
      {"FactorAndDistancesAgree", tags([&](auto& t) { t.imager = a; t.magnification = {1.25}; t.source_to_detector_mm = 1000; t.source_to_patient_mm = 801; }), {}, "magnification-corrected", 0.16, 0.08},
      {"FactorAndDistancesDisagree", tags([&](auto& t) { t.imager = a; t.magnification = {1.25}; t.source_to_detector_mm = 1100; t.source_to_patient_mm = 800; }), {}, "bad-spacing"},
      {"TwoFactorsDisagree", tags([&](auto& t) { t.imager = a; t.magnification = {1.1, 1.3}; }), {}, "bad-spacing"},
      {"DistanceZeroIsUnset", tags([&](auto& t) { t.imager = a; t.source_to_detector_mm = 1000; t.source_to_patient_mm = 0; }), {}, "detector-plane", 0.2, 0.1},
      {"PatientBehindDetector", tags([&](auto& t) { t.imager = a; t.source_to_detector_mm = 800; t.source_to_patient_mm = 1000; }), {}, "detector-plane", 0.2, 0.1, true},
      {"FactorZero", tags([&](auto& t) { t.imager = a; t.magnification = {0}; }), {}, "bad-spacing"},
      {"FactorNegative", tags([&](auto& t) { t.imager = a; t.magnification = {-1.2}; }), {}, "bad-spacing"},
      {"Zero", tags([&](auto& t) { t.imager = Spacing{0, 0}; }), {}, "bad-spacing"},
      {"Negative", tags([&](auto& t) { t.imager = Spacing{-0.1, -0.1}; }), {}, "bad-spacing"},
      {"NotANumber", tags([&](auto& t) { t.pixel = Spacing{kNaN, 0.1}; }), {}, "bad-spacing"},
      {"Absurd", tags([&](auto& t) { t.imager = Spacing{150, 150}; }), {}, "bad-spacing"},
      {"AbsurdlyAnisotropic", tags([&](auto& t) { t.imager = Spacing{0.01, 0.5}; }), {}, "bad-spacing"},
      {"ScannedFilm", tags([&](auto& t) { t.nominal_scanned = a; t.pixel = a; }), {}, "detector-plane", 0.2, 0.1},
      {"FileHeader", tags([&](auto& t) { t.file_header = a; }), {}, "detector-plane", 0.2, 0.1, true},
      {"FileHeaderOneByOne", tags([&](auto& t) { t.file_header = Spacing{1, 1}; }), {}, "unknown"},
      {"UserOverrides", tags([&](auto& t) { t.imager = a; }), Spacing{0.15, 0.15}, "user", 0.15, 0.15},
      {"UserOverridesBadTag", tags([&](auto& t) { t.imager = Spacing{0, 0}; }), Spacing{0.15, 0.15}, "user", 0.15, 0.15, true},
      {"UserZero", {}, Spacing{0, 0.1}, "bad-spacing"},
      {"UserNegative", {}, Spacing{-0.1, 0.1}, "bad-spacing"},
      {"UserNotANumber", {}, Spacing{kNaN, kNaN}, "bad-spacing"},
  };
}

// clang-format on
class SpacingRule : public ::testing::TestWithParam<Row> {};

TEST_P(SpacingRule, GivesSizeAndSource) {
  const Row& row = GetParam();
  const auto finding = decide_spacing(row.tags, row.user);
  if (!finding) {
    EXPECT_EQ(error_code_name(finding.error().code), row.expected) << finding.error().message;
    return;
  }
  EXPECT_EQ(to_string(finding->source), row.expected);
  EXPECT_EQ(finding->spacing.has_value(), finding->source != SpacingSource::Unknown);
  EXPECT_NEAR(finding->spacing.value_or(Spacing{}).x_mm, row.x_mm, 1e-9);
  EXPECT_NEAR(finding->spacing.value_or(Spacing{}).y_mm, row.y_mm, 1e-9);
  EXPECT_FALSE(finding->note.empty());
  EXPECT_EQ(!finding->warnings.empty(), row.warns);
}

INSTANTIATE_TEST_SUITE_P(Spacing, SpacingRule, ::testing::ValuesIn(rows()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SpacingTags, RowSpacingComesFirstInDicom) {
  TemporaryFolder folder;
  DicomSpec spec;
  spec.text["ImagerPixelSpacing"] = "0.1\\0.2"; // rows 0.1 mm apart, columns 0.2 mm
  write_dicom(folder / "film.dcm", spec);
  const auto film = load_radiograph(folder / "film.dcm");
  ASSERT_LOADS(film);
  ASSERT_TRUE(film->spacing);
  EXPECT_DOUBLE_EQ(film->spacing->x_mm, 0.2);
  EXPECT_DOUBLE_EQ(film->spacing->y_mm, 0.1);
}

TEST(SpacingTags, AbsurdTextIsBad) {
  TemporaryFolder folder;
  for (const char* text :
       {"0\\0", "-0.1\\0.1", "nan\\nan", "0,1\\0,1", "1e9\\1e9", "0.1", "abc\\0.1"}) {
    DicomSpec spec;
    spec.text["PixelSpacing"] = text;
    write_dicom(folder / "film.dcm", spec);
    EXPECT_EQ(code_of(folder / "film.dcm"), "bad-spacing") << text;
    LoadOptions options;
    options.user_spacing = Spacing{0.1, 0.1};
    EXPECT_EQ(code_of(folder / "film.dcm", options), "ok") << text;
  }
  DicomSpec empty;
  empty.text["PixelSpacing"] = "";
  write_dicom(folder / "film.dcm", empty);
  EXPECT_EQ(code_of(folder / "film.dcm"), "ok");
}

TEST(SpacingTags, HeaderAndFilmAgree) {
  TemporaryFolder folder;
  DicomSpec spec;
  spec.text["ImagerPixelSpacing"] = "0.15\\0.15";
  spec.text["EstimatedRadiographicMagnificationFactor"] = "+1.5 ";
  write_dicom(folder / "film.dcm", spec);
  const auto header = read_header(folder / "film.dcm");
  const auto film = load_radiograph(folder / "film.dcm");
  ASSERT_TRUE(header);
  ASSERT_LOADS(film);
  EXPECT_EQ(header->spacing_source, SpacingSource::MagnificationCorrected);
  EXPECT_EQ(film->spacing_source, header->spacing_source);
  EXPECT_NEAR(film->spacing->x_mm, 0.1, 1e-12);
  EXPECT_NE(header->spacing_note.find("1.5"), std::string::npos);
  EXPECT_EQ(header->rows, spec.rows);
  EXPECT_EQ(header->columns, spec.columns);
}

} // namespace
} // namespace calx::testing

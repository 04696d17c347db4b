// Region, side, view, age and the like; and which DICOM objects are no radiographs.
#include "load/film.hpp"

namespace calx::testing {
namespace {

class Tags : public ::testing::Test {
protected:
  Acquisition load(const DicomSpec& spec) {
    write_dicom(folder / "film.dcm", spec);
    auto film = load_radiograph(folder / "film.dcm");
    EXPECT_TRUE(film) << film.error().to_string();
    return film ? film->acquisition : Acquisition{};
  }
  TemporaryFolder folder;
};

TEST_F(Tags, BodyPartBecomesRegion) {
  const std::pair<const char*, Region> parts[] = {
      {"HAND", Region::Hand},     {"finger", Region::Hand},     {"WRIST", Region::Wrist},
      {"ELBOW", Region::Elbow},   {"ARM", Region::UpperArm},    {"SHOULDER", Region::Shoulder},
      {"PELVIS", Region::Pelvis}, {"HIP", Region::Hip},         {"FEMUR", Region::Thigh},
      {"KNEE", Region::Knee},     {"LEG", Region::Leg},         {"ANKLE", Region::Ankle},
      {"FOOT", Region::Foot},     {"SCROTUM", Region::Scrotum}, {"CHEST", Region::Other}};
  for (const auto& [word, region] : parts) {
    DicomSpec spec;
    spec.text["BodyPartExamined"] = word;
    const auto acquisition = load(spec);
    EXPECT_EQ(acquisition.region, region) << word;
    EXPECT_EQ(acquisition.region_source, "BodyPartExamined") << word;
  }
  DicomSpec vague;
  vague.text["BodyPartExamined"] = "EXTREMITY";
  EXPECT_EQ(load(vague).region_source, "");
}

TEST_F(Tags, CodesComeBeforeWords) {
  DicomSpec spec;
  spec.text["BodyPartExamined"] = "HAND";
  spec.edit = [](void* d) { add_code(d, 0x0008, 0x2218, "16953009", "Elbow joint"); };
  EXPECT_EQ(load(spec).region, Region::Elbow);
  EXPECT_EQ(load(spec).region_source, "AnatomicRegionSequence");
  spec.edit = [](void* d) { add_code(d, 0x0008, 0x2218, "T-D9700", "Foot"); };
  EXPECT_EQ(load(spec).region, Region::Foot);
}

TEST_F(Tags, DescriptionsAreMatchedButNeverKept) {
  DicomSpec spec;
  spec.text["SeriesDescription"] = "Mr Handley, right KNEE lat";
  const auto acquisition = load(spec);
  EXPECT_EQ(acquisition.region, Region::Knee);
  EXPECT_EQ(acquisition.region_source, "SeriesDescription");
  EXPECT_EQ(acquisition.laterality, Laterality::Right);
  EXPECT_EQ(acquisition.view, View::Lateral);
}

TEST_F(Tags, ViewsAndSides) {
  DicomSpec spec;
  spec.text["ViewPosition"] = "PA";
  spec.text["ImageLaterality"] = "L";
  spec.text["Laterality"] = "R"; // the image's own comes first
  auto acquisition = load(spec);
  EXPECT_EQ(acquisition.view, View::Pa);
  EXPECT_EQ(acquisition.laterality, Laterality::Left);
  spec = {};
  spec.edit = [](void* d) { add_code(d, 0x0054, 0x0220, "R-10206", "antero-posterior"); };
  EXPECT_EQ(load(spec).view, View::Ap);
  spec.edit = [](void* d) { add_code(d, 0x0054, 0x0220, "R-X", "postero-anterior oblique"); };
  EXPECT_EQ(load(spec).view, View::Oblique);
}

TEST_F(Tags, AgesAreCapped) {
  const std::pair<const char*, double> ages[] = {{"045Y", 45}, {"018M", 1.5}, {"089Y", 89},
                                                 {"090Y", 90}, {"104Y", 90},  {"0365D", 0.9993}};
  for (const auto& [text, years] : ages) {
    DicomSpec spec;
    spec.text["PatientAge"] = text;
    spec.text["PatientSex"] = "F";
    spec.text["KVP"] = "+55.0";
    const auto acquisition = load(spec);
    ASSERT_TRUE(acquisition.age_years) << text;
    EXPECT_NEAR(*acquisition.age_years, years, 1e-3) << text;
    EXPECT_EQ(acquisition.sex, Sex::Female);
    EXPECT_EQ(acquisition.kvp, 55.0);
  }
  for (const char* text : {"", "Y", "abcY", "45", "-10Y"}) {
    DicomSpec spec;
    spec.text["PatientAge"] = text;
    EXPECT_FALSE(load(spec).age_years) << text;
  }
}

TEST_F(Tags, NothingIdentifiesThePatient) {
  DicomSpec spec;
  spec.text["SeriesDescription"] = "Secret^Person HAND";
  const auto a = load(spec);
  for (const std::string& text : {a.format, a.modality, a.region_source, a.sop_instance_uid,
                                  a.series_instance_uid, a.sop_class_uid, a.transfer_syntax})
    EXPECT_EQ(text.find("ecret"), std::string::npos);
  EXPECT_EQ(a.sop_instance_uid, "1.2.3.4.5");
}

struct Object {
  const char *modality, *sop_class, *photometric, *expected;
};

TEST_F(Tags, OnlyRadiographsAreTaken) {
  const char* dx = "1.2.840.10008.5.1.4.1.1.1.1";
  const char* sc = "1.2.840.10008.5.1.4.1.1.7";
  const Object objects[] = {
      {"CR", "1.2.840.10008.5.1.4.1.1.1", "MONOCHROME2", "ok"},
      {"DX", dx, "MONOCHROME2", "ok"},
      {"RG", dx, "MONOCHROME1", "ok"},
      {"RF", "1.2.840.10008.5.1.4.1.1.12.2", "MONOCHROME2", "ok"},
      {"MG", "1.2.840.10008.5.1.4.1.1.1.2", "MONOCHROME2", "ok"},
      {"DX", sc, "MONOCHROME2", "ok"},
      {"OT", sc, "MONOCHROME2", "ok"},
      {"SC", sc, "RGB", "not-a-radiograph"},
      {"OT", sc, "RGB", "not-a-radiograph"},
      {"US", "1.2.840.10008.5.1.4.1.1.6.1", "MONOCHROME2", "not-a-radiograph"},
      {"CT", "1.2.840.10008.5.1.4.1.1.2", "MONOCHROME2", "not-a-radiograph"},
      {"MR", "1.2.840.10008.5.1.4.1.1.4", "MONOCHROME2", "not-a-radiograph"},
      {"SEG", "1.2.840.10008.5.1.4.1.1.66.4", "MONOCHROME2", "not-a-radiograph"},
      {"SR", "1.2.840.10008.5.1.4.1.1.88.33", "MONOCHROME2", "not-a-radiograph"},
      {"DX", "1.2.840.10008.5.1.4.1.1.104.1", "MONOCHROME2", "not-a-radiograph"},
      {"MG", "1.2.840.10008.5.1.4.1.1.13.1.3", "MONOCHROME2", "not-a-radiograph"},
      {"DX", dx, "PALETTE COLOR", "not-a-radiograph"}};
  for (const auto& object : objects) {
    DicomSpec spec;
    spec.modality = object.modality;
    spec.sop_class = object.sop_class;
    spec.photometric = object.photometric;
    if (spec.photometric == "RGB") {
      spec.samples = 3;
      spec.bits_allocated = spec.bits_stored = 8;
    }
    write_dicom(folder / "film.dcm", spec);
    EXPECT_EQ(code_of(folder / "film.dcm"), object.expected)
        << object.modality << " " << object.sop_class;
  }
}

TEST_F(Tags, ColourFilmsMustBeGreyInTruth) {
  DicomSpec spec;
  spec.samples = 3;
  spec.photometric = "RGB";
  spec.bits_allocated = spec.bits_stored = 8;
  for (int i = 0; i < spec.rows * spec.columns; ++i)
    spec.values.insert(spec.values.end(), {i % 250, (i * 7) % 250, 250 - i % 250});
  write_dicom(folder / "film.dcm", spec);
  EXPECT_EQ(code_of(folder / "film.dcm"), "not-a-radiograph");
}

TEST_F(Tags, FluoroscopyAndUnnamedModalitiesWarn) {
  for (const char* modality : {"XA", "RF", "MG", "OT", ""}) {
    DicomSpec spec;
    spec.modality = modality;
    EXPECT_EQ(load(spec).warnings.size(), 1u) << modality;
  }
}

TEST_F(Tags, HeadersWithoutPixelsSaySo) {
  DicomSpec spec;
  spec.write_pixels = false;
  write_dicom(folder / "film.dcm", spec);
  EXPECT_EQ(code_of(folder / "film.dcm"), "no-pixel-data");
}

} // namespace
} // namespace calx::testing

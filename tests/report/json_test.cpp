#include "core/version.hpp"
#include "report/example.hpp"
#include "report/report.hpp"
#include "report/schema_errors.hpp"

#include <clocale>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <locale>
#include <nlohmann/json.hpp>

namespace calx {
namespace {

using nlohmann::json;
using test::example_findings;
using test::schema_errors;

json written(const Findings& findings) {
  return json::parse(findings_json(findings));
}

TEST(FindingsJson, FollowsTheInstalledSchema) {
  EXPECT_EQ(schema_errors(written(example_findings(true))), "");
  EXPECT_EQ(schema_errors(written(example_findings(false))), "");
  Findings empty;
  empty.rows = empty.columns = 1;
  EXPECT_EQ(schema_errors(written(empty)), "");
}

TEST(FindingsJson, SchemaIsStrict) {
  const json good = written(example_findings(true));
  const auto refused = [&good](const char* pointer, const json& value) {
    json bad = good;
    bad[json::json_pointer(pointer)] = value;
    return !schema_errors(bad).empty();
  };
  EXPECT_TRUE(refused("/extra", 1));
  EXPECT_TRUE(refused("/image/patient_name", "x"));
  EXPECT_TRUE(refused("/image/region/name", "arm"));
  EXPECT_TRUE(refused("/image/spacing_mm", {0, 0.1}));
  EXPECT_TRUE(refused("/lesions/0/kind", "stone"));
  EXPECT_TRUE(refused("/lesions/0/score", 1.5));
  EXPECT_TRUE(refused("/lesions/0/features/area_mm2", "12"));
  EXPECT_TRUE(refused("/lesions/0/nearest_prominence/name", "elbow"));
  EXPECT_TRUE(refused("/assessment/suggestion", "tumoral"));
  EXPECT_TRUE(refused("/disclaimer", ""));
  json missing = good;
  missing["lesions"][0].erase("outline");
  EXPECT_FALSE(schema_errors(missing).empty());
}

TEST(FindingsJson, SchemaListsEveryWordAndFeature) {
  const json schema = json::parse(findings_schema());
  const auto enumerated = [](const json& node, auto words) {
    json list = node.at("enum");
    for (const auto word : words)
      EXPECT_NE(std::find(list.begin(), list.end(), json(word)), list.end()) << word;
  };
  const json& image = schema["definitions"]["image"]["properties"];
  enumerated(image["region"]["properties"]["name"], words<Region>());
  enumerated(image["view"], words<View>());
  enumerated(image["laterality"], words<Laterality>());
  enumerated(image["sex"], words<Sex>());
  enumerated(schema["definitions"]["kind"], words<Kind>());
  enumerated(schema["definitions"]["pattern"], words<Pattern>());
  const json& features = schema["definitions"]["features"];
  EXPECT_EQ(features["properties"].size(), feature_descriptions().size());
  EXPECT_EQ(features["required"].size(), feature_descriptions().size());
  for (const FeatureDescription& d : feature_descriptions())
    EXPECT_TRUE(features["properties"].contains(std::string(d.name)))
        << d.name << " is missing in calx.findings-1.schema.json";
}

TEST(FindingsJson, HoldsTheFindings) {
  const json j = written(example_findings(true));
  EXPECT_EQ(j["schema"], "calx.findings/1");
  EXPECT_EQ(j["disclaimer"], kDisclaimer);
  EXPECT_EQ(j["tool"]["version"], kVersion);
  EXPECT_EQ(j["image"]["region"], (json{{"name", "hand"}, {"source", "BodyPartExamined"}}));
  EXPECT_EQ(j["anatomy"]["bone_area"], (json{{"px", 12340}, {"mm2", 123.4}}));
  EXPECT_EQ(j["anatomy"]["prominences"][0]["name_confidence"], 0.93);
  EXPECT_EQ(j["anatomy"]["prominences"][1]["name"], nullptr);
  EXPECT_EQ(j["anatomy"]["prominences"][1]["name_confidence"], nullptr);
  const json& lesion = j["lesions"][0];
  EXPECT_EQ(lesion["bbox"], (json{100, 100, 41, 41}));
  EXPECT_EQ(lesion["centroid"], (json{120, 120}));
  EXPECT_EQ(lesion["nearest_prominence"]["name"], "index_pip_head");
  EXPECT_EQ(lesion["nearest_bone"], nullptr);
  EXPECT_EQ(lesion["depth_mm"], 3.21);
  EXPECT_EQ(j["lesions"][1]["other_outlines"].size(), 1U);
  EXPECT_EQ(j["parameters"]["lesions"]["min_area_mm2"], 0.3);
  EXPECT_EQ(j["assessment"]["candidates"][1]["pattern"], "tumor-like");
}

TEST(FindingsJson, SpacingIsRowThenColumnAndNullWhereUnknown) {
  Findings f = example_findings(true);
  f.spacing = Spacing{.x_mm = 0.2, .y_mm = 0.3};
  EXPECT_EQ(written(f)["image"]["spacing_mm"], (json{0.3, 0.2}));
  const json unknown = written(example_findings(false));
  EXPECT_EQ(unknown["image"]["spacing_mm"], nullptr);
  EXPECT_EQ(unknown["lesions"][0]["area_mm2"], nullptr);
  EXPECT_EQ(unknown["lesions"][0]["nearest_prominence"]["distance_mm"], nullptr);
}

TEST(FindingsJson, NumbersThatAreNoneBecomeNull) {
  Findings f = example_findings(true);
  f.lesions[0].features.texture = std::nan("");
  f.lesions[0].features.contrast = std::numeric_limits<double>::infinity();
  const json j = written(f);
  EXPECT_EQ(j["lesions"][0]["features"]["texture"], nullptr);
  EXPECT_EQ(j["lesions"][0]["features"]["contrast"], nullptr);
  EXPECT_EQ(schema_errors(j), "");
}

TEST(FindingsJson, IsUtf8WhateverThePathIs) {
  Findings f = example_findings(true);
  f.path = "bad\xff\xfe \"quoted\" \n.dcm";
  EXPECT_EQ(written(f)["image"]["path"], "bad\xEF\xBF\xBD\xEF\xBF\xBD \"quoted\" \n.dcm");
}

/// German numbers, on every machine.
struct CommaNumbers : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
};

TEST(FindingsJson, SameFindingsSameBytesInAnyLocale) {
  const std::string bytes = findings_json(example_findings(true));
  std::setlocale(LC_ALL, "de_DE.UTF-8"); // has no effect where it is not installed
  const std::locale old = std::locale::global({std::locale::classic(), new CommaNumbers});
  EXPECT_EQ(bytes, findings_json(example_findings(true)));
  std::locale::global(old);
  std::setlocale(LC_ALL, "C");
  EXPECT_EQ(bytes.back(), '\n');
}

} // namespace
} // namespace calx

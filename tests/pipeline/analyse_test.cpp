#include "pipeline/analyse.hpp"

#include "normalise/normalise.hpp"
#include "report/report.hpp"
#include "support/drawn_film.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

namespace calx {
namespace {

test::DrawnFilm with_spots() {
  test::DrawnFilm drawn;
  drawn.spots = {{28, 60, 3}, {61, 75, 5}};
  return drawn;
}

/// What is drawn here is too plain for a network to be asked; what holds of the stages around it
/// holds in either way.
Params by_thresholds() {
  Params params;
  params.network.use = false;
  return params;
}

TEST(Analyse, GivesSourcePixelsAndMillimetres) {
  const Findings found = analyse(with_spots().radiograph(), by_thresholds());
  ASSERT_EQ(found.lesions.size(), 2U);
  EXPECT_EQ(found.columns, 360);
  EXPECT_EQ(found.rows, 480);
  const auto& large = *std::ranges::max_element(found.lesions, {},
                                                [](const auto& l) { return *l.features.area_mm2; });
  EXPECT_NEAR(large.centroid.x, 61 / 0.25, 2);
  EXPECT_NEAR(large.centroid.y, 75 / 0.25, 2);
  EXPECT_NEAR(*large.features.max_feret_mm, 5, 0.6);
  EXPECT_NEAR(*large.features.max_feret_px, 20, 3);
  EXPECT_TRUE(large.bbox.contains(cv::Point(large.centroid)));
  ASSERT_FALSE(large.outlines.empty());
  for (const auto& p : large.outlines[0]) {
    EXPECT_GE(p.x, large.bbox.x - 1);
    EXPECT_LE(p.x, large.bbox.br().x);
  }
  ASSERT_TRUE(large.nearest_bone);
  EXPECT_EQ(large.nearest_bone->direction, "right");
}

TEST(Analyse, WarnsWhereTheNetworksHaveLearnedNothing) {
  const auto warns = [](Region region, const Params& params) {
    AnalyseOptions options;
    options.region = region;
    const auto warnings = analyse(with_spots().radiograph(), params, options).warnings;
    return std::ranges::any_of(warnings,
                               [](const auto& w) { return w.starts_with("region-unfamiliar: "); });
  };
  EXPECT_TRUE(warns(Region::Other, Params{}));
  EXPECT_FALSE(warns(Region::Knee, Params{}));
  EXPECT_FALSE(warns(Region::Other, by_thresholds())) << "thresholds have learned nothing at all";
}

TEST(Analyse, AnatomyMasksAreOnTheSourceGridAndHaveTheAreasSaid) {
  AnalyseOptions options;
  options.want_anatomy_masks = true;
  const Findings found = analyse(with_spots().radiograph(), by_thresholds(), options);
  ASSERT_EQ(found.body_mask.size(), cv::Size(360, 480));
  ASSERT_EQ(found.bone_mask.size(), cv::Size(360, 480));
  EXPECT_NEAR(cv::countNonZero(found.body_mask), found.body_area_px, 0.02 * found.body_area_px);
  EXPECT_NEAR(cv::countNonZero(found.bone_mask), found.bone_area_px, 0.02 * found.bone_area_px);
  EXPECT_TRUE(analyse(with_spots().radiograph(), by_thresholds()).body_mask.empty())
      << "only where asked for";
}

// Symptom: areas measured in made-up millimetres on films without a spacing.
// Cause: a default spacing of 1 mm, as some readers give.
// Expectation: nothing in mm, sizes in pixels, a warning that says what to do.
TEST(AnalyseRegression, NothingInMillimetresWithoutASpacing) {
  Radiograph film = with_spots().radiograph();
  film.spacing.reset();
  film.spacing_source = SpacingSource::Unknown;
  const Findings found = analyse(film, by_thresholds());
  EXPECT_FALSE(found.body_area_mm2);
  EXPECT_TRUE(found.assumed_spacing_mm);
  for (const auto& lesion : found.lesions) {
    for (const auto& d : feature_descriptions()) {
      const bool in_mm = d.unit.find("mm") != std::string_view::npos;
      EXPECT_FALSE(in_mm && lesion.features.*(d.value)) << d.name;
    }
    EXPECT_TRUE(lesion.features.max_feret_px);
    EXPECT_FALSE(lesion.nearest_bone && lesion.nearest_bone->distance_mm);
  }
  EXPECT_TRUE(std::ranges::any_of(
      found.warnings, [](const auto& w) { return w.find("--spacing") != std::string::npos; }));
}

/// Of a film of 360 x 480 pixels without a spacing.
Findings without_spacing(std::optional<Region> region, const Params& params = by_thresholds()) {
  Radiograph film = with_spots().radiograph();
  film.spacing.reset();
  film.spacing_source = SpacingSource::Unknown;
  AnalyseOptions options;
  options.region = region;
  return analyse(film, params, options);
}

/// mm between pixels that it is taken to have.
double assumed_spacing(std::optional<Region> region, const Params& params = by_thresholds()) {
  return without_spacing(region, params).assumed_spacing_mm.value();
}

TEST(Analyse, AFilmWithoutASpacingIsTakenToBeAsLargeAsOthersOfItsPart) {
  EXPECT_NEAR(assumed_spacing(Region::Knee), 320 / 480.0, 1e-9);
  EXPECT_NEAR(assumed_spacing(Region::Knee, Params{}), 320 / 480.0, 1e-9);
  EXPECT_NEAR(assumed_spacing({}), 240 / 480.0, 1e-9) << "nobody says what it shows";
  EXPECT_NEAR(assumed_spacing(Region::Pelvis), 430 / 480.0, 1e-9);
}

TEST(Analyse, WhereTheNetworkIsSureOfThePartItIsAsked) {
  Params params;
  params.network.min_word_confidence = 0; // it has a word for anything
  const Findings found = without_spacing({}, params);
  const double usual = usual_long_side_mm(found.acquisition.region);
  ASSERT_NE(usual, 240) << "a film that tells nothing";
  EXPECT_NEAR(found.assumed_spacing_mm.value(), usual / 480, 1e-9);
  params.network.min_word_confidence = 1;
  EXPECT_NEAR(assumed_spacing({}, params), 240 / 480.0, 1e-9);
}

TEST(Analyse, TheUsersLengthOfTheFilmGoesBeforeTheUsualOne) {
  Params params = by_thresholds();
  params.normalise.assumed_long_side_mm = 400;
  EXPECT_NEAR(assumed_spacing(Region::Knee, params), 400 / 480.0, 1e-9);
}

TEST(Analyse, LabelMapHoldsEachLesionUnderItsId) {
  AnalyseOptions options;
  options.want_label_map = true;
  const Findings found = analyse(with_spots().radiograph(), by_thresholds(), options);
  ASSERT_EQ(found.label_map.size(), cv::Size(360, 480));
  for (const auto& lesion : found.lesions) {
    EXPECT_EQ(found.label_map(cv::Point(lesion.centroid)), lesion.id);
    const int pixels = cv::countNonZero(found.label_map == lesion.id);
    EXPECT_NEAR(pixels, *lesion.features.area_px, 0.15 * pixels + 5);
  }
}

TEST(Analyse, TheSameFilmGivesTheSameBytes) {
  const Radiograph film = with_spots().radiograph();
  for (const Params& params : {Params{}, by_thresholds()})
    EXPECT_EQ(findings_json(analyse(film, params)), findings_json(analyse(film, params)));
}

TEST(Analyse, TheNetworksAreNamedWhereTheyWereUsed) {
  const Radiograph film = with_spots().radiograph();
  EXPECT_EQ(analyse(film).models.size(), 3U);
  EXPECT_EQ(analyse(film, by_thresholds()).models.size(), 1U);
}

// MONOCHROME1 and MONOCHROME2 twins reach this stage with the same pixels (tests/load shows it);
// two exports of one film can still differ in offset and gain.
TEST(Analyse, OffsetAndGainOfTheGreyScaleDoNotMatter) {
  const Radiograph film = with_spots().radiograph();
  Radiograph other = film;
  other.pixels = 2 * film.pixels + 512;
  const Findings a = analyse(film, by_thresholds());
  const Findings b = analyse(other, by_thresholds());
  ASSERT_EQ(a.lesions.size(), 2U);
  ASSERT_EQ(b.lesions.size(), 2U);
  for (std::size_t i = 0; i < a.lesions.size(); ++i)
    EXPECT_EQ(a.lesions[i].bbox, b.lesions[i].bbox);
}

TEST(Analyse, WhatTheCallerKnowsWins) {
  Radiograph film = with_spots().radiograph();
  film.acquisition.region = Region::Foot;
  film.acquisition.region_source = "BodyPartExamined";
  AnalyseOptions options;
  options.region = Region::Forearm;
  options.view = View::Lateral;
  const Findings found = analyse(film, {}, options);
  EXPECT_EQ(found.acquisition.region, Region::Forearm);
  EXPECT_EQ(found.acquisition.region_source, "user");
  EXPECT_EQ(found.acquisition.view, View::Lateral);
}

TEST(Analyse, TracesEveryStage) {
  std::set<std::string> names;
  AnalyseOptions options;
  options.trace = [&](std::string_view name, const cv::Mat& image) {
    EXPECT_FALSE(image.empty()) << name;
    EXPECT_TRUE(names.insert(std::string(name)).second) << name << " comes once";
  };
  analyse(with_spots().radiograph(), by_thresholds(), options);
  for (const char* stage : {"2-normalise/", "3-anatomy/", "4-lesions/"})
    EXPECT_TRUE(std::ranges::any_of(names, [&](const auto& n) { return n.starts_with(stage); }))
        << stage;
}

TEST(Analyse, AFilmWithoutAnythingIsAResult) {
  Radiograph film;
  film.pixels = cv::Mat1f(200, 150, 7.0F);
  const Findings found = analyse(film);
  EXPECT_TRUE(found.lesions.empty());
  EXPECT_EQ(found.assessment.suggestion, Pattern::None);
}

TEST(Analyse, RecordsParametersAndRules) {
  Params params = by_thresholds();
  params.lesions.min_score = 0.9;
  const Findings found = analyse(with_spots().radiograph(), params);
  const auto at = std::ranges::find(found.parameters, "lesions.min_score",
                                    &std::pair<std::string, double>::first);
  ASSERT_NE(at, found.parameters.end());
  EXPECT_EQ(at->second, 0.9);
  ASSERT_EQ(found.models.size(), 1U);
  EXPECT_NE(found.models[0].find("sha256:"), std::string::npos);
}

} // namespace
} // namespace calx

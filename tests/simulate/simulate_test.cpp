// The whole simulator on the procedural limb: the truth agrees with the pixels, the seed decides
// all.
#include "simulate/simulate.hpp"

#include "simulate/truth.hpp"

#include <gtest/gtest.h>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <set>
#include <tuple>

namespace calx::simulate {
namespace {

FilmSpec spec(Pattern pattern, std::uint64_t seed) {
  FilmSpec spec;
  spec.anatomy.region = Region::Hand;
  spec.anatomy.view = View::Pa;
  spec.anatomy.skeleton = "procedural";
  spec.inclusions.pattern = pattern;
  spec.seed = seed;
  spec.dicom_only = true;
  spec.pitch_mm = 0.4;
  return spec;
}

Film made(const FilmSpec& spec) {
  static SolidLibrary solids;
  auto film = simulate(spec, solids);
  if (!film) throw std::runtime_error(film.error().to_string());
  return std::move(*film);
}

Film made(Pattern pattern, std::uint64_t seed) {
  return made(spec(pattern, seed));
}

bool same(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && cv::countNonZero(a.reshape(1) != b.reshape(1)) == 0;
}

TEST(Simulate, TheSeedDecidesEveryPixel) {
  const Film a = made(Pattern::LimitedIdiopathic, 3), b = made(Pattern::LimitedIdiopathic, 3),
             c = made(Pattern::LimitedIdiopathic, 4);
  EXPECT_TRUE(same(a.stored.pixels, b.stored.pixels));
  EXPECT_TRUE(same(a.lesions, b.lesions));
  EXPECT_FALSE(same(a.stored.pixels, c.stored.pixels));
}

std::vector<Film> series(const std::vector<FilmSpec>& specs) {
  static SolidLibrary solids;
  auto films = simulate_series(specs, solids);
  if (!films) throw std::runtime_error(films.error().to_string());
  return std::move(*films);
}

TEST(Simulate, AFilmOfASeriesDependsOnTheBodyAndItsOwnSeedAlone) {
  const FilmSpec first = spec(Pattern::TumorLike, 3), second = spec(Pattern::LimitedIdiopathic, 4),
                 third = spec(Pattern::Localized, 5);
  const auto three = series({first, second, third}), two = series({first, third});
  ASSERT_EQ(three.size(), 3U);
  EXPECT_TRUE(same(three[0].stored.pixels, made(first).stored.pixels));
  EXPECT_TRUE(same(three[2].stored.pixels, two[1].stored.pixels));
  EXPECT_TRUE(same(three[2].lesions, two[1].lesions));
  EXPECT_EQ(three[2].spec.seed, 5U);
}

TEST(Simulate, FilmsOfASeriesShowTheSameBonesAndNothingOfEachOther) {
  // The first film's mass lifts the skin over it.
  const auto films = series({spec(Pattern::TumorLike, 3), spec(Pattern::None, 4)});
  const auto skin = [](const Film& film) { return film.anatomy.soft.skin_distance_mm.values; };
  const Film without = made(Pattern::None, 3);
  EXPECT_NE(skin(films[0]), skin(without));
  EXPECT_EQ(skin(films[1]), skin(without));
  const cv::Mat1b both = films[0].body & films[1].body;
  EXPECT_GT(cv::countNonZero(films[0].bone & both), 0);
  EXPECT_TRUE(same(films[0].bone & both, films[1].bone & both));
}

TEST(Simulate, MorePatternsOnAFilmAreDepositsBesideThoseOfTheFirst) {
  FilmSpec wanted = spec(Pattern::Localized, 8);
  const auto patterns = [](const Film& film) {
    std::set<Pattern> out;
    for (const TruthLesion& lesion : film.truth)
      if (lesion.kind == Kind::Deposit) out.insert(lesion.pattern);
    return out;
  };
  EXPECT_EQ(patterns(made(wanted)), std::set{Pattern::Localized});
  wanted.inclusions.besides = {Pattern::LimitedIdiopathic, Pattern::Universal};
  const auto found = patterns(made(wanted));
  EXPECT_TRUE(found.contains(Pattern::LimitedIdiopathic));
  EXPECT_TRUE(found.contains(Pattern::Universal));
}

TEST(Simulate, TheTruthIsWhatTheMasksShow) {
  const Film film = made(Pattern::LimitedIdiopathic, 5);
  ASSERT_FALSE(film.truth.empty());
  for (const TruthLesion& lesion : film.truth) {
    const cv::Mat1b own = film.lesions == lesion.id;
    // Where two overlap the longer path wins: a lesion may lose pixels, never gain any.
    EXPECT_LE(cv::countNonZero(own), lesion.area_px) << lesion.description;
    EXPECT_EQ(cv::countNonZero(own), cv::countNonZero(own(lesion.box))) << lesion.description;
    EXPECT_TRUE(lesion.box.contains(lesion.centroid));
    EXPECT_NEAR(lesion.area_mm2, lesion.area_px * film.spacing_mm * film.spacing_mm, 1e-9);
    EXPECT_GE(lesion.max_feret_mm + film.spacing_mm, lesion.equivalent_diameter_mm);
  }
  EXPECT_EQ(cv::countNonZero(film.bone & ~film.body), 0);
  EXPECT_GT(cv::countNonZero(film.bone), 0);
}

TEST(Simulate, ANormalFilmHasNoDeposit) {
  for (const TruthLesion& lesion : made(Pattern::None, 6).truth)
    EXPECT_NE(lesion.kind, Kind::Deposit) << lesion.description;
}

/// Stored values as parts of their range, dense bright.
cv::Mat1f shown(const Film& film) {
  const double whole = (1 << film.stored.presentation.bits) - 1;
  cv::Mat1f values;
  film.stored.pixels.convertTo(values, CV_32F, 1 / whole);
  if (film.stored.presentation.monochrome1) values = 1 - values;
  return values;
}

cv::Mat1b within(const cv::Mat1b& mask, double mm, const Film& film) {
  const int reach = cvRound(mm / film.spacing_mm);
  cv::Mat1b grown;
  cv::dilate(mask, grown,
             cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * reach + 1, 2 * reach + 1}));
  return grown;
}

TEST(Simulate, DepositsAreInThePixelsWhereTheTruthSaysAndNowhereElse) {
  // The same patient, beam, noise and processing with and without deposits. Films of both
  // polarities.
  std::set<bool> polarities;
  int visible = 0, on_flesh = 0;
  for (const auto& [region, view, seed] :
       {std::tuple{Region::Hand, View::Pa, 9}, {Region::Elbow, View::Ap, 2}}) {
    FilmSpec wanted = spec(Pattern::LimitedIdiopathic, static_cast<std::uint64_t>(seed));
    wanted.anatomy.region = region;
    wanted.anatomy.view = view;
    const Film film = made(wanted);
    wanted.inclusions.pattern = Pattern::None;
    const Film twin = made(wanted);
    ASSERT_EQ(film.lesions.size(), twin.lesions.size());
    EXPECT_TRUE(same(film.bone, twin.bone));
    polarities.insert(film.stored.presentation.monochrome1);
    const cv::Mat1f picture = shown(film), change = picture - shown(twin);
    cv::Mat1b deposits(film.lesions.size(), uchar{0});
    for (const TruthLesion& lesion : film.truth) {
      if (lesion.kind != Kind::Deposit) continue;
      const cv::Mat1b own = film.lesions == lesion.id;
      deposits |= own;
      if (!lesion.visible) continue;
      SCOPED_TRACE(lesion.description + " of the " + std::string(to_string(region)));
      ++visible;
      EXPECT_GT(cv::mean(change, own)[0], 0.005) << "brighter than the twin";
      if (lesion.bone_overlap > 0) continue;
      ++on_flesh;
      const cv::Mat1b beside =
          within(own, 2.5, film) & ~within((film.lesions > 0) | film.bone, 0.5, film);
      EXPECT_GT(cv::mean(picture, own)[0], cv::mean(picture, beside)[0] + 0.01)
          << "brighter than the flesh around";
    }
    // Beyond the blur, only edge enhancement (which darkens) and scatter tell of a deposit.
    double brightest = 0;
    cv::minMaxLoc(change, nullptr, &brightest, nullptr, nullptr, ~within(deposits, 1.5, film));
    EXPECT_LT(brightest, 0.02);
    const cv::Mat1b far = ~within(deposits, 10, film);
    const double area = cv::countNonZero(far);
    EXPECT_GT(area, 0.5 * static_cast<double>(far.total()));
    const cv::Mat1f unlike = cv::abs(change);
    EXPECT_LT(cv::mean(unlike, far)[0], 2e-4);
    EXPECT_GT(cv::countNonZero((unlike < 1e-3) & far), 0.99 * area);
  }
  EXPECT_EQ(polarities.size(), 2U);
  EXPECT_GE(visible, 8);
  EXPECT_GE(on_flesh, 6);
}

TEST(Simulate, ProminencesLieOnTheFilm) {
  const Film film = made(Pattern::None, 7);
  ASSERT_FALSE(film.prominences.empty());
  for (const auto& [name, at] : film.prominences)
    EXPECT_TRUE(cv::Rect2d({}, cv::Size2d(film.bone.size())).contains(at)) << name;
}

/// One ball-shaped shadow of `diameter_px` beside another, in an otherwise even film.
class TruthOfShadows : public testing::Test {
protected:
  void SetUp() override {
    film.spacing_mm = 0.2;
    film.geometry.rows = film.geometry.columns = 200;
    film.anatomy.soft.skin_distance_mm = Grid::filled({2, 2, 2}, 500, {-250, -250, -250}, -10, -10);
    projection.body_mm = cv::Mat1f(200, 200, 40.F);
  }

  void add_square(cv::Rect box, float path_mm, double contrast) {
    paths.push_back({box, cv::Mat1f(box.size(), path_mm)});
    contrasts.push_back(contrast);
    Inclusion inclusion;
    inclusion.density_g_cm3 = Grid::filled({2, 2, 2}, 1, {0, 0, 0}, 1, 0);
    inclusion.description = "square";
    inclusions.push_back(inclusion);
  }

  /// The signal of all squares but those of a kind.
  cv::Mat1f signal(std::optional<Kind> but) const {
    cv::Mat1f out(200, 200, 0.3F);
    for (std::size_t i = 0; i < paths.size(); ++i)
      if (inclusions[i].kind != but) out(paths[i].box) *= 1 - contrasts[i];
    return out;
  }

  void measure() {
    std::vector<InclusionPatch> patches;
    for (std::size_t i = 0; i < paths.size(); ++i)
      patches.push_back({{paths[i]}, &inclusions[i], {}, {}});
    const Signals signals{signal({}), [&](Kind kind) { return signal(kind); }, 1000};
    measure_truth(film, patches, projection, signals, cv::Mat1b(200, 200, uchar(255)));
  }

  Film film;
  Projection projection;
  std::vector<Inclusion> inclusions;
  std::vector<PathPatch> paths;
  std::vector<double> contrasts;
};

TEST_F(TruthOfShadows, SizeContrastAndNoiseOfASquare) {
  add_square({50, 60, 10, 20}, 1, 0.1);
  measure();
  ASSERT_EQ(film.truth.size(), 1U);
  const TruthLesion& square = film.truth[0];
  EXPECT_EQ(square.box, cv::Rect(50, 60, 10, 20));
  EXPECT_DOUBLE_EQ(square.area_mm2, 200 * 0.04);
  EXPECT_NEAR(square.contrast, 0.1, 1e-6);
  // Every pixel holds 300 quanta: a contrast of 0.1 in 200 of them.
  EXPECT_NEAR(square.snr, 0.1 * std::sqrt(300.0 * 200), 1e-3);
  EXPECT_NEAR(square.depth_mm, 10, 1e-6);
  EXPECT_TRUE(square.visible);
}

TEST_F(TruthOfShadows, NeighboursWithinAMillimetreAreOne) {
  add_square({50, 60, 10, 10}, 1, 0.1);
  add_square({63, 60, 10, 10}, 1, 0.1); // 3 pixels, 0.6 mm apart
  add_square({90, 60, 10, 10}, 1, 0.1); // 3.4 mm apart
  measure();
  ASSERT_EQ(film.truth.size(), 2U);
  EXPECT_EQ(film.truth[0].area_px, 200);
  EXPECT_EQ(film.truth[1].area_px, 100);
}

TEST_F(TruthOfShadows, AFaintSpeckIsNotVisible) {
  add_square({50, 60, 4, 4}, 0.1F, 0.02); // SNR 0.02 * sqrt(300 * 16) = 1.4
  measure();
  ASSERT_EQ(film.truth.size(), 1U);
  EXPECT_FALSE(film.truth[0].visible);
}

TEST_F(TruthOfShadows, AFoldOfSkinIsNoLesion) {
  add_square({50, 60, 20, 20}, 3, 0.2);
  inclusions[0].kind = Kind::Unknown;
  measure();
  EXPECT_TRUE(film.truth.empty());
  EXPECT_EQ(cv::countNonZero(film.lesions), 0);
}

TEST_F(TruthOfShadows, WhereTwoKindsOverlapTheSmallerIsOutlined) {
  add_square({50, 60, 20, 20}, 1, 0.1);
  add_square({55, 65, 5, 5}, 0.5, 0.2);
  inclusions[1].kind = Kind::Metal;
  measure();
  ASSERT_EQ(film.truth.size(), 2U);
  const int metal = film.truth[0].kind == Kind::Metal ? 0 : 1;
  EXPECT_EQ(film.lesions(67, 57), film.truth[static_cast<std::size_t>(metal)].id);
  EXPECT_EQ(film.lesions(61, 51), film.truth[static_cast<std::size_t>(1 - metal)].id);
}

// Symptom: specks that nobody could see under a plaster cast were visible in the truth, with the
// cast's contrast and without a pixel of their own. Cause: contrast was measured against the
// anatomy alone, and of two lesions the one with the longer path was outlined. Expected: a lesion's
// own contrast, and its own outline if it can be seen.
TEST_F(TruthOfShadows, WhatLiesUnderACastHasItsOwnContrast) {
  add_square({50, 60, 5, 5}, 1, 0.01);
  add_square({90, 60, 10, 10}, 1, 0.2);
  add_square({20, 20, 120, 120}, 6, 0.3);
  inclusions[2].kind = Kind::ForeignBody;
  measure();
  ASSERT_EQ(film.truth.size(), 3U); // in the order of the kinds, then from the left
  const TruthLesion &speck = film.truth[0], &stone = film.truth[1];
  ASSERT_EQ(stone.kind, Kind::Deposit);
  EXPECT_NEAR(speck.contrast, 0.01, 1e-6);
  EXPECT_FALSE(speck.visible);
  EXPECT_EQ(cv::countNonZero(film.lesions == speck.id), 0);
  EXPECT_NEAR(stone.contrast, 0.2, 1e-6);
  EXPECT_TRUE(stone.visible);
  EXPECT_EQ(cv::countNonZero(film.lesions == stone.id), 100);
}

} // namespace
} // namespace calx::simulate

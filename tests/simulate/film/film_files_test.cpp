// The files of a simulated film, read back as any user's film is.
#include "core/version.hpp"
#include "load/dicom_query.hpp"
#include "load/load.hpp"
#include "simulate/film/context.hpp"
#include "simulate/film/film_files.hpp"
#include "simulate/film/header.hpp"
#include "subtype/subtype.hpp"
#include "support/dicom_maker.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {
namespace {

using calx::testing::TemporaryFolder;
using Format = Presentation::Format;
using Tone = Presentation::Tone;

/// A bright disc (bone) on a slope, made by hand.
Film hand_made_film(Format format, Tone tone = Tone::BurnedIn, bool monochrome1 = false) {
  Film film;
  film.spec.seed = 11;
  film.spec.inclusions.pattern = Pattern::TumorLike;
  film.anatomy.region = Region::Elbow;
  film.anatomy.view = View::Lateral;
  film.anatomy.laterality = Laterality::Right;
  film.anatomy.patient = {.age_years = 54.7, .sex = Sex::Female, .size = 1, .fat_mm = 6};
  film.anatomy.bones.resize(1);
  film.anatomy.bones[0].name = "humerus";
  film.anatomy.bones[0].solid = std::make_shared<Solid>();
  film.anatomy.attribution = "made by hand";
  film.geometry.sid_mm = 1100;
  film.geometry.pitch_mm = 0.22;
  film.beam.kvp = 58;
  film.spacing_mm = 0.2;
  constexpr int rows = 96, columns = 72;
  cv::Mat1f signal(rows, columns);
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x)
      signal(y, x) = static_cast<float>(x < 16 ? 1 : std::exp(-0.3 - 0.01 * y));
  film.bone = cv::Mat1b(rows, columns, std::uint8_t{0});
  cv::circle(film.bone, {50, 60}, 12, 255, -1);
  signal.setTo(0.1, film.bone);
  film.body = cv::Mat1b(rows, columns, std::uint8_t{0});
  film.body.colRange(16, columns).setTo(255);
  film.bones = cv::Mat1w(film.bone.size(), std::uint16_t{0});
  film.bones.setTo(1, film.bone);
  film.lesions = cv::Mat1w(film.bone.size(), std::uint16_t{0});
  film.lesions(cv::Rect(20, 30, 6, 4)).setTo(1);
  TruthLesion lesion;
  lesion.id = 1;
  lesion.pattern = Pattern::TumorLike;
  lesion.box = {20, 30, 6, 4};
  lesion.area_px = 24;
  lesion.area_mm2 = 24 * 0.04;
  lesion.visible = true;
  film.truth = {lesion};
  film.prominences = {{"olecranon", {30.25, 40.5}}};
  Presentation p;
  p.format = format;
  p.tone = tone;
  p.monochrome1 = monochrome1;
  p.bits = is_dicom(format) ? 12 : 8;
  p.jpeg_quality = format == Format::Jpeg || format == Format::DicomJpeg ? 95 : 0;
  film.stored = present(signal, cv::Mat1b(signal.size(), std::uint8_t{255}), 0.22, p, Random(1));
  return film;
}

std::filesystem::path film_in(const TemporaryFolder& folder) {
  for (const char* ending : {".dcm", ".png", ".jpg"})
    if (const auto file = folder / (std::string("film") + ending); std::filesystem::exists(file))
      return file;
  return {};
}

nlohmann::json truth_in(const TemporaryFolder& folder) {
  return nlohmann::json::parse(std::ifstream(folder / "film.truth.json"));
}

Radiograph written_and_read(const Film& film, const TemporaryFolder& folder) {
  const auto written = write_film(film, folder.path(), "film");
  EXPECT_TRUE(written) << written.error().to_string();
  auto read = load_radiograph(film_in(folder));
  EXPECT_TRUE(read) << read.error().to_string();
  return read ? *read : Radiograph{};
}

/// Dense-bright stored values.
cv::Mat1f expected_pixels(const StoredFilm& film) {
  cv::Mat1f expected;
  film.pixels.convertTo(expected, CV_32F);
  if (film.presentation.monochrome1)
    expected = static_cast<double>((1 << film.presentation.bits) - 1) - expected;
  return expected;
}

TEST(FilmFiles, LosslessFilmsComeBackExactly) {
  for (const Format format :
       {Format::DicomExplicit, Format::DicomRle, Format::DicomJpegLossless, Format::Png})
    for (const bool monochrome1 : {false, is_dicom(format)}) {
      const Film film = hand_made_film(format, Tone::BurnedIn, monochrome1);
      const TemporaryFolder folder;
      const Radiograph read = written_and_read(film, folder);
      ASSERT_EQ(read.pixels.size(), film.bone.size()) << to_string(format);
      EXPECT_EQ(cv::norm(read.pixels, expected_pixels(film.stored), cv::NORM_INF), 0)
          << to_string(format) << monochrome1;
    }
}

TEST(FilmFiles, LossyFilmsComeBackNearly) {
  for (const Format format : {Format::DicomJpeg, Format::Jpeg})
    for (const int bits : {8, 12}) {
      if (bits == 12 && !is_dicom(format)) continue;
      Film film = hand_made_film(format);
      film.stored.pixels.convertTo(film.stored.pixels, CV_16U,
                                   static_cast<double>((1 << bits) - 1) /
                                       ((1 << film.stored.presentation.bits) - 1));
      film.stored.presentation.bits = bits;
      const TemporaryFolder folder;
      const Radiograph read = written_and_read(film, folder);
      ASSERT_EQ(read.pixels.size(), film.bone.size());
      const double mean_error =
          cv::norm(read.pixels, expected_pixels(film.stored), cv::NORM_L1) / film.bone.total();
      EXPECT_LT(mean_error, 0.012 * (1 << bits)) << to_string(format) << bits;
    }
}

TEST(FilmFiles, DenseIsBrightForEveryToneAndPolarity) {
  for (const Tone tone : {Tone::BurnedIn, Tone::Window, Tone::Sigmoid, Tone::LinearExact,
                          Tone::VoiLut, Tone::Unprocessed})
    for (const bool monochrome1 : {false, true}) {
      const Film film = hand_made_film(Format::DicomExplicit, tone, monochrome1);
      const TemporaryFolder folder;
      const Radiograph read = written_and_read(film, folder);
      const cv::Rect open(0, 0, 12, 96);
      const double bone = cv::mean(read.pixels, film.bone)[0];
      const double black = cv::mean(read.pixels(open))[0];
      SCOPED_TRACE(static_cast<int>(tone) * 10 + monochrome1);
      EXPECT_GT(bone, black);
      const double shown = read.display.white - read.display.black;
      EXPECT_GT((bone - read.display.black) / shown, 0.6);
      EXPECT_LT((black - read.display.black) / shown, 0.25);
    }
}

TEST(FilmFiles, TheHeaderTellsWhatTheFilmShows) {
  int known_regions = 0, known_views = 0, corrected = 0;
  constexpr int films = 40;
  for (int seed = 0; seed < films; ++seed) {
    Film film = hand_made_film(Format::DicomExplicit);
    film.spec.seed = static_cast<std::uint64_t>(seed);
    const TemporaryFolder folder;
    const Radiograph read = written_and_read(film, folder);
    const Acquisition& a = read.acquisition;
    known_regions += a.region == Region::Elbow;
    known_views += a.view == View::Lateral;
    EXPECT_TRUE(a.view == View::Lateral || a.view == View::Unknown);
    EXPECT_TRUE(a.laterality == Laterality::Right || a.laterality == Laterality::Unknown);
    EXPECT_EQ(a.sex, Sex::Female);
    EXPECT_EQ(a.age_years, 54);
    EXPECT_EQ(a.kvp, 58);
    EXPECT_EQ(a.sop_instance_uid.rfind("2.25.", 0), 0u);
    ASSERT_TRUE(read.spacing);
    const bool at_detector = read.spacing_source == SpacingSource::DetectorPlane;
    corrected += !at_detector;
    EXPECT_NEAR(read.spacing->x_mm, at_detector ? 0.22 : 0.2, 1e-5);
  }
  EXPECT_EQ(known_regions, films);
  EXPECT_GT(known_views, films * 3 / 4);
  EXPECT_GT(corrected, films / 2);
}

/// The number, or the first of two, that a tag holds; nothing where the file lacks it.
std::optional<double> tag_in(const std::filesystem::path& file, const std::string& keyword) {
  const auto tags = read_dicom_tags(file, std::vector{keyword});
  if (!tags || !tags->contains(keyword)) return std::nullopt;
  return std::stod(tags->at(keyword).at(0));
}

TEST(FilmFiles, TubeAndDistancesOfTheHeaderAreThoseOfTheTruth) {
  std::map<std::string, int> seen;
  for (int seed = 0; seed < 40; ++seed) {
    Film film = hand_made_film(Format::DicomExplicit);
    film.spec.seed = static_cast<std::uint64_t>(seed);
    const TemporaryFolder folder;
    ASSERT_TRUE(write_film(film, folder.path(), "film", {.masks = false}));
    const auto truth = truth_in(folder);
    const auto& parameters = truth["parameters"];
    const double sid = parameters["geometry"]["sid_mm"], pitch = parameters["geometry"]["pitch_mm"],
                 spacing = truth["image"]["spacing_mm"][0];
    for (const auto& [keyword, expected] :
         {std::pair<std::string, double>{"KVP", parameters["beam"]["kvp"]},
          {"DistanceSourceToDetector", sid},
          {"DistanceSourceToPatient", sid * spacing / pitch},
          {"EstimatedRadiographicMagnificationFactor", pitch / spacing},
          {"ImagerPixelSpacing", pitch},
          {"PixelSpacing", spacing}})
      if (const auto value = tag_in(film_in(folder), keyword)) {
        ++seen[keyword];
        EXPECT_NEAR(*value / expected, 1, 1e-6) << keyword;
      }
    if (const auto index = tag_in(film_in(folder), "ExposureIndex")) { // a whole number
      ++seen["ExposureIndex"];
      EXPECT_NEAR(*index, 100 * parameters["beam"]["detector_dose_ugy"].get<double>(), 0.5);
    }
  }
  EXPECT_EQ(seen["KVP"], 40);
  EXPECT_EQ(seen["ExposureIndex"], 40);
  EXPECT_EQ(seen["ImagerPixelSpacing"], 40);
  EXPECT_GE(seen["EstimatedRadiographicMagnificationFactor"], 10);
  EXPECT_GT(seen["DistanceSourceToDetector"], seen["EstimatedRadiographicMagnificationFactor"]);
  EXPECT_EQ(seen["DistanceSourceToPatient"], seen["DistanceSourceToDetector"]);
  EXPECT_GE(seen["PixelSpacing"], 2);
  EXPECT_LT(seen["PixelSpacing"], 20) << "corrected spacing only where nothing else tells it";
}

TEST(Context, LaboratoryValuesFitThePattern) {
  struct Counts {
    int asked = 0, high_phosphate = 0, renal = 0, family = 0, tissue = 0, injury = 0;
  };
  std::map<Pattern, Counts> all;
  for (const Pattern pattern : {Pattern::None, Pattern::Localized, Pattern::LimitedIdiopathic,
                                Pattern::TumorLike, Pattern::Universal, Pattern::Scrotal})
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      Film film;
      film.spec.seed = seed;
      film.spec.inclusions.pattern = pattern;
      const auto context = clinical_context(film);
      if (!context.contains("phosphate_mmol_l")) continue;
      Counts& counts = all[pattern];
      SCOPED_TRACE(std::string(to_string(pattern)) + context.dump());
      const double phosphate = context["phosphate_mmol_l"], calcium = context["calcium_mmol_l"],
                   pth = context["pth_pmol_l"], creatinine = context["creatinine_umol_l"];
      const bool renal = context["renal_failure"], high = phosphate > 1.5;
      ++counts.asked;
      counts.high_phosphate += high;
      counts.renal += renal;
      counts.family += context["family_history"].get<bool>();
      counts.tissue += context["connective_tissue_disease"].get<bool>();
      counts.injury += context["trauma_or_injection"].get<bool>();
      EXPECT_GE(phosphate, 0.8);
      EXPECT_LE(phosphate, high ? 3.5 : 1.45);
      EXPECT_GE(calcium, 2.1);
      EXPECT_LE(calcium, 2.6);
      EXPECT_TRUE(renal ? pth >= 15 && pth <= 150 : pth >= 1.5 && pth <= 7);
      EXPECT_TRUE(renal ? creatinine >= 250 && creatinine <= 1100
                        : creatinine >= 40 && creatinine <= 110);
      if (renal || context["family_history"]) {
        EXPECT_TRUE(high) << "both raise phosphate";
      }
    }
  ASSERT_EQ(all.size(), 6u);
  for (const auto& [pattern, counts] : all) {
    SCOPED_TRACE(to_string(pattern));
    EXPECT_GT(counts.asked, 100);
    EXPECT_LT(counts.asked, 180) << "on some films nothing was asked";
    const bool tumor = pattern == Pattern::TumorLike;
    EXPECT_EQ(counts.high_phosphate > counts.asked / 2, tumor);
    EXPECT_EQ(counts.renal > counts.asked / 6, tumor);
    EXPECT_EQ(counts.family > counts.asked / 6, tumor);
    EXPECT_EQ(counts.tissue > counts.asked / 2, pattern == Pattern::Universal);
    EXPECT_EQ(counts.injury > counts.asked / 8, pattern == Pattern::Localized);
    if (!tumor) {
      EXPECT_EQ(counts.high_phosphate + counts.renal + counts.family, 0);
    }
  }
}

TEST(FilmFiles, MasksLieOnTheFilm) {
  const Film film = hand_made_film(Format::Png);
  const TemporaryFolder folder;
  written_and_read(film, folder);
  const auto truth = truth_in(folder);
  for (const auto& [key, mask] : {std::pair<const char*, cv::Mat>{"lesions", film.lesions},
                                  {"bone", film.bone},
                                  {"bones", film.bones},
                                  {"body", film.body}}) {
    const auto read = load_radiograph(folder / truth["masks"][key].get<std::string>());
    ASSERT_TRUE(read) << key;
    cv::Mat1f expected;
    mask.convertTo(expected, CV_32F);
    EXPECT_EQ(cv::norm(read->pixels, expected, cv::NORM_INF), 0) << key;
  }
}

TEST(FilmFiles, TheTruthIsWhatTheFilmHolds) {
  const Film film = hand_made_film(Format::DicomRle);
  const TemporaryFolder folder;
  written_and_read(film, folder);
  const auto truth = truth_in(folder);
  EXPECT_EQ(truth["schema"], "calx.truth/1");
  EXPECT_EQ(truth["image"]["file"], "film.dcm");
  EXPECT_EQ(truth["image"]["rows"], 96);
  EXPECT_EQ(truth["image"]["columns"], 72);
  EXPECT_EQ(truth["image"]["spacing_mm"], nlohmann::json({0.2, 0.2}));
  EXPECT_EQ(truth["region"], "elbow");
  EXPECT_EQ(truth["view"], "lateral");
  EXPECT_EQ(truth["laterality"], "right");
  EXPECT_EQ(truth["pattern"], "tumor-like");
  EXPECT_EQ(truth["bones"], nlohmann::json({"humerus"}));
  EXPECT_EQ(truth["lesions"][0]["bbox"], nlohmann::json({20, 30, 6, 4}));
  EXPECT_EQ(truth["lesions"][0]["kind"], "deposit");
  EXPECT_EQ(truth["prominences"][0]["name"], "olecranon");
  EXPECT_EQ(truth["prominences"][0]["xy"], nlohmann::json({30.25, 40.5}));
  EXPECT_EQ(truth["seed"], 11);
  EXPECT_EQ(truth["tool"]["name"], "calx-simulate");
  EXPECT_EQ(truth["tool"]["version"], kVersion);
  EXPECT_TRUE(truth["order"].is_null()) << "nobody ordered it";
}

TEST(FilmFiles, TheTruthKeepsTheOrder) {
  const TemporaryFolder folder;
  const nlohmann::ordered_json order{{"seed", 5}, {"first", 3}};
  ASSERT_TRUE(write_film(hand_made_film(Format::Png), folder.path(), "film", {.order = order}));
  EXPECT_EQ(truth_in(folder)["order"], nlohmann::json({{"seed", 5}, {"first", 3}}));
}

TEST(FilmFiles, TheContextIsOneThatAnalyzeTakes) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Film film = hand_made_film(Format::Png);
    film.spec.seed = seed;
    const TemporaryFolder folder;
    ASSERT_TRUE(write_film(film, folder.path(), "film", {.masks = false}));
    const auto file = folder / "context.json";
    std::ofstream(file) << truth_in(folder)["context"];
    const auto context = read_context(file);
    ASSERT_TRUE(context) << context.error().to_string();
    EXPECT_EQ(context->age_years, 54);
    EXPECT_EQ(context->sex, Sex::Female);
  }
}

TEST(FilmFiles, WithoutMasksOnlyTheFilmAndItsTruth) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_film(hand_made_film(Format::Jpeg), folder.path(), "film", {.masks = false}));
  int files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path()))
    ++files;
  EXPECT_EQ(files, 2);
  EXPECT_TRUE(truth_in(folder)["masks"].empty());
}

TEST(FilmFiles, TheSameFilmGivesTheSameBytes) {
  for (const Format format : {Format::DicomExplicit, Format::DicomRle, Format::DicomJpegLossless,
                              Format::DicomJpeg, Format::Png, Format::Jpeg}) {
    const Film film = hand_made_film(format);
    const TemporaryFolder a, b;
    ASSERT_TRUE(write_film(film, a.path(), "film"));
    ASSERT_TRUE(write_film(film, b.path(), "film"));
    for (const auto& entry : std::filesystem::directory_iterator(a.path()))
      EXPECT_EQ(calx::testing::read_file(entry.path()),
                calx::testing::read_file(b / entry.path().filename().string()))
          << entry.path().filename();
  }
}

TEST(FilmFiles, AnInsertedFilmTellsNothingThatItsBackgroundDidNot) {
  InsertedFilm inserted;
  inserted.film = hand_made_film(Format::Png);
  inserted.film.stored.pixels.convertTo(inserted.pixels, CV_32F, 4);
  Radiograph background;
  background.display = {0, 1020};
  background.acquisition.sex = Sex::Male;
  const TemporaryFolder folder;
  ASSERT_TRUE(write_inserted(inserted, background, folder.path(), "film"));
  const auto read = load_radiograph(folder / "film.dcm");
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(cv::norm(read->pixels, inserted.pixels, cv::NORM_INF), 0);
  EXPECT_FALSE(read->spacing);
  EXPECT_FALSE(read->acquisition.age_years);
  EXPECT_FALSE(read->acquisition.kvp);
  EXPECT_EQ(read->acquisition.sex, Sex::Male);
  EXPECT_EQ(read->acquisition.view, View::Unknown);
  const auto truth = truth_in(folder);
  EXPECT_EQ(truth["exhaustive"], false);
  EXPECT_TRUE(truth["image"]["spacing_mm"].is_null());
  EXPECT_EQ(truth["lesions"].size(), 1u);

  background.spacing = Spacing{0.15, 0.15};
  background.spacing_source = SpacingSource::DetectorPlane;
  ASSERT_TRUE(write_inserted(inserted, background, folder.path(), "film"));
  const auto spaced = load_radiograph(folder / "film.dcm");
  ASSERT_TRUE(spaced && spaced->spacing);
  EXPECT_NEAR(spaced->spacing->x_mm, 0.15, 1e-9);
  EXPECT_EQ(spaced->spacing_source, SpacingSource::DetectorPlane);
}

TEST(FilmFiles, IsWrittenOnceTheTruthIsThere) {
  const TemporaryFolder folder;
  EXPECT_FALSE(film_is_written(folder.path(), "film"));
  ASSERT_TRUE(write_film(hand_made_film(Format::Png), folder.path(), "film"));
  EXPECT_TRUE(film_is_written(folder.path(), "film"));
  std::filesystem::remove(folder / "film.png");
  EXPECT_FALSE(film_is_written(folder.path(), "film"));
}

TEST(FilmFiles, AFolderThatIsNotThereIsSaid) {
  const auto written = write_film(hand_made_film(Format::Png), "/nowhere", "film");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::CannotWrite);
}

TEST(Header, AgesAreWrittenAsDicomWantsThem) {
  EXPECT_EQ(age_string(54.7), "054Y");
  EXPECT_EQ(age_string(1.5), "018M");
  EXPECT_EQ(age_string(0), "000M");
}

} // namespace
} // namespace calx::simulate

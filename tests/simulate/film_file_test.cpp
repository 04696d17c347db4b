// The files that the phantom writes, read as any user's film is.
#include "load/load.hpp"
#include "simulate/write_film.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

namespace calx::phantom {
namespace {

PhantomSpec small_hand() {
  PhantomSpec s;
  s.pattern = Pattern::LimitedIdiopathic;
  s.spacing_mm = 0.5;
  return s;
}

std::filesystem::path file_named(const std::string& name) {
  return std::filesystem::path(testing::TempDir()) / name;
}

void expect_the_film_in(const Radiograph& read, const PhantomFilm& film) {
  cv::Mat1f expected;
  film.pixels.convertTo(expected, CV_32F);
  ASSERT_EQ(read.pixels.size(), expected.size());
  EXPECT_EQ(cv::norm(read.pixels, expected, cv::NORM_INF), 0);
}

TEST(FilmFile, DicomComesBackWithPixelsSpacingAndRegion) {
  const PhantomFilm film = make_phantom(small_hand());
  for (const FilmFormat format : {FilmFormat::DicomExplicit, FilmFormat::DicomRle}) {
    const auto file = file_named("phantom.dcm");
    write_film(film, small_hand(), format, file);
    const auto read = load_radiograph(file);
    ASSERT_TRUE(read) << read.error().to_string();
    expect_the_film_in(*read, film);
    ASSERT_TRUE(read->spacing);
    EXPECT_NEAR(read->spacing->x_mm, 0.5, 1e-5);
    EXPECT_EQ(read->spacing_source, SpacingSource::MagnificationCorrected);
    EXPECT_EQ(read->acquisition.region, Region::Hand);
    EXPECT_EQ(read->acquisition.view, View::Pa);
    EXPECT_EQ(read->acquisition.laterality, Laterality::Left);
    EXPECT_EQ(read->acquisition.sop_instance_uid.rfind("2.25.", 0), 0u);
    std::filesystem::remove(file);
  }
}

TEST(FilmFile, PngHasNoSpacing) {
  const PhantomFilm film = make_phantom(small_hand());
  const auto file = file_named("phantom.png");
  write_film(film, small_hand(), FilmFormat::Png, file);
  const auto read = load_radiograph(file);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->pixels.size(), film.pixels.size());
  EXPECT_FALSE(read->spacing);
  std::filesystem::remove(file);
}

TEST(FilmFile, TruthTellsWhatTheLabelsShow) {
  const PhantomFilm film = make_phantom(small_hand());
  const auto truth = nlohmann::json::parse(truth_json(film, small_hand()));
  EXPECT_EQ(truth["pattern"], "limited-idiopathic");
  EXPECT_EQ(truth["prominences"].size(), film.prominences.size());
  ASSERT_EQ(truth["lesions"].size(), film.lesions.size());
  for (const auto& lesion : truth["lesions"]) {
    const cv::Mat1b mask = film.labels == lesion["id"].get<int>();
    EXPECT_EQ(lesion["area_px"], cv::countNonZero(mask));
    EXPECT_NEAR(lesion["area_mm2"], cv::countNonZero(mask) * 0.25, 0.01);
    const cv::Rect box = cv::boundingRect(mask);
    EXPECT_EQ(lesion["bbox"], nlohmann::json({box.x, box.y, box.width, box.height}));
    EXPECT_GE(lesion["outlines"].size(), 1u);
  }
}

TEST(FilmFile, AFileThatCannotBeWrittenIsSaid) {
  const PhantomFilm film = make_phantom(small_hand());
  EXPECT_THROW(write_film(film, small_hand(), FilmFormat::Png, "/nowhere/x.png"),
               std::runtime_error);
  EXPECT_THROW(write_film(film, small_hand(), FilmFormat::DicomExplicit, "/nowhere/x.dcm"),
               std::runtime_error);
}

} // namespace
} // namespace calx::phantom

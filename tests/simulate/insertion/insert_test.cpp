#include "simulate/insertion/film_tone.hpp"
#include "simulate/insertion/insert.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {
namespace {

/// A thick limb with a bone in it, 8 bit, 0.25 mm a pixel, a little blurred and noisy.
Radiograph limb_film() {
  cv::Mat1f grey(700, 560, 14.F);
  for (int y = 0; y < grey.rows; ++y)
    for (int x = 0; x < grey.cols; ++x) {
      const double off = std::abs(x - 280.0) * 0.25;
      if (off < 42) grey(y, x) = static_cast<float>(40 + 60 * std::sqrt(1 - off * off / 42 / 42));
      if (off < 12) grey(y, x) += static_cast<float>(off > 9 ? 95 : 65);
    }
  cv::GaussianBlur(grey, grey, {}, 1);
  cv::RNG random(7);
  for (float& value : cv::Mat1f(grey.reshape(1, 1)))
    value = std::round(value + static_cast<float>(random.gaussian(1.2)));
  Radiograph film;
  film.pixels = grey;
  film.display = {0, 255};
  film.spacing = Spacing{0.25, 0.25};
  film.spacing_source = SpacingSource::User;
  film.acquisition.region = Region::Knee;
  return film;
}

TEST(FilmTone, IsMonotoneAndItsInverseIsItsInverse) {
  const FilmTone tone{10, 90, 170, 250, 2, 110};
  double last = tone.grey(-1);
  for (double a = -0.9; a < 6; a += 0.1) {
    EXPECT_GT(tone.grey(a), last);
    last = tone.grey(a);
    if (last > 12 && last < 248) {
      EXPECT_NEAR(tone.attenuation(tone.grey(a)), a, 1e-6);
    }
  }
  EXPECT_LT(last, 250);
}

TEST(Insert, ChangesTheFilmWhereTheTruthSaysAndNowhereElse) {
  const Radiograph film = limb_film();
  InsertSpec spec;
  spec.inclusions.pattern = Pattern::TumorLike;
  spec.inclusions.mimics = false;
  const auto inserted = insert(film, spec);
  ASSERT_TRUE(inserted) << inserted.error().to_string();
  ASSERT_FALSE(inserted->film.truth.empty());
  EXPECT_FALSE(inserted->spacing_assumed);
  cv::Mat1b near;
  cv::dilate(inserted->film.lesions > 0, near, cv::Mat1b(15, 15, uchar{1}));
  const cv::Mat1f difference = inserted->pixels - film.pixels;
  EXPECT_LT(cv::norm(difference, cv::NORM_INF, ~near), 2.5);
  EXPECT_GT(cv::mean(difference, inserted->film.lesions > 0)[0], 2) << "denser is brighter";
  const TruthLesion& lesion = inserted->film.truth.front();
  EXPECT_EQ(lesion.kind, Kind::Deposit);
  EXPECT_EQ(lesion.pattern, Pattern::TumorLike);
  EXPECT_GT(lesion.contrast, 0.01);
  EXPECT_GT(lesion.snr, 5);
}

TEST(Insert, KeepsTheFilmsRangeAndSteps) {
  const Radiograph film = limb_film();
  InsertSpec spec;
  spec.inclusions.pattern = Pattern::Universal;
  const auto inserted = insert(film, spec);
  ASSERT_TRUE(inserted);
  double low = 0, high = 0, film_low = 0, film_high = 0;
  cv::minMaxLoc(inserted->pixels, &low, &high);
  cv::minMaxLoc(film.pixels, &film_low, &film_high);
  EXPECT_GE(low, film_low);
  EXPECT_LE(high, film_high);
  for (const float value : cv::Mat1f(inserted->pixels.reshape(1, 1)))
    ASSERT_EQ(value, std::round(value));
}

TEST(Insert, IsTheSameForTheSameSeed) {
  const Radiograph film = limb_film();
  InsertSpec spec;
  spec.inclusions.pattern = Pattern::Localized;
  const auto first = insert(film, spec), second = insert(film, spec);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(cv::norm(first->pixels, second->pixels, cv::NORM_INF), 0);
}

TEST(Insert, SaysThatItAssumedThePixelSize) {
  Radiograph film = limb_film();
  film.spacing.reset();
  film.spacing_source = SpacingSource::Unknown;
  const auto inserted = insert(film, {});
  ASSERT_TRUE(inserted);
  EXPECT_TRUE(inserted->spacing_assumed);
  EXPECT_NE(inserted->notes.front().find("assumed"), std::string::npos);
}

TEST(Insert, RefusesAnEmptyFilm) {
  Radiograph film;
  film.pixels = cv::Mat1f(200, 200, 5.F);
  EXPECT_FALSE(insert(film, {}));
}

} // namespace
} // namespace calx::simulate

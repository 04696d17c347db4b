#include "network/make_inputs.hpp"
#include "network/reference.hpp"

#include <gtest/gtest.h>

namespace calx {
namespace {

/// The formula's film in a field that has lost a corner, as tools/train/export.py has it.
NormalisedFilm reference_film() {
  NormalisedFilm film;
  film.density = test::plane(test::reference_input(1, 400), 0);
  film.field = cv::Mat1b(400, 400, uchar(0));
  film.field(cv::Rect(20, 50, 240, 330)) = 255;
  film.field(cv::Rect(200, 50, 60, 90)) = 0;
  return film;
}

/// Made smaller in another way than in training, a film would be told wrongly, and no other test
/// would notice.
TEST(ThumbnailInput, IsThatOfTheTraining) {
  const auto expected = test::reference();
  test::expect_as_in_training(expected, "thumbnail", thumbnail_input(reference_film()),
                              expected["step"], 1e-5);
}

TEST(ThumbnailInput, OfAFilmWithoutAFieldIsBlack) {
  NormalisedFilm film = reference_film();
  film.field = 0;
  EXPECT_EQ(cv::countNonZero(thumbnail_input(film).reshape(1, 1)), 0);
}

TEST(ToneInput, HoldsEachPixelOfTheFieldInItsBlock) {
  const NormalisedFilm film = reference_film();
  const cv::Mat made = tone_input(film);
  ASSERT_EQ(made.size[1], 4);
  ASSERT_EQ(made.size[2], 448 / 2); // 400 padded to a multiple of 64
  ASSERT_EQ(made.size[3], 448 / 2);
  EXPECT_EQ(made.ptr<float>(0, 2 * 1 + 0, 75)[51], film.density(151, 102));
  EXPECT_EQ(made.ptr<float>(0, 2 * 0 + 1, 75)[51], film.density(150, 103));
  EXPECT_EQ(made.ptr<float>(0, 0, 5)[5], 0); // outside the field
}

} // namespace
} // namespace calx

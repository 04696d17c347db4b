#include "network/make_inputs.hpp"
#include "network/reference.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <opencv2/imgproc.hpp>
#include <vector>

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
TEST(OverviewInput, IsThatOfTheTraining) {
  const auto expected = test::reference();
  test::expect_as_in_training(expected, "overview", overview_input(reference_film()),
                              expected["step"], 1e-5);
}

TEST(OverviewInput, OfAFilmWithoutAFieldIsBlack) {
  NormalisedFilm film = reference_film();
  film.field = 0;
  EXPECT_EQ(cv::countNonZero(overview_input(film).reshape(1, 1)), 0);
}

TEST(FromOverview, IsThatOfTheTraining) {
  const auto expected = test::reference()["from_overview"].get<std::vector<double>>();
  const cv::Rect box(20, 50, 240, 330); // of the field of reference_film
  const cv::Point2d a = from_overview({10, 20}, box), b = from_overview({200.5, 131.25}, box);
  EXPECT_THAT((std::vector{a.x, a.y, b.x, b.y}),
              testing::Pointwise(testing::DoubleNear(1e-9), expected));
}

/// A point is found again where it was: half a cell off would be 2 mm on a hand.
TEST(FromOverview, IsTheWayBack) {
  for (const cv::Rect box : {cv::Rect(20, 50, 240, 330), cv::Rect(0, 7, 391, 130)}) {
    NormalisedFilm film = reference_film();
    film.field = 0;
    film.field(box) = 255;
    const cv::Point2d middle(box.x + 0.31 * box.width, box.y + 0.62 * box.height);
    for (int y = 0; y < film.density.rows; ++y) // a hill whose centre of mass is its middle
      for (int x = 0; x < film.density.cols; ++x)
        film.density(y, x) =
            static_cast<float>(std::exp(-std::pow(cv::norm(cv::Point2d(x, y) - middle) / 8, 2)));
    const cv::Moments m = cv::moments(test::plane(overview_input(film), 0));
    const cv::Point2d found = from_overview({m.m10 / m.m00, m.m01 / m.m00}, box);
    EXPECT_NEAR(found.x, middle.x, 0.1) << box;
    EXPECT_NEAR(found.y, middle.y, 0.1) << box;
  }
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

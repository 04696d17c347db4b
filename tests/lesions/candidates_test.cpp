#include "lesions/candidates.hpp"

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

/// What candidates.cpp says of the finest scale, by OpenCV's morphology with the segments drawn
/// out.
cv::Mat1f response_by_morphology(const cv::Mat1f& density, int length, int slanting) {
  constexpr double kSteps = 32767;
  cv::Mat tone;
  density.convertTo(tone, CV_16U, kSteps);
  cv::blur(tone, tone, {3, 3});
  cv::morphologyEx(tone, tone, cv::MORPH_CLOSE, cv::Mat::ones(3, 3, CV_8U));
  const cv::Mat down = cv::Mat::eye(slanting, slanting, CV_8U);
  cv::Mat up, longest(tone.size(), CV_16U, cv::Scalar(0)), opened;
  cv::flip(down, up, 1);
  for (const cv::Mat& segment : {cv::Mat(cv::Mat::ones(1, length, CV_8U)),
                                 cv::Mat(cv::Mat::ones(length, 1, CV_8U)), down, up}) {
    cv::morphologyEx(tone, opened, cv::MORPH_OPEN, segment);
    cv::max(longest, opened, longest);
  }
  cv::Mat1f response;
  cv::Mat(tone - longest).convertTo(response, CV_32F, 1 / kSteps);
  return response;
}

TEST(Candidates, OpeningByDoublingIsOpening) {
  cv::RNG random(5);
  for (const cv::Size size : {cv::Size(120, 90), cv::Size(37, 61), cv::Size(18, 17)}) {
    NormalisedFilm film;
    film.grid.pitch_mm = 0.25;
    film.density = cv::Mat1f(size);
    random.fill(film.density, cv::RNG::UNIFORM, 0.2, 0.8);
    cv::Mat seen;
    find_candidates(film, film.density, cv::Mat1b(size, uchar(255)), {},
                    [&](std::string_view name, const cv::Mat& image) {
                      if (name == "4-lesions/blobs-3mm") seen = image.clone();
                    });
    ASSERT_FALSE(seen.empty());
    // 3 mm are 12 pixels of 0.25 mm: 13 straight, 9 slanting.
    EXPECT_EQ(cv::norm(seen, response_by_morphology(film.density, 13, 9), cv::NORM_INF), 0) << size;
  }
}

} // namespace
} // namespace calx

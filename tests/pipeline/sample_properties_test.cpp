// What has to hold of any film, on simulated ones, by the networks.
#include "load/load.hpp"
#include "pipeline/analyse.hpp"
#include "support/drawn_film.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

/// A sample film on a grid of 0.25 mm, so that a pixel of the film is one of the working grid.
Radiograph sample(const std::string& name) {
  auto film = load_radiograph(std::filesystem::path(CALX_SOURCE_DIR) / "sample_images" / name);
  EXPECT_TRUE(film) << name;
  if (!film) return {};
  film->spacing = Spacing{0.25, 0.25};
  return *std::move(film);
}

Findings seen_on(const Radiograph& film) {
  AnalyseOptions options;
  options.want_label_map = options.want_anatomy_masks = true;
  return analyse(film, {}, options);
}

double least_grey(const Radiograph& film) {
  double least = 0;
  cv::minMaxLoc(film.pixels, &least);
  return least;
}

/// The film further to the right and below, behind a black shutter that the file knows of.
Radiograph moved_by(const Radiograph& film, cv::Point shift) {
  Radiograph moved = film;
  moved.pixels = cv::Mat1f();
  cv::copyMakeBorder(film.pixels, moved.pixels, shift.y, 0, shift.x, 0, cv::BORDER_CONSTANT,
                     cv::Scalar(least_grey(film)));
  moved.outside = cv::Mat1b(moved.pixels.size(), uchar(255));
  moved.outside(cv::Rect(shift, film.pixels.size())) = 0;
  return moved;
}

class Sample : public ::testing::TestWithParam<const char*> {};

/// The lesion of `found` that covers the most of a lesion's mask, by Dice's measure.
double best_overlap(const cv::Mat1b& mask, const Findings& found, const cv::Mat1w& labels) {
  double best = 0;
  for (const LesionFinding& other : found.lesions)
    best = std::max(best, test::dice(mask, labels == other.id));
  return best;
}

/// A network halves its grid six times: by multiples of the coarsest cell, 64 pixels, all that it
/// sees is the same but for what it makes of the film's border.
TEST_P(Sample, LesionsFollowAFilmThatIsMovedByWholeCells) {
  const Radiograph film = sample(GetParam());
  const Findings before = seen_on(film);
  ASSERT_FALSE(before.lesions.empty()) << "the test says nothing of a film without a lesion";
  for (const cv::Point shift :
       {cv::Point(64, 0), cv::Point(0, 64), cv::Point(128, 64), cv::Point(192, 0)}) {
    const Findings after = seen_on(moved_by(film, shift));
    ASSERT_EQ(after.lesions.size(), before.lesions.size()) << shift;
    EXPECT_EQ(after.acquisition.region, before.acquisition.region);
    for (std::size_t i = 0; i < before.lesions.size(); ++i) { // in the same order
      const LesionFinding &lesion = before.lesions[i], &moved = after.lesions[i];
      EXPECT_LT(cv::norm(moved.centroid - cv::Point2d(shift) - lesion.centroid), 1) << shift;
      EXPECT_NEAR(*moved.features.area_mm2, *lesion.features.area_mm2,
                  0.02 * *lesion.features.area_mm2)
          << shift;
      EXPECT_NEAR(moved.score, lesion.score, 0.01) << shift;
      EXPECT_EQ(moved.kind, lesion.kind) << shift;
    }
  }
}

/// By any other number of pixels a convolution with strides gives other numbers: regions of which
/// the networks are not sure come and go. What can be asked for is that no lesion of which they are
/// is lost, and that its outline stays.
TEST_P(Sample, NoLesionIsLostOnAFilmThatIsMovedByAnyNumberOfPixels) {
  const Radiograph film = sample(GetParam());
  const Findings before = seen_on(film);
  ASSERT_FALSE(before.lesions.empty());
  ASSERT_GE(before.lesions[0].score, 0.7)
      << "the test says nothing of a film without a sure lesion";
  for (const cv::Point shift : {cv::Point(16, 8), cv::Point(7, 5)}) {
    const Findings after = seen_on(moved_by(film, shift));
    const cv::Mat1w back = after.label_map(cv::Rect(shift, film.pixels.size()));
    for (const LesionFinding& lesion : before.lesions) {
      if (lesion.score < 0.7) continue; // the least that was reported when this was written
      EXPECT_GT(best_overlap(before.label_map == lesion.id, after, back), 0.8)
          << "the lesion at " << lesion.centroid << ", moved by " << shift << ", of "
          << lesion.score;
    }
  }
}

/// Where soft tissue is deepest, 20 mm or more from every lesion and 10 mm from the film's edge.
cv::Point free_place(const Findings& found) {
  cv::Mat1b near;
  cv::dilate(found.label_map > 0, near, cv::Mat::ones(161, 161, CV_8U));
  cv::rectangle(near, cv::Rect({}, near.size()), 255, 2 * 40 - 1);
  cv::Mat1f depth;
  cv::distanceTransform(found.body_mask & ~found.bone_mask & (found.label_map == 0), depth,
                        cv::DIST_L2, 5);
  depth.setTo(0, near);
  cv::Point place;
  cv::minMaxLoc(depth, nullptr, nullptr, nullptr, &place);
  return place;
}

/// A ball of calcium.
void add_stone(Radiograph& film, cv::Point centre, double radius) {
  double least = 0, most = 0;
  cv::minMaxLoc(film.pixels, &least, &most);
  film.pixels = film.pixels.clone();
  for (int y = 0; y < film.pixels.rows; ++y)
    for (int x = 0; x < film.pixels.cols; ++x) {
      const double r = std::hypot(x - centre.x, y - centre.y) / radius;
      if (r < 1)
        film.pixels(y, x) += static_cast<float>(0.15 * (most - least) * std::sqrt(1 - r * r));
    }
}

TEST_P(Sample, AStoneFarAwayRemovesNoLesion) {
  const Radiograph film = sample(GetParam());
  const Findings before = seen_on(film);
  ASSERT_FALSE(before.lesions.empty());
  const cv::Point place = free_place(before);
  for (const double radius : {6.0, 10.0, 16.0}) {
    Radiograph added = film;
    add_stone(added, place, radius);
    const Findings after = seen_on(added);
    for (const LesionFinding& lesion : before.lesions)
      EXPECT_GT(best_overlap(before.label_map == lesion.id, after, after.label_map), 0.95)
          << "the lesion at " << lesion.centroid << ", with a stone of " << radius << " px";
    // The stone counts as one: of 8 mm it is seen on each of these films, smaller ones not always.
    if (radius > 15) {
      EXPECT_NE(after.label_map(place), 0) << "the stone at " << place;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Films, Sample,
                         ::testing::Values("elbow_tumor_like.dcm", "forearm_localized.dcm",
                                           "hand_limited_idiopathic.dcm"),
                         [](const auto& param) {
                           const std::string name = param.param;
                           return name.substr(0, name.find('.'));
                         });

} // namespace
} // namespace calx

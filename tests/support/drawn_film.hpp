// A drawn forearm: exact masks, known spacing, for tests of the stages behind the loader.
#pragma once

#include "core/radiograph.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace calx::test {

/// A round deposit: centre and diameter in mm from the upper-left corner of the film.
struct Spot {
  double x_mm, y_mm, diameter_mm;
  double grey = 700; ///< added to the grey value of what lies there
};

struct DrawnFilm {
  double width_mm = 90, height_mm = 120;
  double pitch_mm = 0.25; ///< that of the working grid, so that masks compare pixel by pixel
  double air = 200, tissue = 1200, bone = 2400; ///< grey values
  double noise = 8;                             ///< standard deviation of the grey values
  bool with_bone = true;
  std::vector<Spot> spots;

  cv::Size size() const {
    return {static_cast<int>(std::lround(width_mm / pitch_mm)),
            static_cast<int>(std::lround(height_mm / pitch_mm))};
  }

  /// The limb runs from top to bottom, 50 mm wide, its bone 14 mm wide in the middle with a rounded
  /// end 23 mm from the top and a bump on its right below that.
  cv::Mat1b body() const {
    return filled([&](cv::Mat1b& m) { bar(m, width_mm / 2, -50, height_mm + 50, 50); });
  }
  cv::Mat1b bone_mask() const {
    return filled([&](cv::Mat1b& m) {
      bar(m, width_mm / 2, 32, height_mm + 50, 14);
      cv::circle(m, point(width_mm / 2, 32), px(9), cv::Scalar(255), cv::FILLED);
      cv::circle(m, bump(), px(4), cv::Scalar(255), cv::FILLED);
    });
  }
  cv::Point bump() const { return point(width_mm / 2 + 7, 40); }

  Radiograph radiograph() const {
    cv::Mat1f image(size(), static_cast<float>(air));
    const double radius = 25 / pitch_mm; // tissue grows with the chord through a round limb
    for (int x = 0; x < image.cols; ++x) {
      const double off = (x - width_mm / 2 / pitch_mm) / radius;
      if (std::abs(off) < 1) image.col(x).setTo(air + (tissue - air) * std::sqrt(1 - off * off));
    }
    cv::RNG random(20260101);
    if (with_bone) {
      cv::Mat1f trabeculae(size());
      random.fill(trabeculae, cv::RNG::NORMAL, bone, 150);
      cv::GaussianBlur(trabeculae, trabeculae, {0, 0}, 0.3 / pitch_mm);
      trabeculae.copyTo(image, bone_mask());
    }
    for (const Spot& spot : spots) {
      const cv::Mat1b mask = filled([&](cv::Mat1b& m) {
        cv::circle(m, point(spot.x_mm, spot.y_mm), std::max(1, px(spot.diameter_mm / 2)),
                   cv::Scalar(255), cv::FILLED);
      });
      cv::add(image, spot.grey, image, mask);
    }
    cv::GaussianBlur(image, image, {0, 0}, 0.2 / pitch_mm);
    cv::Mat1f grain(size());
    random.fill(grain, cv::RNG::NORMAL, 0, noise);
    Radiograph film;
    film.pixels = image + grain;
    film.spacing = Spacing{pitch_mm, pitch_mm};
    film.spacing_source = SpacingSource::Calibrated;
    film.display = {air, bone};
    return film;
  }

private:
  int px(double mm) const { return static_cast<int>(std::lround(mm / pitch_mm)); }
  cv::Point point(double x_mm, double y_mm) const { return {px(x_mm), px(y_mm)}; }
  template <class Draw>
  cv::Mat1b filled(Draw draw) const {
    cv::Mat1b mask(size(), uchar(0));
    draw(mask);
    return mask;
  }
  void bar(cv::Mat1b& m, double centre_mm, double from_mm, double to_mm, double width) const {
    cv::rectangle(m, point(centre_mm - width / 2, from_mm), point(centre_mm + width / 2, to_mm),
                  cv::Scalar(255), cv::FILLED);
  }
};

/// Sorensen-Dice overlap of two masks; 1 for equal masks, also for two empty ones.
inline double dice(const cv::Mat1b& a, const cv::Mat1b& b) {
  const double both = cv::countNonZero(a & b);
  const double sum = cv::countNonZero(a) + cv::countNonZero(b);
  return sum > 0 ? 2 * both / sum : 1;
}

} // namespace calx::test

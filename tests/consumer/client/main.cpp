// A film drawn in memory, analysed through the installed library.
#include <calx/calx.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <opencv2/core.hpp>

namespace {

/// How much of a round rod of that radius the beam crosses at a distance from its axis, 0 to 1.
double rod(double from_axis, double radius) {
  return from_axis < radius ? std::sqrt(1 - from_axis * from_axis / (radius * radius)) : 0;
}

/// A forearm-like rod of soft tissue with a bone in it and one dense ball beside the bone.
calx::Radiograph draw_film() {
  calx::Radiograph film;
  film.pixels = cv::Mat1f(900, 700);
  cv::RNG random(7);
  for (int y = 0; y < film.pixels.rows; ++y) {
    for (int x = 0; x < film.pixels.cols; ++x) {
      const double from_axis = std::abs(x - 350);
      const double dense = 900 * rod(from_axis, 240) + 1300 * rod(from_axis, 70) +
                           1300 * rod(std::hypot(x - 490, y - 450), 22);
      film.pixels(y, x) = static_cast<float>(100 + dense + random.gaussian(8));
    }
  }
  film.display = {0, 3000};
  film.spacing = calx::Spacing{0.2, 0.2};
  film.spacing_source = calx::SpacingSource::User;
  return film;
}

int check(bool holds, const char* what) {
  if (!holds) std::cout << "does not hold: " << what << '\n';
  return holds ? 0 : 1;
}

} // namespace

int main() {
  int failures = 0;
  const calx::Findings findings = calx::analyse(draw_film(), calx::Params{});
  failures += check(findings.rows == 900 && findings.columns == 700, "size of the film");
  const auto on_the_ball = [](const calx::LesionFinding& lesion) {
    return std::hypot(lesion.centroid.x - 490, lesion.centroid.y - 450) < 8;
  };
  failures += check(std::ranges::any_of(findings.lesions, on_the_ball), "the ball is found");
  failures += check(calx::findings_json(findings).find("calx.findings/1") != std::string::npos,
                    "JSON names its schema");
  const auto missing = calx::load_radiograph("no-such-film.dcm");
  failures += check(!missing && missing.error().code == calx::ErrorCode::FileNotFound,
                    "a missing file is an error value");
  return failures;
}

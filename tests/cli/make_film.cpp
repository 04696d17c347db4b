// make_film FILE.png: a limb with a bone and one dense spot beside it, for the command-line tests.
#include "report/report.hpp"

#include <cstdio>
#include <opencv2/imgproc.hpp>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  cv::Mat1w film(400, 300, std::uint16_t{2000});
  cv::rectangle(film, cv::Rect(60, 0, 180, 400), cv::Scalar(20000), cv::FILLED);
  cv::rectangle(film, cv::Rect(120, 0, 50, 400), cv::Scalar(42000), cv::FILLED);
  cv::circle(film, {210, 200}, 9, cv::Scalar(50000), cv::FILLED);
  cv::GaussianBlur(film, film, {}, 1.5);
  cv::Mat1s noise(film.size());
  cv::theRNG().state = 1;
  cv::randn(noise, 0, 150);
  cv::add(film, noise, film, cv::noArray(), CV_16U);
  const auto written = calx::write_png(argv[1], film);
  if (!written) std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
  return written ? 0 : 1;
}

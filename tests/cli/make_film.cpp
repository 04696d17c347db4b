// make_film FILE.png                   a limb with a bone and one dense spot beside it, for the
//                                      command-line tests
// make_film FILE.dcm PHOTOMETRIC       the same as DICOM, MONOCHROME2 or MONOCHROME1; calibrated
// make_film FILE.png negative          the same with dark and light exchanged, and nothing to say
// so
#include "report/report.hpp"
#include "support/dicom_maker.hpp"

#include <cstdio>
#include <opencv2/imgproc.hpp>
#include <string_view>

namespace {

constexpr int kMost = 65535;

cv::Mat1w draw_limb() {
  cv::Mat1w film(400, 300, std::uint16_t{2000});
  cv::rectangle(film, cv::Rect(60, 0, 180, 400), cv::Scalar(20000), cv::FILLED);
  cv::rectangle(film, cv::Rect(120, 0, 50, 400), cv::Scalar(42000), cv::FILLED);
  cv::circle(film, {210, 200}, 9, cv::Scalar(50000), cv::FILLED);
  cv::GaussianBlur(film, film, {}, 1.5);
  cv::Mat1s noise(film.size());
  cv::theRNG().state = 1;
  cv::randn(noise, 0, 150);
  cv::add(film, noise, film, cv::noArray(), CV_16U);
  return film;
}

void write_dicom(const char* file, const cv::Mat1w& film, const char* photometric) {
  calx::testing::DicomSpec spec;
  spec.rows = film.rows;
  spec.columns = film.cols;
  spec.bits_stored = 16;
  spec.photometric = photometric;
  spec.values.assign(film.begin(), film.end());
  if (spec.photometric == "MONOCHROME1")
    for (int& value : spec.values) value = kMost - value;
  spec.text["ImagerPixelSpacing"] = "0.2\\0.2";
  spec.text["BodyPartExamined"] = "FOREARM";
  calx::testing::write_dicom(file, spec);
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) return 2;
  const cv::Mat1w film = draw_limb();
  if (std::string_view(argv[1]).ends_with(".dcm")) {
    write_dicom(argv[1], film, argc == 3 ? argv[2] : "MONOCHROME2");
    return 0;
  }
  const auto written = calx::write_png(argv[1], argc == 3 ? cv::Mat1w(kMost - film) : film);
  if (!written) std::fprintf(stderr, "%s\n", written.error().to_string().c_str());
  return written ? 0 : 1;
}

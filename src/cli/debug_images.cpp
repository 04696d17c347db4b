#include "cli/debug_images.hpp"

#include "report/report.hpp"

#include <fmt/format.h>

namespace calx {
namespace {

namespace fs = std::filesystem;

cv::Mat stretched(const cv::Mat& image) {
  if (image.type() == CV_8UC1 || image.type() == CV_8UC3) return image;
  cv::Mat real, grey;
  image.convertTo(real, CV_32F);
  cv::patchNaNs(real, 0);
  cv::normalize(real, grey, 0, 255, cv::NORM_MINMAX, CV_8U);
  return grey;
}

Result<void> write_debug_image(const fs::path& target, const cv::Mat& image) {
  std::error_code failed;
  fs::create_directories(target.parent_path(), failed);
  if (failed)
    return fail(ErrorCode::CannotWrite,
                fmt::format("the folder {} cannot be made: {}", target.parent_path().string(),
                            failed.message()));
  return write_png(target, stretched(image));
}

} // namespace

Trace debug_image_writer(const fs::path& folder, std::optional<Error>& error) {
  return [folder, &error](std::string_view name, const cv::Mat& image) {
    if (error || image.empty()) return;
    auto written = write_debug_image(folder / (std::string(name) + ".png"), image);
    if (!written) error = std::move(written).error();
  };
}

} // namespace calx

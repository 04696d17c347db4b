#include "evaluate/read_masks.hpp"

#include "load/load.hpp"

#include <fmt/format.h>

namespace calx::evaluation {
namespace {

Result<cv::Mat1f> read_values(const std::filesystem::path& file, cv::Size size, ErrorCode code) {
  auto picture = load_radiograph(file);
  if (!picture)
    return fail(code, fmt::format("{} cannot be read: {}", file.filename().string(),
                                  picture.error().to_string()));
  const cv::Size found = picture->pixels.size();
  if (found != size)
    return fail(code,
                fmt::format("{} has {} x {} pixels, its film {} x {}", file.filename().string(),
                            found.width, found.height, size.width, size.height));
  return picture->pixels;
}

} // namespace

Result<cv::Mat1w> read_labels(const std::filesystem::path& file, cv::Size size, ErrorCode code) {
  const auto values = read_values(file, size, code);
  if (!values) return tl::unexpected(values.error());
  cv::Mat1w labels;
  values->convertTo(labels, CV_16U);
  return labels;
}

Result<cv::Mat1b> read_mask(const std::filesystem::path& file, cv::Size size, ErrorCode code) {
  const auto values = read_values(file, size, code);
  if (!values) return tl::unexpected(values.error());
  return cv::Mat1b(*values > 0);
}

} // namespace calx::evaluation

#include "cohort/tables_text.hpp"

#include "cohort/durable.hpp"

#include <cerrno>
#include <cmath>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <system_error>
#include <unistd.h>

namespace calx::cohort {
namespace {

constexpr std::size_t kBufferBytes = 1U << 20;

std::string csv_text(const std::string& text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  if (!formula && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell(1, '"');
  if (formula) cell += '\'';
  for (const char c : text) cell.append(c == '"' ? 2 : 1, c);
  return cell + '"';
}

std::string number_text(double number, const char* unknown) {
  return std::isfinite(number) ? fmt::format("{}", number) : unknown;
}

} // namespace

std::string csv_cell(const sqlite::Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return csv_text(*text);
  if (const auto* number = std::get_if<double>(&cell)) return number_text(*number, "");
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return fmt::format("{}", *number);
  return "";
}

std::string json_cell(const sqlite::Cell& cell) {
  using Json = nlohmann::json;
  if (const auto* text = std::get_if<std::string>(&cell))
    return Json(*text).dump(-1, ' ', false, Json::error_handler_t::replace);
  if (const auto* number = std::get_if<double>(&cell)) return number_text(*number, "null");
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return fmt::format("{}", *number);
  return "null";
}

OutputStream::OutputStream(std::filesystem::path file) : file_(std::move(file)) {
  constexpr mode_t kUsualFileMode = 0666; // less the umask
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kUsualFileMode);
  if (descriptor_ < 0) error_number_ = errno;
  buffer_.reserve(kBufferBytes);
}

OutputStream::~OutputStream() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputStream::write(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= kBufferBytes) flush();
}

void OutputStream::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && error_number_ == 0) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0)
      rest.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      error_number_ = errno;
  }
  buffer_.clear();
}

Result<void> OutputStream::finish() {
  flush();
  if (error_number_ == 0 && ::fsync(descriptor_) != 0) error_number_ = errno;
  if (descriptor_ >= 0 && ::close(descriptor_) != 0 && error_number_ == 0) error_number_ = errno;
  descriptor_ = -1;
  if (error_number_ != 0) return cannot_write(file_, {error_number_, std::generic_category()});
  return {};
}

} // namespace calx::cohort

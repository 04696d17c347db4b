#include "cohort/path_text.hpp"

#include <charconv>
#include <cstdint>

namespace calx::cohort {
namespace {

/// How many bytes the valid UTF-8 sequence at the front has (RFC 3629, table 3-7 of Unicode); 0
/// where there is none.
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = at(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((at(i) & 0xc0) != 0x80) return 0;
  const std::uint8_t second = at(1);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool outside = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
  return overlong || outside ? 0 : length;
}

void append_escaped(std::string& text, char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto value = static_cast<std::uint8_t>(byte);
  text += "\\x";
  text += kDigits[value >> 4];
  text += kDigits[value & 15];
}

bool is_control(char c) {
  return (c >= 0 && c < 0x20) || c == 0x7f;
}

} // namespace

std::string path_to_text(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    if (length == 0 || is_control(bytes.front())) {
      append_escaped(text, bytes.front());
      bytes.remove_prefix(1);
      continue;
    }
    if (bytes.front() == '\\') text += '\\';
    text += bytes.substr(0, length);
    bytes.remove_prefix(length);
  }
  return text;
}

std::optional<std::string> path_from_text(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
    } else if (text.substr(i, 2) == "\\\\") {
      bytes += text[++i];
    } else {
      unsigned value = 0;
      const std::string_view digits = text.substr(i).substr(0, 4);
      if (!digits.starts_with("\\x") || digits.size() != 4) return std::nullopt;
      const auto [end, error] = std::from_chars(digits.data() + 2, digits.data() + 4, value, 16);
      if (error != std::errc{} || end != digits.data() + 4) return std::nullopt;
      bytes += static_cast<char>(value);
      i += 3;
    }
  }
  return bytes;
}

} // namespace calx::cohort

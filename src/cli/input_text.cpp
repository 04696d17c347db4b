#include "cli/input_text.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace calx {
namespace {

std::optional<double> parse_mm(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(value) || value <= 0) return std::nullopt;
  return value;
}

} // namespace

Typed<Spacing> parse_spacing(std::string_view text) {
  const auto comma = text.find(',');
  const auto row = parse_mm(text.substr(0, comma));
  const auto column = comma == std::string_view::npos ? row : parse_mm(text.substr(comma + 1));
  if (row && column) return Spacing{*column, *row};
  return tl::unexpected(
      fmt::format("--spacing '{}': bad-spacing: give mm between pixel centres, above 0, as one "
                  "number (0.15) or as ROW,COLUMN (0.15,0.14)",
                  text));
}

} // namespace calx

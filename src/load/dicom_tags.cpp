#include "load/dicom_tags.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace calx::load {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\0'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// All values of a text attribute, with the separating backslashes.
std::string joined_text(DcmItem& item, const DcmTagKey& tag) {
  OFString text;
  if (item.findAndGetOFStringArray(tag, text).bad()) return {};
  return {text.c_str(), text.length()};
}

} // namespace

std::string tag_text(DcmItem& item, const DcmTagKey& tag) {
  const std::string all = joined_text(item, tag);
  return std::string(trimmed(std::string_view(all).substr(0, all.find('\\'))));
}

std::string tag_word(DcmItem& item, const DcmTagKey& tag, unsigned long index) {
  const std::string all = joined_text(item, tag);
  std::string_view rest = all;
  for (; index > 0; --index) {
    const auto bar = rest.find('\\');
    if (bar == rest.npos) return {};
    rest.remove_prefix(bar + 1);
  }
  std::string word(trimmed(rest.substr(0, rest.find('\\'))));
  for (char& c : word)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return word;
}

std::optional<double> parse_decimal(std::string_view text) {
  text = trimmed(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<double> tag_decimals(DcmItem& item, const DcmTagKey& tag) {
  const std::string all = joined_text(item, tag);
  if (trimmed(all).empty()) return {};
  std::vector<double> values;
  std::string_view rest = all;
  while (true) {
    const auto bar = rest.find('\\');
    values.push_back(
        parse_decimal(rest.substr(0, bar)).value_or(std::numeric_limits<double>::quiet_NaN()));
    if (bar == rest.npos) return values;
    rest.remove_prefix(bar + 1);
  }
}

std::optional<double> tag_decimal(DcmItem& item, const DcmTagKey& tag) {
  const auto all = tag_decimals(item, tag);
  if (all.empty()) return std::nullopt;
  return all.front();
}

std::optional<int> tag_short(DcmItem& item, const DcmTagKey& tag, bool is_signed) {
  Uint16 bits = 0;
  if (item.findAndGetUint16(tag, bits).bad()) {
    Sint16 value = 0;
    if (item.findAndGetSint16(tag, value).bad()) return std::nullopt;
    bits = static_cast<Uint16>(value);
  }
  return is_signed ? static_cast<Sint16>(bits) : bits;
}

DcmItem* tag_item(DcmItem& item, const DcmTagKey& tag) {
  DcmItem* found = nullptr;
  return item.findAndGetSequenceItem(tag, found, 0).good() ? found : nullptr;
}

} // namespace calx::load

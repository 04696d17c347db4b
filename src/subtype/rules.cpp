#include "subtype/read_text.hpp"
#include "subtype/rule_table.hpp"

#include <array>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <stdexcept>

namespace calx {
namespace {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available");
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

} // namespace

const Rules& Rules::standard() {
  static const Rules rules = [] {
    Result<Rules> parsed = parse(kStandardRulesJson);
    if (!parsed) throw std::logic_error("the built-in rules: " + parsed.error().to_string());
    return *std::move(parsed);
  }();
  return rules;
}

Result<Rules> Rules::parse(std::string_view json) {
  return parse_rule_table(json).map([json](RuleTable table) {
    table.fingerprint = sha256(json);
    return Rules(std::make_shared<const RuleTable>(std::move(table)));
  });
}

Result<Rules> Rules::read(const std::filesystem::path& file) {
  const auto rules = read_text(file, ErrorCode::BadRules).and_then([](const std::string& text) {
    return parse(text);
  });
  if (rules) return *rules;
  Error error = rules.error();
  return tl::unexpected(std::move(error).within("reading " + file.filename().string()));
}

const std::string& Rules::version() const {
  return table_->version;
}

const std::string& Rules::fingerprint() const {
  return table_->fingerprint;
}

} // namespace calx

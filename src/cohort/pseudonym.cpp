#include "cohort/pseudonym.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <openssl/hmac.h>
#include <sys/stat.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

/// 16 bytes, most significant first, as a decimal number.
std::string decimal(std::array<unsigned char, 16> bytes) {
  std::string digits;
  while (std::ranges::any_of(bytes, [](unsigned char b) { return b != 0; })) {
    unsigned remainder = 0;
    for (unsigned char& byte : bytes) {
      const unsigned value = remainder * 256 + byte;
      byte = static_cast<unsigned char>(value / 10);
      remainder = value % 10;
    }
    digits.insert(digits.begin(), static_cast<char>('0' + remainder));
  }
  return digits;
}

/// A message may quote what it complains of; its code says the kind of failure.
std::string meaning_of(const std::string& code) {
  for (const ErrorDescription& d : error_descriptions())
    if (d.name == code) return std::string(d.meaning);
  return {};
}

std::string findings_with(const std::string& findings, const Record& record,
                          const std::function<std::string(const std::string&)>& uid) {
  Json json = Json::parse(findings, nullptr, false);
  if (json.is_discarded() || !json.contains("image")) return findings;
  Json& image = json["image"];
  image["path"] = record.input.path;
  for (const char* name : {"sop_instance_uid", "series_instance_uid"})
    if (image.contains(name) && image[name].is_string())
      image[name] = uid(image[name].get<std::string>());
  return json.dump();
}

} // namespace

Result<Pseudonyms> Pseudonyms::read_key(const fs::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0)
    return fail(ErrorCode::FileNotFound, "there is no key file " + file.string());
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::BadKey, file.string() + " is no file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(ErrorCode::Unreadable, file.string() + " cannot be read");
  Pseudonyms pseudonyms;
  pseudonyms.key_.assign(std::istreambuf_iterator<char>(stream), {});
  while (pseudonyms.key_.ends_with('\n') || pseudonyms.key_.ends_with('\r'))
    pseudonyms.key_.pop_back();
  if (pseudonyms.key_.size() < kMinimumKeyBytes)
    return fail(ErrorCode::BadKey,
                fmt::format("the key in {} has {} bytes; it needs {} or more, such as "
                            "`openssl rand -hex 32` makes",
                            file.string(), pseudonyms.key_.size(), kMinimumKeyBytes));
  pseudonyms.exposed_ = (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
  return pseudonyms;
}

std::string Pseudonyms::hmac(std::string_view kind, std::string_view text) const {
  // A path, a UID and a digest of the same letters get pseudonyms that tell nothing of each other.
  const std::string message = fmt::format("calx {}\n{}", kind, text);
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned size = 0;
  if (!HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
            reinterpret_cast<const unsigned char*>(message.data()), message.size(), code.data(),
            &size))
    throw std::runtime_error("HMAC-SHA-256 is not available");
  return {reinterpret_cast<const char*>(code.data()), size};
}

std::string Pseudonyms::key_id() const {
  return hex(hmac("key id", "")).substr(0, 16);
}

std::string Pseudonyms::uid(std::string_view uid) const {
  if (uid.empty()) return {};
  const std::string code = hmac("uid", uid);
  std::array<unsigned char, 16> uuid{};
  std::memcpy(uuid.data(), code.data(), uuid.size());
  uuid[6] = static_cast<unsigned char>((uuid[6] & 0x0FU) | 0x80U); // version 8
  uuid[8] = static_cast<unsigned char>((uuid[8] & 0x3FU) | 0x80U); // variant of RFC 9562
  return "2.25." + decimal(uuid);
}

std::string Pseudonyms::path(std::string_view path) const {
  return path.empty() ? std::string() : "path-" + hex(hmac("path", path)).substr(0, 32);
}

std::string Pseudonyms::digest(std::string_view digest) const {
  return digest.empty() ? std::string() : hex(hmac("content", digest));
}

std::int64_t Pseudonyms::number(std::int64_t number) const {
  std::int64_t pseudonym = 0;
  std::memcpy(&pseudonym, hmac("number", fmt::format("{}", number)).data(), sizeof pseudonym);
  return pseudonym & 0x1FFFFFFFFFFFFF; // an exact integer for every reader of JSON
}

RecordInput Pseudonyms::input(const RecordInput& input) const {
  RecordInput hidden = input;
  hidden.path = path(input.path);
  hidden.root = path(input.root);
  hidden.modified_ns = number(input.modified_ns);
  hidden.inode = static_cast<std::uint64_t>(number(static_cast<std::int64_t>(input.inode)));
  return hidden;
}

Reason Pseudonyms::reason(const Reason& reason) const {
  return {reason.code, meaning_of(reason.code)};
}

Record Pseudonyms::record(const Record& record) const {
  Record hidden = record;
  hidden.input = input(record.input);
  hidden.key.content_sha256 = digest(record.key.content_sha256);
  if (!record.duplicate_of.empty()) hidden.duplicate_of = record_name(hidden.key);
  if (record.reason) hidden.reason = reason(*record.reason);
  if (record.uids)
    hidden.uids = RecordUids{uid(record.uids->sop_instance), uid(record.uids->series_instance),
                             uid(record.uids->study_instance)};
  if (!record.findings.empty())
    hidden.findings =
        findings_with(record.findings, hidden, [this](const std::string& u) { return uid(u); });
  hidden.pseudonym_key_id = key_id();
  return hidden;
}

} // namespace calx::cohort

#include "cohort/message.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace calx::cohort {
namespace {

// Both ends are one program on one machine: numbers go as they are.
constexpr std::uint64_t kMostBytes = std::uint64_t(1) << 31;
constexpr std::uint64_t kMostParts = 1u << 24; // a DICOMDIR's files
constexpr std::size_t kHeadBytes = 1 + sizeof(std::uint64_t);

void append_number(std::string& to, std::uint64_t number) {
  to.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

/// From the bytes after the head: the number of parts, then each with its length before it.
std::optional<Message> decode(std::uint8_t type, std::string_view body) {
  constexpr std::size_t kNumber = sizeof(std::uint64_t);
  if (type > static_cast<std::uint8_t>(MessageType::Listed) || body.size() < kNumber)
    return std::nullopt;
  Message message{static_cast<MessageType>(type), {}};
  const std::uint64_t count = number_at(body, 0);
  body.remove_prefix(kNumber);
  if (count > kMostParts) return std::nullopt;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (body.size() < kNumber) return std::nullopt;
    const std::uint64_t length = number_at(body, 0);
    body.remove_prefix(kNumber);
    if (length > body.size()) return std::nullopt;
    message.parts.emplace_back(body.substr(0, length));
    body.remove_prefix(length);
  }
  return body.empty() ? std::optional(std::move(message)) : std::nullopt;
}

bool receive_all(int socket, char* to, std::size_t count) {
  while (count > 0) {
    const ssize_t got = ::recv(socket, to, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

} // namespace

std::string encode(const Message& message) {
  std::string body;
  append_number(body, message.parts.size());
  for (const std::string& part : message.parts) {
    append_number(body, part.size());
    body += part;
  }
  std::string bytes(1, static_cast<char>(message.type));
  append_number(bytes, body.size());
  return bytes + body;
}

bool send_message(int socket, const Message& message) {
  const std::string all = encode(message);
  std::string_view bytes = all;
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<Message> receive_message(int socket) {
  std::array<char, kHeadBytes> head{};
  if (!receive_all(socket, head.data(), head.size())) return std::nullopt;
  const std::uint64_t length = number_at({head.data(), head.size()}, 1);
  if (length > kMostBytes) return std::nullopt;
  std::string body(length, '\0');
  if (!receive_all(socket, body.data(), body.size())) return std::nullopt;
  return decode(static_cast<std::uint8_t>(head[0]), body);
}

bool Inbox::read_from(int socket) {
  while (true) {
    const ssize_t got = ::recv(socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return (errno == EAGAIN || errno == EWOULDBLOCK) && !broken_;
    if (got == 0) return false;
    bytes_.append(buffer_.data(), static_cast<std::size_t>(got));
    if (bytes_.size() > kMostBytes) broken_ = true;
    if (broken_) return false;
  }
}

std::optional<Message> Inbox::next() {
  if (bytes_.size() < kHeadBytes) return std::nullopt;
  const std::uint64_t length = number_at(bytes_, 1);
  if (length > kMostBytes) broken_ = true;
  if (broken_ || bytes_.size() - kHeadBytes < length) return std::nullopt;
  auto message = decode(static_cast<std::uint8_t>(bytes_[0]),
                        std::string_view(bytes_).substr(kHeadBytes, length));
  if (!message) broken_ = true;
  bytes_.erase(0, kHeadBytes + length);
  return message;
}

} // namespace calx::cohort

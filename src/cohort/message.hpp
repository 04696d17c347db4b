// Messages between the supervisor and its workers, over a stream socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calx::cohort {

enum class MessageType : std::uint8_t {
  LookAt,   ///< to the worker: root, path, "bytes modified_ns inode"
  Go,       ///< to the worker: analyse the film you looked at
  Rest,     ///< to the worker: do not
  Ready,    ///< from a new worker: which confines the system does not offer
  Looked,   ///< from the worker: kind, record
  Analysed, ///< from the worker: record without findings, findings, overlay, mask
  ListDir,  ///< to the worker: a DICOMDIR
  Listed,   ///< from the worker: "" or what is wrong, then the files
};

struct Message {
  MessageType type = MessageType::LookAt;
  std::vector<std::string> parts;
};

std::string encode(const Message& message);

/// Sends all of it, waiting where it must. False when the other side is gone.
bool send_message(int socket, const Message& message);

/// Waits for a whole message. Nothing when the other side is gone or talks nonsense.
std::optional<Message> receive_message(int socket);

/// Gathers messages from a socket that may not be waited for.
class Inbox {
public:
  /// Reads what is there. False when the other side is gone or talks nonsense.
  bool read_from(int socket);
  std::optional<Message> next();

private:
  std::string bytes_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{1} << 18);
  bool broken_ = false;
};

} // namespace calx::cohort

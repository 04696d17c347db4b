// A worker: looks at files and analyses films as it is told over a socket, one after the other. It
// writes nothing; what it finds goes back over the socket.
#pragma once

#include "cohort/examine.hpp"
#include "cohort/message.hpp"

namespace calx::cohort {

/// Serves until the other side hangs up.
void serve_files(int socket, const Settings& settings);

Message look_request(const FileEntry& file);
Message list_request(const std::string& dicomdir);

/// The supervisor's half; nothing where the worker talked nonsense.
std::optional<Look> look_from(const Message& message);
std::optional<Analysed> analysed_from(const Message& message);
std::optional<Result<std::vector<std::string>>> listing_from(const Message& message);

} // namespace calx::cohort

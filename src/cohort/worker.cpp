#include "cohort/worker.hpp"

#include <charconv>
#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <new>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

namespace calx::cohort {
namespace {

/// What the calling thread has cost since it was made.
class Stopwatch {
public:
  RecordTiming stop() const {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return {seconds(Clock::now() - wall_), cpu() - cpu_,
            static_cast<double>(used.ru_maxrss) / 1024};
  }

private:
  using Clock = std::chrono::steady_clock;
  static double seconds(Clock::duration d) {
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(d).count()) /
           1000;
  }
  static double cpu() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec * 1000 + used.tv_nsec / 1'000'000) / 1000;
  }
  Clock::time_point wall_ = Clock::now();
  double cpu_ = cpu();
};

template <class Number>
bool parse_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

FileEntry entry_from(const Message& message) {
  FileEntry file{message.parts.at(0), message.parts.at(1), 0, 0, 0};
  std::string_view numbers = message.parts.at(2);
  parse_number(numbers, file.bytes);
  parse_number(numbers, file.modified_ns);
  parse_number(numbers, file.inode);
  return file;
}

Look look_within_memory(const FileEntry& file, const Settings& settings) {
  try {
    return look_at(file, settings);
  } catch (const std::bad_alloc&) {
    Look look;
    look.record = blank_record(file, settings);
    look.record.reason = out_of_memory();
    return look;
  }
}

Analysed analyse_within_memory(const FileEntry& file, const Settings& settings,
                               const Record& looked) {
  try {
    return analyse_film(file, settings, looked);
  } catch (const std::bad_alloc&) {
    Analysed out{looked, {}, {}};
    out.record.outcome = Outcome::Failed;
    out.record.reason = out_of_memory();
    return out;
  }
}

Message looked_message(const Look& look) {
  return {MessageType::Looked,
          {std::string(1, static_cast<char>('0' + static_cast<int>(look.kind))),
           record_json(look.record)}};
}

Message analysed_message(Analysed analysed) {
  std::string findings = std::move(analysed.record.findings);
  analysed.record.findings.clear();
  return {MessageType::Analysed,
          {record_json(analysed.record), std::move(findings), std::move(analysed.overlay_png),
           std::move(analysed.mask_png)}};
}

Message listed_message(const std::string& dicomdir) {
  const auto files = read_dicomdir(dicomdir);
  Message message{MessageType::Listed, {files ? "" : files.error().to_string()}};
  if (files)
    for (const auto& file : *files) message.parts.push_back(file.string());
  return message;
}

/// One file from the first look to the end. False when the other side is gone.
bool serve_file(int socket, const Settings& settings, const FileEntry& file) {
  const Stopwatch watch;
  Look look = look_within_memory(file, settings);
  look.record.timing = watch.stop();
  if (!send_message(socket, looked_message(look))) return false;
  if (look.kind == Look::Kind::Left) return true;
  const auto verdict = receive_message(socket);
  if (!verdict) return false;
  if (verdict->type != MessageType::Go) return true;
  const Stopwatch second;
  Analysed analysed = analyse_within_memory(file, settings, look.record);
  const RecordTiming more = second.stop();
  analysed.record.timing = {look.record.timing.wall_s + more.wall_s,
                            look.record.timing.cpu_s + more.cpu_s, more.peak_mb};
  return send_message(socket, analysed_message(std::move(analysed)));
}

} // namespace

Message look_request(const FileEntry& file) {
  return {
      MessageType::LookAt,
      {file.root, file.path, fmt::format("{} {} {}", file.bytes, file.modified_ns, file.inode)}};
}

Message list_request(const std::string& dicomdir) {
  return {MessageType::ListDir, {dicomdir}};
}

void serve_files(int socket, const Settings& settings) {
  while (const auto message = receive_message(socket)) {
    if (message->type == MessageType::ListDir) {
      if (!send_message(socket, listed_message(message->parts.at(0)))) return;
      continue;
    }
    if (message->type != MessageType::LookAt) return;
    if (!serve_file(socket, settings, entry_from(*message))) return;
  }
}

std::optional<Look> look_from(const Message& message) {
  if (message.type != MessageType::Looked || message.parts.size() != 2) return std::nullopt;
  if (message.parts[0].size() != 1 || message.parts[0][0] < '0' || message.parts[0][0] > '2')
    return std::nullopt;
  auto record = parse_record(message.parts[1]);
  if (!record) return std::nullopt;
  return Look{static_cast<Look::Kind>(message.parts[0][0] - '0'), std::move(*record)};
}

std::optional<Analysed> analysed_from(const Message& message) {
  if (message.type != MessageType::Analysed || message.parts.size() != 4) return std::nullopt;
  auto record = parse_record(message.parts[0]);
  if (!record) return std::nullopt;
  record->findings = message.parts[1];
  if (!record->findings.empty() && !nlohmann::json::accept(record->findings)) return std::nullopt;
  return Analysed{std::move(*record), message.parts[2], message.parts[3]};
}

std::optional<Result<std::vector<std::string>>> listing_from(const Message& message) {
  if (message.type != MessageType::Listed || message.parts.empty()) return std::nullopt;
  if (!message.parts[0].empty())
    return Result<std::vector<std::string>>(fail(ErrorCode::CorruptHeader, message.parts[0]));
  return Result<std::vector<std::string>>(
      std::vector<std::string>(message.parts.begin() + 1, message.parts.end()));
}

} // namespace calx::cohort

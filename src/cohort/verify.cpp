#include "cohort/verify.hpp"

#include "cohort/digest.hpp"
#include "cohort/durable.hpp"
#include "cohort/record.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <set>
#include <sys/file.h>
#include <unistd.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;

constexpr std::array kTables{"images.csv",   "images.ndjson",   "deposits.csv", "deposits.ndjson",
                             "failures.csv", "failures.ndjson", "skipped.csv",  "skipped.ndjson",
                             "calx.sqlite",  "run.json"};

Result<void> require_records(const fs::path& out) {
  std::error_code failed;
  if (fs::is_directory(out / "records", failed)) return {};
  return fail(ErrorCode::FileNotFound,
              fmt::format("{} is no output folder of `calx run`", out.string()));
}

bool is_locked(const fs::path& out) {
  const int records = ::open((out / "records").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (records < 0) return false;
  const bool locked = ::flock(records, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(records);
  return locked;
}

/// Does it start and end as a PNG does?
bool is_whole_png(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 8> head{}, tail{};
  stream.read(head.data(), head.size());
  stream.seekg(-8, std::ios::end);
  stream.read(tail.data(), tail.size());
  return stream && std::string_view(head.data(), 8) == "\x89PNG\r\n\x1a\n" &&
         std::string_view(tail.data(), 4) == "IEND";
}

class Verifier {
public:
  explicit Verifier(const fs::path& out) : out_(out) {}

  std::vector<std::string> run() {
    scan_records(
        out_, RecordPart::Whole, [&](Record&& record) { return check(record); },
        [&](const fs::path& file, const Error& error) {
          complain(file, error.to_string());
          return true;
        });
    for (const auto& [copy, original] : copies_)
      if (!names_.contains(original))
        complain(record_file(copy), "is a duplicate of a record that is not there");
    check_tables();
    return std::move(wrong_);
  }

private:
  bool check(const Record& record) {
    const std::string name = record_name(record);
    names_.insert(name);
    if (!record.duplicate_of.empty()) copies_.emplace_back(name, record.duplicate_of);
    for (const std::string& picture : {record.overlay, record.mask})
      if (!picture.empty() && !is_whole_png(out_ / picture))
        complain(record_file(name), fmt::format("names {}, which is not a whole PNG", picture));
    if ((record.outcome == Outcome::Done) == record.findings.empty())
      complain(record_file(name), "has an outcome that does not fit its findings");
    return true;
  }

  void check_tables() {
    std::ifstream sums(out_ / kChecksumFile);
    if (!sums) {
      wrong_.push_back(fmt::format("{}: not there; the run was not finished", kChecksumFile));
      return;
    }
    constexpr std::size_t kDigits = 64;
    std::string line;
    while (std::getline(sums, line)) {
      if (line.size() < kDigits + 3) continue;
      const std::string table = line.substr(kDigits + 2);
      const auto sum = sha256_file(out_ / table);
      if (!sum || line.substr(0, kDigits) != *sum)
        wrong_.push_back(table + ": not as it was written; `calx merge` makes the tables anew");
    }
  }

  void complain(const fs::path& file, const std::string& what) {
    wrong_.push_back(fmt::format("{}: {}", file.string(), what));
  }

  const fs::path& out_;
  std::set<std::string> names_;
  std::vector<std::pair<std::string, std::string>> copies_;
  std::vector<std::string> wrong_;
};

} // namespace

Result<Status> read_status(const fs::path& out) {
  if (auto there = require_records(out); !there) return tl::unexpected(there.error());
  Status status;
  scan_records(
      out, RecordPart::WithoutFindings,
      [&](Record&& record) {
        ++status.records;
        ++status.outcomes[std::string(to_string(record.outcome))];
        status.cpu_s += record.timing.cpu_s;
        if (record.reason && record.outcome != Outcome::NotARadiograph)
          ++status.reasons[record.reason->code];
        return true;
      },
      [&](const fs::path&, const Error&) {
        ++status.broken;
        return true;
      });
  status.running = is_locked(out);
  return status;
}

Result<void> write_checksums(const fs::path& out) {
  std::string text;
  for (const char* table : kTables) {
    std::error_code failed;
    if (!fs::exists(out / table, failed)) continue;
    const auto sum = sha256_file(out / table);
    if (!sum) return tl::unexpected(sum.error());
    text += fmt::format("{}  {}\n", *sum, table);
  }
  return write_durably(out / kChecksumFile, text);
}

Result<std::vector<std::string>> verify(const fs::path& out) {
  if (auto there = require_records(out); !there) return tl::unexpected(there.error());
  return Verifier(out).run();
}

} // namespace calx::cohort

#include "cohort/cohort_example.hpp"

#include "cohort/digest.hpp"
#include "report/example.hpp"
#include "report/report.hpp"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace calx::cohort::test {
namespace {

Record record_of(const std::string& path, const std::string& content, Outcome outcome) {
  Record r;
  r.key = {sha256_hex(content.empty() ? path : content), sha256_hex("parameters"), "0.1.0"};
  r.input = {path, "/data/films", 1234, 42, 7};
  r.outcome = outcome;
  r.timing = {0.25, 0.125, 100};
  return r;
}

} // namespace

Record done(const std::string& path, std::string content) {
  Record r = record_of(path, content, Outcome::Done);
  Findings findings = calx::test::example_findings(true);
  findings.path = path;
  r.uids = RecordUids{"1.2.3." + std::to_string(path.size()), "1.2.4", "1.2.5"};
  findings.acquisition.sop_instance_uid = r.uids->sop_instance;
  findings.acquisition.series_instance_uid = r.uids->series_instance;
  r.findings = nlohmann::ordered_json::parse(findings_json(findings)).dump();
  const std::string name = record_name(r);
  r.overlay = "overlays/" + name.substr(0, 3) + "/" + name + ".png";
  return r;
}

Record failed(const std::string& path, const std::string& code) {
  Record r = record_of(path, "", Outcome::Failed);
  r.reason = Reason{code, "the pixel data end early in " + path};
  return r;
}

Record crashed(const std::string& path, int signal) {
  Record r = record_of(path, "", Outcome::Crashed);
  r.reason = Reason{"crashed", "the process died"};
  r.signal = signal;
  return r;
}

Record skipped(const std::string& path) {
  Record r = record_of(path, "", Outcome::NotARadiograph);
  r.reason = Reason{"not-an-image", "the bytes are of no image format"};
  return r;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string tables_of(const std::filesystem::path& out) {
  std::string all;
  for (const char* name :
       {"images.csv", "images.ndjson", "deposits.csv", "deposits.ndjson", "failures.csv",
        "failures.ndjson", "skipped.csv", "skipped.ndjson", "calx.sqlite"})
    all += name + bytes_of(out / name);
  return all;
}

} // namespace calx::cohort::test

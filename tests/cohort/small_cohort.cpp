#include "cohort/small_cohort.hpp"

#include "cohort/tables.hpp"
#include "support/drawn_film.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <linux/capability.h>
#include <stdexcept>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace calx::cohort::test {
namespace {

namespace fs = std::filesystem;
using calx::testing::DicomSpec;

void write_text(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

} // namespace

void write_film(const fs::path& file, int seed, calx::testing::Syntax syntax) {
  write_film(file, seed, FilmExtras{.syntax = syntax});
}

void write_film(const fs::path& file, int seed, const FilmExtras& extras) {
  calx::test::DrawnFilm drawn;
  drawn.width_mm = 60;
  drawn.height_mm = extras.height_mm;
  drawn.spots = {{42.0 + seed % 5, 30.0 + seed % 20, 3.0}};
  const cv::Mat1f pixels = drawn.radiograph().pixels;
  DicomSpec spec;
  spec.rows = pixels.rows;
  spec.columns = pixels.cols;
  spec.text = {{"PixelSpacing", "0.25\\0.25"},
               {"PixelSpacingCalibrationType", "FIDUCIAL"},
               {"BodyPartExamined", seed % 2 ? "HAND" : "FOOT"},
               {"PatientAge", seed % 3 ? "054Y" : "009Y"},
               {"SOPInstanceUID", "1.2.3." + std::to_string(seed + 1)},
               {"SeriesInstanceUID", "1.2.4"},
               {"StudyInstanceUID", "1.2.5"}};
  for (const auto& [name, value] : extras.text) spec.text[name] = value;
  spec.edit = extras.edit;
  for (const float value : pixels)
    spec.values.push_back(std::clamp(static_cast<int>(value) + seed % 7, 0, 4095));
  fs::create_directories(file.parent_path());
  calx::testing::write_dicom(file, spec, extras.syntax);
}

void write_cohort(const fs::path& folder, int films) {
  fs::create_directories(folder / "deep" / "er");
  for (int i = 0; i < films; ++i)
    write_film(folder / (i % 3 ? "deep" : "deep/er") / ("film" + std::to_string(i)), i);
  fs::copy_file(folder / "deep/er/film0", folder / "deep/copy");
  DicomSpec ct;
  ct.modality = "CT";
  ct.sop_class = "1.2.840.10008.5.1.4.1.1.2";
  calx::testing::write_dicom(folder / "ct", ct);
  fs::copy_file(folder / "deep/er/film0", folder / "cut");
  fs::resize_file(folder / "cut", fs::file_size(folder / "cut") / 2);
  write_text(folder / "empty", "");
  write_text(folder / "notes.txt", "not an image");
  write_text(folder / "odd\n\xff", "neither");
  calx::testing::write_png(folder / "picture.png", 40, 40, 1, 8, calx::testing::texture(40, 40, 8));
  fs::create_directory_symlink(folder, folder / "deep/loop");
  fs::create_symlink("nowhere", folder / "dead");
}

RunPlan plan_for(const fs::path& folder, const fs::path& out) {
  RunPlan plan;
  auto walk = gather_files({folder.string()}, out, {});
  if (!walk) throw std::runtime_error(walk.error().to_string());
  plan.files = std::move(walk->files);
  plan.out = out;
  plan.jobs = 2;
  plan.settings.overlay = false;
  // How sure a network is of a drawn deposit changes with its weights, and tables without deposits
  // would be equal for nothing.
  plan.settings.params.network.min_marked_score = 0.1;
  plan.settings.params.lesions.min_calcified_score = 0.1;
  return plan;
}

RunCounts run(const RunPlan& plan) {
  const auto result = run_cohort(plan, {});
  if (!result) throw std::runtime_error(result.error().to_string());
  const auto tables = write_tables(plan.out, {true});
  if (!tables) throw std::runtime_error(tables.error().to_string());
  return result->counts;
}

pid_t start_run(const RunPlan& plan) {
  const pid_t process = ::fork();
  if (process != 0) return process;
  int status = 1;
  try {
    run(plan);
    status = 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  ::_exit(status);
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

std::vector<pid_t> children_of(pid_t process) {
  const std::string id = std::to_string(process);
  std::ifstream list("/proc/" + id + "/task/" + id + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; list >> child;) children.push_back(child);
  return children;
}

bool give_up_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, 2> none{};
  return ::syscall(SYS_capset, &header, none.data()) == 0;
}

std::map<std::string, std::string> outcomes(const fs::path& out) {
  std::map<std::string, std::string> all;
  scan_records(
      out, RecordPart::Whole,
      [&](Record&& record) {
        const std::string text(to_string(record.outcome));
        all[record.input.path] = record.reason ? text + " " + record.reason->code : text;
        return true;
      },
      [](const fs::path& file, const Error& error) -> bool {
        throw std::runtime_error(file.string() + error.to_string());
      });
  return all;
}

Record record_at(const fs::path& out, const std::string& path) {
  std::optional<Record> found;
  scan_records(
      out, RecordPart::Whole,
      [&](Record&& record) {
        if (record.input.path == path) found = std::move(record);
        return true;
      },
      [](const fs::path&, const Error&) { return true; });
  if (!found) throw std::runtime_error("no record of " + path);
  return *found;
}

} // namespace calx::cohort::test

// What a 3008 x 2508, 16-bit film costs after loading, on one core: processor time by stage, as
// milliseconds and as multiples of one Gaussian blur of the same film in the same run, and the peak
// memory.
//
//   bench_analyse [RUNS [--check]]
//
// Prints the table of docs/performance.md. With --check it fails where the peak memory is above the
// bounds; time is not judged, for it depends on what else the machine does.
#include "anatomy/anatomy.hpp"
#include "core/memory.hpp"
#include "lesions/lesions.hpp"
#include "network/network.hpp"
#include "normalise/normalise.hpp"
#include "pipeline/analyse.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <string_view>
#include <sys/resource.h>
#include <vector>

namespace {

constexpr int kRows = 3008;
constexpr int kColumns = 2508;
constexpr double kMostClassical_mb = 400, kMostLearned_mb = 600;

/// Two thighs' worth of bone and soft tissue, collimated, noisy, with clusters of small deposits.
calx::Radiograph draw_film() {
  cv::Mat1f thickness(kRows, kColumns, 0.0F);
  const auto limb = [&](int x, int half_width, float value) {
    cv::ellipse(thickness, {x, kRows / 2}, {half_width, kRows * 2 / 3}, 3, 0, 360, value, -1);
  };
  limb(kColumns / 3, 520, 9000);
  limb(kColumns * 3 / 4, 480, 8600);
  cv::blur(thickness, thickness, {121, 121});
  cv::Mat1f bone(kRows, kColumns, 0.0F);
  for (const int x : {kColumns / 3, kColumns * 3 / 4}) {
    cv::line(bone, {x, -50}, {x + 60, kRows / 2 - 40}, 14000.0F, 190);
    cv::line(bone, {x + 60, kRows / 2 + 20}, {x, kRows + 50}, 14000.0F, 170);
    cv::circle(bone, {x + 60, kRows / 2 - 80}, 170, 14000.0F, -1);
  }
  cv::RNG random(20);
  for (int i = 0; i < 60; ++i) {
    const cv::Point centre(kColumns / 3 + 260 + random.uniform(-120, 120),
                           kRows / 3 + random.uniform(-160, 160));
    cv::circle(bone, centre, random.uniform(6, 28), 9000.0F, -1);
  }
  cv::blur(bone, bone, {9, 9});
  cv::Mat1f noise(kRows, kColumns);
  random.fill(noise, cv::RNG::NORMAL, 0.0, 180.0);

  calx::Radiograph film;
  film.pixels = 3000.0F + thickness + bone + noise;
  cv::rectangle(film.pixels, {0, 0}, {kColumns - 1, 140}, 0.0F, -1);
  cv::putText(film.pixels, "R", {kColumns - 330, 420}, cv::FONT_HERSHEY_SIMPLEX, 8, 60000.0F, 22);
  film.display = {3000, 30000};
  film.spacing = calx::Spacing{0.143, 0.143};
  film.spacing_source = calx::SpacingSource::User;
  film.acquisition.format = "DICOM";
  film.acquisition.bits_stored = 16;
  return film;
}

/// Processor time of this process: other programs on the machine disturb it less than the clock.
double processor_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

double clock_ms() {
  using std::chrono::steady_clock;
  return std::chrono::duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

double median_ms(int runs, const std::function<void()>& work) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const double start = processor_ms();
    work();
    times.push_back(processor_ms() - start);
  }
  return median(times);
}

/// By the clock, with one thread and with two by turns.
void compare_threads(int runs, const std::function<void()>& work) {
  std::array<std::vector<double>, 2> times;
  for (int i = 0; i < 2 * runs; ++i) {
    cv::setNumThreads(1 + i % 2);
    const double start = clock_ms();
    work();
    times[i % 2].push_back(clock_ms() - start);
  }
  const double one = median(times[0]), two = median(times[1]);
  fmt::print(
      "\nBy the clock, stages 2 to 5 learned take {:.0f} ms with one thread and {:.0f} ms with "
      "two: {:.2f} of it.\n",
      one, two, two / one);
}

double peak_memory_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// The argument's number, or `otherwise` where it is not given.
int number_argument(int count, char** values, int index, int otherwise) {
  if (index < count)
    std::from_chars(values[index], values[index] + std::strlen(values[index]), otherwise);
  return otherwise;
}

} // namespace

int main(int count, char** values) {
  const int runs = number_argument(count, values, 1, 5);
  const bool judged = count > 2 && std::string_view(values[2]) == "--check";
  cv::setNumThreads(1);
  const calx::Radiograph film = draw_film();
  calx::Params thresholds;
  thresholds.network.use = false;
  const calx::Params params;

  cv::Mat1f blurred;
  const double reference_ms =
      median_ms(runs, [&] { cv::GaussianBlur(film.pixels, blurred, {}, 2.0); });
  blurred.release();
  const auto row = [&](const char* what, double ms) {
    fmt::print("| {} | {:.0f} | {:.1f} |\n", what, ms, ms / reference_ms);
    return ms;
  };
  fmt::print("| step | ms | x Gaussian blur, sigma 2 |\n|---|---|---|\n");
  row("Gaussian blur, sigma 2 (reference)", reference_ms);
  row("stages 2 to 5, classical, freed memory handed back",
      median_ms(runs, [&] { calx::analyse(film, thresholds); }));
  calx::keep_freed_memory(); // as `calx` does
  row("stages 2 to 5, classical", median_ms(runs, [&] { calx::analyse(film, thresholds); }));

  calx::Findings findings;
  const double report_ms = [&] {
    const auto file = std::filesystem::temp_directory_path() / "calx-bench-overlay.png";
    findings = calx::analyse(film, thresholds);
    const double ms = row("report = JSON, overlay, PNG", median_ms(runs, [&] {
                            calx::findings_json(findings);
                            if (!calx::write_png(file, calx::draw_overlay(film, findings)))
                              throw std::runtime_error("cannot write the overlay");
                          }));
    std::filesystem::remove(file);
    return ms;
  }();
  calx::NormalisedFilm normalised;
  calx::AnatomyMap anatomy;
  row("normalise", median_ms(runs, [&] { normalised = normalise(film, params.normalise); }));
  row("anatomy, classical",
      median_ms(runs, [&] { anatomy = map_anatomy(normalised, params.anatomy); }));
  row("lesions, classical",
      median_ms(runs, [&] { find_deposits(normalised, anatomy, params.lesions); }));
  row("stages 2 to 6, classical",
      report_ms + median_ms(runs, [&] { findings = calx::analyse(film, thresholds); }));
  const double classical_mb = peak_memory_mb();

  calx::TissueMaps seen;
  row("network", median_ms(runs, [&] { seen = calx::Network::standard()->see(normalised); }));
  row("anatomy, learned",
      median_ms(runs, [&] { anatomy = map_anatomy(normalised, seen, {}, params.anatomy); }));
  row("lesions, learned",
      median_ms(runs, [&] { find_deposits(normalised, seen, anatomy, params.lesions); }));
  row("stages 2 to 6, learned",
      report_ms + median_ms(runs, [&] { findings = calx::analyse(film, params); }));
  const double learned_mb = peak_memory_mb();
  fmt::print("\nPeak memory {:.0f} MB classical, {:.0f} MB learned; the film itself {:.0f} MB\n",
             classical_mb, learned_mb, film.pixels.total() * 4 / 1e6);
  if (!judged) compare_threads(runs, [&] { calx::analyse(film, params); });
  return judged && (classical_mb > kMostClassical_mb || learned_mb > kMostLearned_mb) ? 1 : 0;
}

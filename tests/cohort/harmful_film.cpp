#include "cohort/harmful_film.hpp"

#include "cohort/small_cohort.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <sys/mman.h>
#include <thread>

namespace calx::cohort::test {
namespace {

// A film is told by its height: the pixels are all of it that an analysis sees.
constexpr double kPixelMm = 0.25, kPlainMm = 70;

constexpr double height_mm(Harm harm) {
  return kPlainMm + 1 + static_cast<int>(harm);
}
constexpr int rows(Harm harm) {
  return static_cast<int>(height_mm(harm) / kPixelMm);
}

void write_where_nobody_may() {
  ::signal(SIGSEGV, SIG_DFL); // the address sanitizer would report, and end without a signal
  void* page = ::mmap(nullptr, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile char*>(page) = 1;
}

void compute_without_end() {
  volatile unsigned count = 0;
  while (true) count = count + 1;
}

} // namespace

void write_harmful_film(const std::filesystem::path& file, int seed, Harm harm) {
  write_film(file, seed, FilmExtras{.height_mm = height_mm(harm)});
}

Trace harm_of_films() {
  return [](std::string_view name, const cv::Mat& film) {
    if (name != "1-load/film") return;
    if (film.rows == rows(Harm::BadAccess)) write_where_nobody_may();
    if (film.rows == rows(Harm::Aborts)) std::abort();
    if (film.rows == rows(Harm::Throws)) throw std::runtime_error("what no one expects");
    if (film.rows == rows(Harm::Computes)) compute_without_end();
    while (film.rows == rows(Harm::Sleeps)) std::this_thread::sleep_for(std::chrono::hours(1));
  };
}

} // namespace calx::cohort::test

// Reads mutants of small films of every transfer syntax and format: none may crash, hang, eat
// memory or make the library print.
//
//   fuzz_load [COUNT [FIRST]]      CALX_MUTANTS sets the count too; mutant n is the same every time
//
// Children read the mutants in batches under limits; a mutant that kills one is kept in the current
// folder as fuzz-<n>.bin and named. Deterministic, so that ITK, whose headers refuse clang and with
// it libFuzzer, can be on the path.
#include "load/load.hpp"
#include "support/dicom_maker.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <random>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

namespace {

using namespace calx;
using namespace calx::testing;
using Bytes = std::vector<std::uint8_t>;

#ifdef __SANITIZE_ADDRESS__
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
// A mutant of a small film is read in milliseconds; sanitizers slow by ten.
constexpr int kLongest_s = kSanitized ? 20 : 2;
constexpr std::uint64_t kMemory = std::uint64_t(2) << 30;
constexpr long kBatch = 100;

struct Seed {
  std::string name; ///< of a file; its ending matters to some readers
  Bytes bytes;
};

std::vector<Seed> dicom_seeds(const TemporaryFolder& folder) {
  std::vector<Seed> seeds;
  const auto add = [&](const std::string& name, const DicomSpec& spec, Syntax syntax) {
    write_dicom(folder / "seed", spec, syntax);
    seeds.push_back({name + ".dcm", read_file(folder / "seed")});
  };
  for (const Syntax syntax : all_syntaxes()) {
    DicomSpec spec;
    spec.text["ImagerPixelSpacing"] = "0.1\\0.1";
    spec.text["WindowCenter"] = "2000";
    spec.text["WindowWidth"] = "3000";
    spec.edit = [](void* d) { add_code(d, 0x0008, 0x2218, "85562004", "Hand"); };
    if (syntax == Syntax::JpegBaseline) spec.bits_allocated = spec.bits_stored = 8;
    add(syntax_name(syntax), spec, syntax);
    spec.frames = 3;
    spec.bits_allocated = spec.bits_stored = syntax == Syntax::JpegExtended ? 12 : 8;
    if (syntax == Syntax::JpegExtended) spec.bits_allocated = 16;
    add(syntax_name(syntax) + "-frames", spec, syntax);
    spec.frames = 1;
    spec.samples = 3;
    spec.photometric = "RGB";
    if (syntax != Syntax::JpegExtended) add(syntax_name(syntax) + "-rgb", spec, syntax);
  }
  DicomSpec tables;
  tables.text["ShutterShape"] = "RECTANGULAR\\CIRCULAR\\POLYGONAL";
  tables.text["CenterOfCircularShutter"] = "10\\10";
  tables.text["RadiusOfCircularShutter"] = "8";
  tables.text["VerticesOfThePolygonalShutter"] = "1\\1\\1\\20\\20\\20";
  tables.edit = [](void* d) {
    add_lut(d, 0x0028, 0x3000, 0, 16, {1, 2, 3, 4, 5, 6, 7, 8});
    add_lut(d, 0x0028, 0x3010, 0, 16, {1, 2, 3, 4, 5, 6, 7, 8});
    put_word(d, 0x0028, 0x0120, 0);
  };
  add("tables", tables, Syntax::ImplicitLittle);
  tables.preamble = false;
  add("bare", tables, Syntax::ExplicitLittle);
  return seeds;
}

std::vector<Seed> picture_seeds(const TemporaryFolder& folder) {
  std::vector<Seed> seeds;
  const auto keep = [&](const std::string& name) {
    seeds.push_back({name, read_file(folder / name)});
  };
  const auto grey8 = texture(20, 16, 8), grey12 = texture(20, 16, 12);
  const auto colour = texture(20, 16, 8, 1, 3);
  write_png(folder / "grey.png", 20, 16, 1, 16, grey12), keep("grey.png");
  write_png(folder / "colour.png", 20, 16, 3, 8, colour), keep("colour.png");
  write_jpeg(folder / "grey.jpg", 20, 16, 1, grey8), keep("grey.jpg");
  write_jpeg(folder / "colour.jpg", 20, 16, 3, colour), keep("colour.jpg");
  write_tiff(folder / "plain.tif", 20, 16, 1, 16, grey12), keep("plain.tif");
  write_tiff(folder / "lzw.tif", 20, 16, 3, 8, colour, false, true), keep("lzw.tif");
  write_bmp(folder / "grey.bmp", 20, 16, 8, grey8), keep("grey.bmp");
  write_bmp(folder / "colour.bmp", 20, 16, 24, colour), keep("colour.bmp");
  write_nrrd(folder / "raw.nrrd", 20, 16, grey12, "0.1 0.1"), keep("raw.nrrd");
  write_nrrd(folder / "gzip.nrrd", 20, 16, grey12, "0.1 0.1", true), keep("gzip.nrrd");
  write_nifti(folder / "plain.nii", 20, 16, grey12, 0.1F, 0.1F), keep("plain.nii");
  write_nifti(folder / "packed.nii.gz", 20, 16, grey12, 0.1F, 0.1F, true), keep("packed.nii.gz");
  write_meta_image(folder / "plain.mha", 20, 16, grey12, "0.1 0.1"), keep("plain.mha");
  write_meta_image(folder / "packed.mha", 20, 16, grey12, "0.1 0.1", "LOCAL", true);
  keep("packed.mha");
  return seeds;
}

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) {
  return limit == 0 ? 0 : random() % limit;
}

/// Headers are small and decide more than pixels: half of the places lie in the first kilobyte.
std::size_t place(Random& random, const Bytes& bytes) {
  return random() % 2 ? below(random, bytes.size())
                      : below(random, std::min<std::size_t>(bytes.size(), 1200));
}

void mutate_once(Random& random, Bytes& bytes) {
  if (bytes.size() < 16) return;
  const std::size_t at = place(random, bytes);
  constexpr std::uint8_t edges[] = {0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff};
  constexpr std::uint32_t lengths[] = {0,          1,          0xff,       0x7fff,
                                       0x8000,     0xffff,     0x10000,    0x7fffffff,
                                       0x80000000, 0xfffffffe, 0xffffffff, 0x00ffffff};
  const auto field = [&](std::size_t width) {
    const auto value = lengths[below(random, std::size(lengths))];
    const bool big = random() % 3 == 0;
    for (std::size_t i = 0; i < width && at + i < bytes.size(); ++i)
      bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * (big ? width - 1 - i : i)));
  };
  const auto offset = [](std::size_t n) { return static_cast<std::ptrdiff_t>(n); };
  switch (random() % 9) {
  case 0:
    bytes[at] ^= static_cast<std::uint8_t>(1U << (random() % 8));
    break;
  case 1:
    bytes[at] = edges[below(random, std::size(edges))];
    break;
  case 2:
    bytes[at] = static_cast<std::uint8_t>(random());
    break;
  case 3:
    field(2);
    break;
  case 4:
    field(4);
    break;
  case 5:
    bytes.resize(std::max<std::size_t>(place(random, bytes), 1));
    break;
  case 6: { // lose a piece
    const std::size_t count = std::min(below(random, 64), bytes.size() - at);
    bytes.erase(bytes.begin() + offset(at), bytes.begin() + offset(at + count));
    break;
  }
  case 7: { // repeat a piece
    const std::size_t count = std::min(below(random, 64), bytes.size() - at);
    const Bytes piece(bytes.begin() + offset(at), bytes.begin() + offset(at + count));
    bytes.insert(bytes.begin() + offset(at), piece.begin(), piece.end());
    break;
  }
  default: { // scribble
    const std::size_t end = std::min(at + below(random, 32), bytes.size());
    for (std::size_t i = at; i < end; ++i) bytes[i] = static_cast<std::uint8_t>(random());
  }
  }
}

/// Makes the checksums of a mutated PNG true again, so that the mutation is looked at.
void mend_png(Bytes& bytes) {
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | bytes[at + i];
    if (length > bytes.size() - at - 12) return;
    const auto sum = crc32(0, &bytes[at + 4], length + 4);
    for (std::size_t i = 0; i < 4; ++i)
      bytes[at + 8 + length + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
    at += 12 + length;
  }
}

Seed mutant(const std::vector<Seed>& seeds, long number) {
  Random random(static_cast<std::uint64_t>(number));
  Seed result = seeds[below(random, seeds.size())];
  for (auto times = 1 + random() % 4; times > 0; --times) mutate_once(random, result.bytes);
  if (result.name.ends_with(".png") && random() % 4) mend_png(result.bytes);
  return result;
}

/// What a child tells its parent, in memory that both see.
struct Progress {
  long current;
  long outcomes[32]; ///< by error code, the last for "loaded"
};

[[noreturn]] void read_batch(const std::vector<Seed>& seeds, const TemporaryFolder& folder,
                             long first, long end, Progress& progress, int log) {
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (!kSanitized) { // the address sanitizer maps terabytes
    const rlimit memory{kMemory, kMemory};
    ::setrlimit(RLIMIT_AS, &memory);
  }
  for (long n = first; n < end; ++n) {
    progress.current = n;
    const Seed one = mutant(seeds, n);
    const auto file = folder / one.name;
    write_file(file, one.bytes);
    ::alarm(kLongest_s); // its signal ends the process
    LoadOptions options;
    options.frame = one.name.find("frames") != one.name.npos ? static_cast<int>(n % 3) : 0;
    const auto film = load_radiograph(file, options);
    ::alarm(0);
    ++progress.outcomes[film ? 31 : static_cast<int>(film.error().code)];
    std::filesystem::remove(file);
  }
  ::_exit(0);
}

struct Tally {
  int crashed = 0;
  int hung = 0;
};

/// Reads the mutants of [first, end), restarting after each that killed the child.
void run_batch(const std::vector<Seed>& seeds, const TemporaryFolder& folder, long first, long end,
               Progress& progress, int log, Tally& tally) {
  while (first < end) {
    progress.current = first;
    const pid_t child = ::fork();
    if (child == 0) read_batch(seeds, folder, first, end, progress, log);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    const bool hung = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    ++(hung ? tally.hung : tally.crashed);
    const Seed one = mutant(seeds, progress.current);
    const std::string kept = fmt::format("fuzz-{}.bin", progress.current);
    write_file(kept, one.bytes);
    fmt::print("mutant {} of {} {}: {}\n", progress.current, one.name,
               hung ? "hung" : fmt::format("ended with status {:#x}", status), kept);
    first = progress.current + 1;
  }
}

long number(const char* text, long otherwise) {
  if (!text) return otherwise;
  long value = otherwise;
  std::from_chars(text, text + std::strlen(text), value);
  return value;
}

} // namespace

int main(int count, char** arguments) {
  const long mutants =
      count > 1 ? number(arguments[1], 1500) : number(std::getenv("CALX_MUTANTS"), 1500);
  const long first = count > 2 ? number(arguments[2], 0) : 0;
  const TemporaryFolder folder;
  auto seeds = dicom_seeds(folder);
  for (auto& seed : picture_seeds(folder)) seeds.push_back(std::move(seed));
  for (const Seed& seed : seeds) { // a seed that is refused tests nothing
    write_file(folder / seed.name, seed.bytes);
    if (const auto film = load_radiograph(folder / seed.name); !film) {
      fmt::print("seed {}: {}\n", seed.name, film.error().to_string());
      return 1;
    }
  }
  auto* progress = static_cast<Progress*>(
      ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const int log = ::open((folder / "log").c_str(), O_CREAT | O_RDWR | O_APPEND, 0600);
  const auto start = std::chrono::steady_clock::now();
  Tally tally;
  for (long n = first; n < first + mutants; n += kBatch)
    run_batch(seeds, folder, n, std::min(n + kBatch, first + mutants), *progress, log, tally);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  fmt::print("{} mutants of {} seeds in {:.1f} s: {} crashed, {} hung\n", mutants, seeds.size(),
             seconds, tally.crashed, tally.hung);
  for (const auto& description : error_descriptions())
    if (const long n = progress->outcomes[static_cast<int>(description.code)]; n > 0)
      fmt::print("  {:<20} {}\n", description.name, n);
  fmt::print("  {:<20} {}\n", "loaded", progress->outcomes[31]);
  const auto printed = read_file(folder / "log");
  if (!printed.empty()) {
    fmt::print("the library printed {} bytes, such as:\n{}\n", printed.size(),
               std::string(printed.begin(),
                           printed.begin() + static_cast<std::ptrdiff_t>(
                                                 std::min<std::size_t>(printed.size(), 1500))));
  }
  return tally.crashed + tally.hung > 0 || !printed.empty() ? 1 : 0;
}

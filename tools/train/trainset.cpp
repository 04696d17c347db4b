// calx-trainset: simulated films as the network sees them, that is after calx's own load and
// normalise, with their truth on the same grid.
#include "load/load.hpp"
#include "normalise/normalise.hpp"
#include "report/png.hpp"
#include "simulate/film/film_files.hpp"
#include "simulate/simulate.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace {

namespace fs = std::filesystem;
using namespace calx;
using nlohmann::json;

/// The bits of NAME.maps.png; tools/train/dataset.py holds the same table.
enum Bit : uchar {
  Body = 1,
  Bone = 2,
  Deposit = 4,
  Mimic = 8,
  Foreign = 16,
  Unjudged = 32,
  Field = 64
};

struct Order {
  fs::path meshes, cache, out;
  std::string skeleton = "auto";
  std::uint64_t seed = 1;
  int count = 10, jobs = 0;
  double normal_share = 0.25;
};

/// What a film teaches. Most films show something: normals teach only what to leave alone.
simulate::FilmSpec draw_spec(const Order& order, std::uint64_t seed) {
  simulate::FilmSpec spec;
  spec.seed = seed;
  spec.dicom_only = true;
  spec.anatomy.meshes = order.meshes;
  spec.anatomy.skeleton = order.skeleton;
  simulate::Random random = simulate::Random(seed).stream("trainset");
  constexpr std::array patterns{Pattern::Localized, Pattern::LimitedIdiopathic, Pattern::TumorLike,
                                Pattern::Universal};
  if (!random.chance(order.normal_share))
    spec.inclusions.pattern = random.pick(std::span<const Pattern>(patterns));
  // Finer than the working grid is thrown away again; a coarser detector saves the time.
  spec.pitch_mm = random.uniform(0.17, 0.24);
  return spec;
}

uchar bit_of(const simulate::TruthLesion& lesion) {
  if (!lesion.visible) return Unjudged;
  if (lesion.kind == Kind::Deposit) return Deposit;
  const bool foreign =
      lesion.kind == Kind::Metal || lesion.kind == Kind::Marker || lesion.kind == Kind::ForeignBody;
  return foreign ? Foreign : Mimic;
}

/// A mask of the film on the working grid: a working pixel belongs where half of it is covered, or
/// all of a lesion's pixels would vanish, its most covered ones.
void add_bit(cv::Mat1b& maps, const cv::Mat1b& mask, uchar bit, double least_cover) {
  cv::Mat1f cover;
  cv::resize(cv::Mat1f(mask / 255.0), cover, maps.size(), 0, 0, cv::INTER_AREA);
  cv::bitwise_or(maps, cv::Scalar(bit), maps, cover >= least_cover);
}

cv::Mat1b working_maps(const simulate::Film& film, const NormalisedFilm& normalised) {
  cv::Mat1b maps(normalised.density.size(), uchar(0));
  cv::bitwise_or(maps, cv::Scalar(Field), maps, normalised.field);
  add_bit(maps, film.body, Body, 0.5);
  add_bit(maps, film.bone, Bone, 0.5);
  std::vector<uchar> bits{0};
  for (const auto& lesion : film.truth) bits.push_back(bit_of(lesion));
  cv::Mat1b of_lesion(film.lesions.size(), uchar(0));
  std::transform(film.lesions.begin(), film.lesions.end(), of_lesion.begin(),
                 [&](ushort id) { return bits[id]; });
  for (const uchar bit : {Deposit, Mimic, Foreign, Unjudged})
    add_bit(maps, (of_lesion == bit), bit, 0.4);
  return maps;
}

json about(const simulate::Film& film, const NormalisedFilm& normalised) {
  json out{{"region", to_string(film.anatomy.region)},
           {"view", to_string(film.anatomy.view)},
           {"side", to_string(film.anatomy.laterality)},
           {"pitch_mm", normalised.grid.pitch_mm},
           {"seed", film.spec.seed},
           {"skeleton", film.anatomy.skeleton},
           {"pattern", to_string(film.spec.inclusions.pattern)},
           {"judged", {"body", "bone", "deposit", "mimic", "foreign", "prominences"}}};
  json& prominences = out["prominences"] = json::array();
  for (const auto& [name, at] : film.prominences)
    prominences.push_back({name, (at.x + 0.5) / normalised.grid.scale_x - 0.5,
                           (at.y + 0.5) / normalised.grid.scale_y - 0.5});
  return out;
}

cv::Mat1w stored_tone(const NormalisedFilm& normalised) {
  cv::Mat1w out;
  normalised.density.convertTo(out, CV_16U, 32768);
  return out;
}

/// Under a temporary name first: a set that was interrupted goes on with what is whole.
void write(const std::string& bytes, const fs::path& file) {
  const fs::path part = fs::path(file) += ".part";
  if (!(std::ofstream(part, std::ios::binary) << bytes))
    throw std::runtime_error("cannot write " + file.string());
  fs::rename(part, file);
}

void save(const fs::path& base, const simulate::Film& film, const NormalisedFilm& normalised) {
  const auto file = [&](const char* ending) { return fs::path(base) += ending; };
  write(png_bytes(stored_tone(normalised)), file(".tone.png"));
  write(png_bytes(working_maps(film, normalised)), file(".maps.png"));
  write(about(film, normalised).dump() + '\n', file(".json")); // last: it stands for a whole film
}

void make(const Order& order, simulate::SolidLibrary& solids, std::uint64_t seed) {
  const std::string stem = fmt::format("{:08}", seed);
  const fs::path base = order.out / stem;
  if (fs::exists(fs::path(base) += ".json")) return;
  const auto film = simulate::simulate(draw_spec(order, seed), solids);
  if (!film) throw std::runtime_error(film.error().to_string());
  // Through a file and back: the network sees what calx makes of a stored film, losses and all.
  const fs::path folder = order.out / (stem + ".film");
  fs::create_directories(folder);
  const auto written = simulate::write_film(*film, folder, stem, {.masks = false});
  if (!written) throw std::runtime_error(written.error().to_string());
  const auto radiograph = load_radiograph(folder / (stem + ".dcm"));
  fs::remove_all(folder);
  if (!radiograph) throw std::runtime_error(radiograph.error().to_string());
  save(base, *film, normalise(*radiograph, {}));
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app("Makes training films for the network: tone, maps and truth on the working grid");
  Order order;
  app.add_option("--anatomy", order.meshes, "folder of the meshes");
  app.add_option("--cache", order.cache, "folder that keeps voxelised bones");
  app.add_option("--skeleton", order.skeleton, "bodyparts3d, z-anatomy, opensim, procedural, auto");
  app.add_option("--seed", order.seed, "of the first film; the next film has the next number");
  app.add_option("--count", order.count, "films");
  app.add_option("--normal", order.normal_share, "share of films without a deposit");
  app.add_option("-j,--jobs", order.jobs, "films at a time");
  app.add_option("-o,--out", order.out, "folder of the set")->required();
  CLI11_PARSE(app, argc, argv);
  fs::create_directories(order.out);
  simulate::SolidLibrary solids(order.cache);
  std::mutex printing;
  tbb::task_arena arena(order.jobs > 0 ? order.jobs : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(0, order.count, [&](int i) {
      const std::uint64_t seed = order.seed + static_cast<std::uint64_t>(i);
      try {
        make(order, solids, seed);
      } catch (const std::exception& e) {
        const std::scoped_lock lock(printing);
        std::fprintf(stderr, "film %llu: %s\n", static_cast<unsigned long long>(seed), e.what());
      }
    });
  });
}

// calx-trainset: films as the network sees them, that is after calx's own load and normalise, with
// their truth on the same grid: simulated ones, and real ones as they are and with deposits put in.
#include "anatomy/anatomy.hpp"
#include "load/load.hpp"
#include "normalise/normalise.hpp"
#include "report/png.hpp"
#include "simulate/draw.hpp"
#include "simulate/film/film_files.hpp"
#include "simulate/insertion/insert.hpp"
#include "simulate/simulate.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <sstream>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace {

namespace fs = std::filesystem;
using namespace calx;
using nlohmann::json;

/// The bits of NAME.maps.png; tools/train/dataset.py holds the same table, and a bit that seats.py
/// sets.
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
  fs::path meshes, cache, out, films;
  std::string skeleton = "bodyparts3d";
  std::uint64_t seed = 1;
  int count = 10, jobs = 0, insertions = 2, copies = 1, most_besides = 0;
  double normal_share = 0.25, mimic_rate = simulate::InclusionSpec{}.mimic_rate, pitch_mm = 0;
};

/// Most films show something: normals teach only what to leave alone. A film with several patterns
/// teaches more than one with a single one, for hardly more time.
void draw_deposits(simulate::InclusionSpec& spec, Region region, const Order& order,
                   double normal_share, simulate::Random random) {
  spec.pattern = simulate::draw_pattern(region, normal_share, random.stream("pattern"));
  if (spec.pattern == Pattern::None) return;
  const int more = random.stream("more").integer(0, order.most_besides);
  for (int i = 0; i < more; ++i)
    spec.besides.push_back(
        simulate::draw_pattern(region, 0, random.stream("besides", static_cast<std::uint64_t>(i))));
}

/// Of a film of the body that the seed `of_body` draws.
simulate::FilmSpec draw_spec(const Order& order, std::uint64_t of_body, std::uint64_t seed) {
  simulate::FilmSpec spec;
  spec.seed = seed;
  spec.dicom_only = true;
  spec.anatomy.meshes = order.meshes;
  spec.anatomy.skeleton = order.skeleton;
  simulate::Random body = simulate::Random(of_body).stream("trainset");
  const auto [region, view] =
      simulate::draw_film(simulate::projectable(order.skeleton), body.stream("region"));
  spec.anatomy.region = region;
  spec.anatomy.view = view;
  draw_deposits(spec.inclusions, region, order, order.normal_share,
                simulate::Random(seed).stream("trainset"));
  spec.inclusions.mimic_rate = order.mimic_rate;
  // Finer than the working grid is thrown away again; a coarser detector saves the time.
  spec.pitch_mm = order.pitch_mm > 0 ? order.pitch_mm : body.uniform(0.17, 0.24);
  return spec;
}

/// What a reader finds only by being told teaches guessing as a target: it is neither asked for nor
/// counted as wrong. Of 96 visible deposits readers found 68 of the 75 from this SNR on and 10 of
/// the 21 others (docs/readers.md).
constexpr double plain_snr = 40;

uchar bit_of(const simulate::TruthLesion& lesion) {
  if (!lesion.visible || lesion.snr < plain_snr) return Unjudged;
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

/// Of what is drawn into the film: the rest of it nobody outlined.
cv::Mat1b lesion_maps(const simulate::Film& film, const NormalisedFilm& normalised) {
  cv::Mat1b maps(normalised.density.size(), uchar(0));
  cv::bitwise_or(maps, cv::Scalar(Field), maps, normalised.field);
  std::vector<uchar> bits{0};
  for (const auto& lesion : film.truth) bits.push_back(bit_of(lesion));
  cv::Mat1b of_lesion(film.lesions.size(), uchar(0));
  std::transform(film.lesions.begin(), film.lesions.end(), of_lesion.begin(),
                 [&](ushort id) { return bits[id]; });
  for (const uchar bit : {Deposit, Mimic, Foreign, Unjudged})
    add_bit(maps, (of_lesion == bit), bit, 0.4);
  return maps;
}

cv::Mat1b simulated_maps(const simulate::Film& film, const NormalisedFilm& normalised) {
  cv::Mat1b maps = lesion_maps(film, normalised);
  add_bit(maps, film.body, Body, 0.5);
  add_bit(maps, film.bone, Bone, 0.5);
  return maps;
}

/// Air and letters are found without learning, if not all of them: a film's body is what is not
/// known to be air.
cv::Mat1b real_maps(const simulate::Film& film, const NormalisedFilm& normalised) {
  cv::Mat1b maps = lesion_maps(film, normalised);
  cv::bitwise_or(maps, cv::Scalar(Body), maps, map_anatomy(normalised, AnatomyParams{}).body);
  cv::bitwise_or(maps, cv::Scalar(Foreign), maps, normalised.foreign);
  return maps;
}

const json judged_simulated{"body", "bone", "deposit", "mimic", "foreign", "prominences"};
/// A real film of the list is known to show no deposit but those put in, and no vessel, phlebolith
/// or new bone that caught an eye; its sesamoids, which nobody marked, are too few to teach the
/// opposite.
const json judged_real{"deposit", "mimic"};

/// A prominence in pixels of the film as [name, x, y] in working pixels.
json on_grid(const std::string& name, cv::Point2d at, const NormalisedFilm& normalised) {
  return {name, (at.x + 0.5) / normalised.grid.scale_x - 0.5,
          (at.y + 0.5) / normalised.grid.scale_y - 0.5};
}

json about(const simulate::Film& film, const NormalisedFilm& normalised) {
  json out{{"region", to_string(film.anatomy.region)},
           {"view", to_string(film.anatomy.view)},
           {"side", to_string(film.anatomy.laterality)},
           {"pitch_mm", normalised.grid.pitch_mm},
           {"seed", film.spec.seed},
           {"skeleton", film.anatomy.skeleton},
           {"pattern", to_string(film.spec.inclusions.pattern)},
           {"judged", judged_simulated}};
  json& prominences = out["prominences"] = json::array();
  for (const auto& [name, at] : film.prominences)
    prominences.push_back(on_grid(name, at, normalised));
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

void save(const fs::path& base, const NormalisedFilm& normalised, const cv::Mat1b& maps,
          const json& about) {
  const auto file = [&](const char* ending) { return fs::path(base) += ending; };
  write(png_bytes(stored_tone(normalised)), file(".tone.png"));
  write(png_bytes(maps), file(".maps.png"));
  write(about.dump() + '\n', file(".json")); // last: it stands for a whole film
}

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  return *std::move(result);
}

bool is_made(const fs::path& base) {
  return fs::exists(fs::path(base) += ".json");
}

std::string stem_of(std::uint64_t seed) {
  return fmt::format("{:08}", seed);
}

void save_simulated(const Order& order, const simulate::Film& film) {
  const std::string stem = stem_of(film.spec.seed);
  // Through a file and back: the network sees what calx makes of a stored film, losses and all.
  const fs::path folder = order.out / (stem + ".film");
  fs::create_directories(folder);
  const auto written = simulate::write_film(film, folder, stem, {.masks = false});
  if (!written) throw std::runtime_error(written.error().to_string());
  auto radiograph = load_radiograph(folder / (stem + ".dcm"));
  fs::remove_all(folder);
  const auto normalised = normalise(value_of(std::move(radiograph)), {});
  save(order.out / stem, normalised, simulated_maps(film, normalised), about(film, normalised));
}

/// Films of one body, of as many seeds from `first` on.
void make_simulated(const Order& order, simulate::SolidLibrary& solids, std::uint64_t first,
                    int films) {
  std::vector<simulate::FilmSpec> specs;
  for (int i = 0; i < films; ++i)
    specs.push_back(draw_spec(order, first, first + static_cast<std::uint64_t>(i)));
  if (std::ranges::all_of(
          specs, [&](const auto& spec) { return is_made(order.out / stem_of(spec.seed)); }))
    return;
  for (const auto& film : value_of(simulate::simulate_series(specs, solids)))
    if (!is_made(order.out / stem_of(film.spec.seed))) save_simulated(order, film);
}

/// A real film without a deposit, and what it is known to show.
struct RealFilm {
  fs::path file;
  std::string region, view, side; ///< words of the vocabulary; empty: not known
  /// Marked prominences, in pixels of the film; nothing: it is on the film perhaps, but where is
  /// unclear. A film that has any shows no others; one without was not marked.
  std::vector<std::pair<std::string, std::optional<cv::Point2d>>> prominences;
};

/// As large as films of that part usually are, where the film itself does not say it.
NormaliseParams scale_of(const RealFilm& real) {
  NormaliseParams params;
  params.assumed_long_side_mm =
      usual_long_side_mm(parse<Region>(real.region).value_or(Region::Other));
  return params;
}

json about(const RealFilm& real, const NormalisedFilm& normalised) {
  json out{{"region", real.region}, {"view", real.view},        {"side", real.side},
           {"judged", judged_real}, {"unclear", json::array()}, {"prominences", json::array()}};
  out["file"] = real.file.filename().string();
  out["pitch_mm"] = normalised.grid.pitch_mm; // by the usual length, where the film does not say
  if (!real.prominences.empty()) out["judged"].push_back("prominences");
  for (const auto& [name, at] : real.prominences)
    if (at)
      out["prominences"].push_back(on_grid(name, *at, normalised));
    else
      out["unclear"].push_back(name);
  return out;
}

void make_real(const Order& order, const RealFilm& real, int index) {
  const auto base = [&](int copy) { return order.out / fmt::format("real{:04}_{}", index, copy); };
  const auto film = value_of(load_radiograph(real.file));
  if (!is_made(base(0))) {
    const auto normalised = normalise(film, scale_of(real));
    simulate::Film nothing;
    nothing.lesions = cv::Mat1w(film.pixels.size(), ushort(0));
    save(base(0), normalised, real_maps(nothing, normalised), about(real, normalised));
  }
  for (int copy = 1; copy <= order.insertions; ++copy) {
    if (is_made(base(copy))) continue;
    simulate::InsertSpec spec;
    spec.seed = order.seed + static_cast<std::uint64_t>(index * 100 + copy);
    spec.region = parse<Region>(real.region);
    draw_deposits(spec.inclusions, spec.region.value_or(Region::Other), order, 0,
                  simulate::Random(spec.seed).stream("trainset"));
    const auto inserted = value_of(simulate::insert(film, spec));
    Radiograph changed = film;
    changed.pixels = inserted.pixels;
    const auto normalised = normalise(changed, scale_of(real));
    save(base(copy), normalised, real_maps(inserted.film, normalised), about(real, normalised));
  }
}

/// A word "name=x,y", or "name=?" where its place is unclear.
std::pair<std::string, std::optional<cv::Point2d>> prominence_of(const std::string& word) {
  const std::size_t end = word.find('=');
  const std::string name = word.substr(0, end), place = word.substr(std::min(end, word.size()));
  if (place == "=?") return {name, std::nullopt};
  cv::Point2d at;
  char more = 0;
  if (std::sscanf(place.c_str(), "=%lf,%lf%c", &at.x, &at.y, &more) != 2)
    throw std::runtime_error(fmt::format("'{}' is no prominence NAME=X,Y or NAME=?", word));
  return {name, at};
}

/// Lines of FILE <tab> region <tab> view <tab> side <tab> prominences.
std::vector<RealFilm> read_list(const fs::path& list) {
  std::ifstream in(list);
  if (!in) throw std::runtime_error("cannot read " + list.string());
  std::vector<RealFilm> films;
  for (std::string line; std::getline(in, line);) {
    std::array<std::string, 5> cells;
    std::istringstream row(line);
    for (std::string& cell : cells) std::getline(row, cell, '\t');
    if (!cells[1].empty() && !parse<Region>(cells[1]))
      throw std::runtime_error(
          fmt::format("{}: no part of the body is called '{}'", list.string(), cells[1]));
    films.push_back({cells[0], cells[1], cells[2], cells[3], {}});
    std::istringstream prominences(cells[4]);
    for (std::string word; prominences >> word;)
      films.back().prominences.push_back(prominence_of(word));
  }
  return films;
}

/// Makes `count` films, `jobs` at a time; one that fails is named and left out.
template <class Make>
void make_all(const Order& order, int count, const Make& make) {
  std::mutex printing;
  tbb::task_arena arena(order.jobs > 0 ? order.jobs : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(0, count, [&](int i) {
      try {
        make(i);
      } catch (const std::exception& e) {
        const std::scoped_lock lock(printing);
        std::fprintf(stderr, "film %d: %s\n", i, e.what());
      }
    });
  });
}

void make_set(const Order& order) {
  fs::create_directories(order.out);
  if (!order.films.empty()) {
    const auto films = read_list(order.films);
    make_all(order, static_cast<int>(films.size()),
             [&](int i) { make_real(order, films[static_cast<std::size_t>(i)], i); });
    return;
  }
  simulate::SolidLibrary solids(order.cache);
  const int copies = order.copies, bodies = (order.count + copies - 1) / copies;
  make_all(order, bodies, [&](int i) {
    make_simulated(order, solids, order.seed + static_cast<std::uint64_t>(i * copies),
                   std::min(copies, order.count - i * copies));
  });
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app("Makes training films for the network: tone, maps and truth on the working grid");
  app.option_defaults()->always_capture_default();
  Order order;
  app.add_option("--anatomy", order.meshes, "folder of the meshes");
  app.add_option("--cache", order.cache, "folder that keeps voxelised bones");
  app.add_option("--skeleton", order.skeleton, "bodyparts3d, z-anatomy, opensim, procedural");
  app.add_option("--seed", order.seed, "of the first film; the next film has the next number");
  app.add_option("--count", order.count, "films");
  app.add_option("--normal", order.normal_share, "share of films without a deposit");
  app.add_option("--copies", order.copies,
                 "films of each body and pose, with other deposits, beam and look")
      ->check(CLI::Range(1, 100));
  app.add_option("--besides", order.most_besides,
                 "patterns besides the first on a film with deposits, at most")
      ->check(CLI::Range(0, 20));
  app.add_option("--mimics", order.mimic_rate,
                 "mean number of mimics and foreign bodies of each sort, times its frequency");
  app.add_option("--pitch", order.pitch_mm,
                 "pixel of the detector in mm; 0: of each film's own, near the working grid");
  app.add_option("--films", order.films,
                 "real films without deposits instead: a list of FILE <tab> region, view, side, "
                 "prominences (NAME=X,Y in pixels of the film, or NAME=? where it is unclear)");
  app.add_option("--insertions", order.insertions, "copies of a real film with deposits put in");
  app.add_option("-j,--jobs", order.jobs, "films at a time");
  app.add_option("-o,--out", order.out, "folder of the set")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    make_set(order);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "calx-trainset: %s\n", e.what());
    return 1;
  }
}

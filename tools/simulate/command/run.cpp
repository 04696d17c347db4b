#include "simulate/command/run.hpp"

#include "load/load.hpp"
#include "simulate/command/montage.hpp"
#include "simulate/film/film_files.hpp"
#include "simulate/insertion/insert.hpp"

#include <mutex>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace calx::simulate {

namespace {

constexpr int thumbnail_px = 360;

enum class Outcome { Made, Kept, Failed };

struct FilmResult {
  Outcome outcome = Outcome::Failed;
  std::optional<Error> error;
  cv::Mat3b thumbnail;
};

FilmFileOptions options_of(const Order& order, const FilmPlan& plan) {
  return {.masks = order.masks, .order = order_of_film(order, plan.number)};
}

Result<Film> make_inserted(const Order& order, const FilmPlan& plan) {
  const auto background = load_radiograph(plan.background);
  if (!background) return tl::unexpected(background.error());
  const auto inserted =
      insert(*background, {plan.spec.inclusions, plan.spec.anatomy.region, plan.spec.seed});
  if (!inserted) return tl::unexpected(inserted.error());
  return write_inserted(*inserted, *background, order.out, plan.stem, options_of(order, plan));
}

Result<Film> make_film(const Order& order, const FilmPlan& plan, SolidLibrary& solids) {
  if (!plan.background.empty()) return make_inserted(order, plan);
  auto film = simulate(plan.spec, solids);
  if (!film) return film;
  const auto written = write_film(*film, order.out, plan.stem, options_of(order, plan));
  if (!written) return tl::unexpected(written.error());
  return film;
}

/// A defect that one film meets does not cost the others.
Result<Film> make_film_safely(const Order& order, const FilmPlan& plan, SolidLibrary& solids) {
  try {
    return make_film(order, plan, solids);
  } catch (const std::exception& e) {
    return fail(ErrorCode::Internal, e.what());
  }
}

FilmResult run_film(const Order& order, const FilmPlan& plan, SolidLibrary& solids) {
  if (!order.force && film_is_written(order.out, plan.stem)) return {Outcome::Kept, {}, {}};
  const auto film = make_film_safely(order, plan, solids);
  if (!film) return {Outcome::Failed, film.error(), {}};
  FilmResult result{Outcome::Made, {}, {}};
  if (!order.montage.empty()) result.thumbnail = thumbnail(*film, thumbnail_px, order.outlines);
  return result;
}

RunResult summed_up(const Order& order, const std::vector<FilmPlan>& plans,
                    std::vector<FilmResult>& films) {
  RunResult run;
  std::vector<cv::Mat3b> thumbnails;
  for (std::size_t i = 0; i < films.size(); ++i) {
    run.made += films[i].outcome == Outcome::Made;
    run.kept += films[i].outcome == Outcome::Kept;
    if (films[i].error) run.failed.emplace_back(plans[i].stem, std::move(*films[i].error));
    thumbnails.push_back(films[i].thumbnail);
  }
  if (!order.montage.empty() && run.made > 0) run.montage = contact_sheet(thumbnails, thumbnail_px);
  return run;
}

} // namespace

RunResult run_order(const Order& order, const std::vector<FilmPlan>& plans,
                    const Progress& progress) {
  SolidLibrary solids(order.cache);
  std::vector<FilmResult> films(plans.size());
  std::mutex one_at_a_time;
  std::size_t done = 0;
  tbb::task_arena arena(order.jobs > 0 ? order.jobs : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(
        tbb::blocked_range<std::size_t>(0, plans.size(), 1),
        [&](const tbb::blocked_range<std::size_t>& range) {
          for (std::size_t i = range.begin(); i < range.end(); ++i) {
            films[i] = run_film(order, plans[i], solids);
            const std::lock_guard lock(one_at_a_time);
            progress(++done);
          }
        },
        tbb::simple_partitioner());
  });
  return summed_up(order, plans, films);
}

} // namespace calx::simulate

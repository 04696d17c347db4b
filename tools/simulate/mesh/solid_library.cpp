#include "simulate/mesh/solid.hpp"
#include "simulate/mesh/solid_cache.hpp"

#include <fmt/format.h>
#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <tbb/task_arena.h>

namespace calx::simulate {

namespace {

using Shared = Result<std::shared_ptr<const Solid>>;

Result<Solid> load(const std::filesystem::path& file, const std::string& name,
                   const SolidOptions& options, const std::filesystem::path& cache_folder) {
  std::filesystem::path cached;
  if (!cache_folder.empty()) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    cached = cache_folder / cache_name(bytes, options);
    if (auto solid = read_cached(cached)) {
      solid->name = name;
      return std::move(*solid);
    }
  }
  auto solid =
      read_mesh(file).and_then([&](const Mesh& mesh) { return make_solid(mesh, name, options); });
  if (solid && !cached.empty()) write_cached(cached, *solid);
  return solid;
}

} // namespace

struct SolidLibrary::State {
  std::filesystem::path cache_folder;
  std::mutex mutex;
  std::map<std::string, std::shared_future<Shared>> solids;
  std::map<std::string, std::shared_ptr<const Solid>> made;
};

SolidLibrary::SolidLibrary(std::filesystem::path cache_folder) : state_(std::make_unique<State>()) {
  state_->cache_folder = std::move(cache_folder);
}

SolidLibrary::~SolidLibrary() = default;

Result<std::shared_ptr<const Solid>> SolidLibrary::get(const std::filesystem::path& file,
                                                       std::string name,
                                                       const SolidOptions& options) {
  const std::string key = fmt::format("{}|{}|{}|{}|{}", file.string(), name, options.pitch_mm,
                                      options.smoothing_mm, options.unit_mm);
  std::promise<Shared> promise;
  std::shared_future<Shared> wanted;
  bool ours = false;
  {
    const std::lock_guard lock(state_->mutex);
    const auto [entry, fresh] = state_->solids.try_emplace(key);
    if (fresh) entry->second = promise.get_future().share();
    ours = fresh;
    wanted = entry->second;
  }
  if (ours) {
    try {
      // Isolated: while this thread waits for a part of the work it must not start on another film,
      // which could wait for this very solid.
      tbb::this_task_arena::isolate([&] {
        promise.set_value(load(file, name, options, state_->cache_folder).map([](Solid&& solid) {
          return std::make_shared<const Solid>(std::move(solid));
        }));
      });
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
  }
  return wanted.get();
}

std::shared_ptr<const Solid> SolidLibrary::made(const std::string& key,
                                                const std::function<Solid()>& make) {
  {
    const std::lock_guard lock(state_->mutex);
    if (const auto found = state_->made.find(key); found != state_->made.end())
      return found->second;
  }
  // Two callers may both make a body; both are the same, and the first one is kept.
  auto solid = std::make_shared<const Solid>(make());
  const std::lock_guard lock(state_->mutex);
  return state_->made.try_emplace(key, std::move(solid)).first->second;
}

} // namespace calx::simulate

// A cache file: magic with version, a fixed header, the distances as 16-bit multiples of
// distance_step_mm, a checksum. Byte order of the machine: caches do not travel.
#include "simulate/mesh/solid_cache.hpp"
#include "simulate/mesh/signed_distance.hpp"

#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <thread>
#include <unistd.h>

namespace calx::simulate {

namespace {

/// To be changed with anything that changes the solids that are made.
constexpr std::uint64_t kVersion = 0x63616c78'736f6c02ULL; // "calxsol" 2

struct Header {
  std::uint64_t version = kVersion;
  std::int32_t size[3];
  std::int32_t reserved = 0;
  double pitch_mm, origin_mm[3], outside, centre_mm[3], axis[3], half_length_mm, volume_mm3;
};

std::uint64_t hash_bytes(const char* bytes, std::size_t size, std::uint64_t hash) {
  const auto step = [&](std::uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29;
  };
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes + i, 8);
    step(word);
  }
  std::uint64_t rest = size;
  for (; i < size; ++i) rest = rest << 8 | static_cast<unsigned char>(bytes[i]);
  step(rest);
  return hash;
}

std::uint64_t checksum(const Header& header, const std::vector<std::int16_t>& steps) {
  const std::uint64_t start =
      hash_bytes(reinterpret_cast<const char*>(&header), sizeof header, kVersion);
  return hash_bytes(reinterpret_cast<const char*>(steps.data()), 2 * steps.size(), start);
}

Header header_of(const Solid& solid) {
  Header h{};
  h.version = kVersion;
  const Grid& grid = solid.distance_mm;
  for (int i = 0; i < 3; ++i) {
    h.size[i] = grid.size[i];
    h.origin_mm[i] = grid.origin_mm[i];
    h.centre_mm[i] = solid.centre_mm[i];
    h.axis[i] = solid.axis[i];
  }
  h.pitch_mm = grid.pitch_mm;
  h.outside = double{grid.outside};
  h.half_length_mm = solid.half_length_mm;
  h.volume_mm3 = solid.volume_mm3;
  return h;
}

Solid solid_from(const Header& h, const std::vector<std::int16_t>& steps) {
  Solid solid{{},
              Grid{{h.size[0], h.size[1], h.size[2]},
                   h.pitch_mm,
                   {h.origin_mm[0], h.origin_mm[1], h.origin_mm[2]},
                   static_cast<float>(h.outside),
                   {}},
              {h.centre_mm[0], h.centre_mm[1], h.centre_mm[2]},
              {h.axis[0], h.axis[1], h.axis[2]},
              h.half_length_mm,
              h.volume_mm3};
  solid.distance_mm.values.resize(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i)
    solid.distance_mm.values[i] = static_cast<float>(steps[i]) * distance_step_mm;
  return solid;
}

} // namespace

std::string cache_name(std::string_view mesh_bytes, const SolidOptions& options) {
  const double numbers[] = {options.pitch_mm, options.smoothing_mm, options.unit_mm};
  std::uint64_t hash = hash_bytes(mesh_bytes.data(), mesh_bytes.size(), kVersion);
  hash = hash_bytes(reinterpret_cast<const char*>(numbers), sizeof numbers, hash);
  return fmt::format("{:016x}.solid", hash);
}

std::optional<Solid> read_cached(const std::filesystem::path& file) {
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(file, failure);
  std::ifstream stream(file, std::ios::binary);
  Header header{};
  if (failure || !stream.read(reinterpret_cast<char*>(&header), sizeof header)) return std::nullopt;
  std::uintmax_t nodes = 1;
  for (const std::int32_t count : header.size) {
    if (count < 2 || count > 1 << 14) return std::nullopt;
    nodes *= static_cast<std::uintmax_t>(count);
  }
  if (header.version != kVersion || bytes != sizeof header + 2 * nodes + 8) return std::nullopt;
  std::vector<std::int16_t> steps(nodes);
  std::uint64_t sum = 0;
  stream.read(reinterpret_cast<char*>(steps.data()), static_cast<std::streamsize>(2 * nodes));
  if (!stream.read(reinterpret_cast<char*>(&sum), sizeof sum) || sum != checksum(header, steps))
    return std::nullopt;
  return solid_from(header, steps);
}

void write_cached(const std::filesystem::path& file, const Solid& solid) {
  const Header header = header_of(solid);
  std::vector<std::int16_t> steps;
  steps.reserve(solid.distance_mm.values.size());
  for (const float mm : solid.distance_mm.values)
    steps.push_back(static_cast<std::int16_t>(std::lround(mm / distance_step_mm)));
  const std::uint64_t sum = checksum(header, steps);
  std::filesystem::path temporary = file;
  temporary +=
      fmt::format(".{}.{}", ::getpid(), std::hash<std::thread::id>{}(std::this_thread::get_id()));
  std::error_code failure;
  std::filesystem::create_directories(file.parent_path(), failure);
  bool written = false;
  {
    std::ofstream stream(temporary, std::ios::binary);
    stream.write(reinterpret_cast<const char*>(&header), sizeof header);
    stream.write(reinterpret_cast<const char*>(steps.data()),
                 static_cast<std::streamsize>(2 * steps.size()));
    stream.write(reinterpret_cast<const char*>(&sum), sizeof sum);
    written = stream.flush().good();
  }
  if (written) std::filesystem::rename(temporary, file, failure);
  if (!written || failure) std::filesystem::remove(temporary, failure);
}

} // namespace calx::simulate

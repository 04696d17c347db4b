// Solids as files, so that a mesh is turned into a body once.
#pragma once

#include "simulate/mesh/solid.hpp"

#include <optional>
#include <string_view>

namespace calx::simulate {

/// The name of the cache file for a mesh of these bytes, made with these options.
std::string cache_name(std::string_view mesh_bytes, const SolidOptions& options);

/// The solid in a cache file; nothing if there is none, or it is damaged or of another version.
std::optional<Solid> read_cached(const std::filesystem::path& file);

/// Writes under a temporary name and renames. A cache that cannot be written is no error.
void write_cached(const std::filesystem::path& file, const Solid& solid);

} // namespace calx::simulate

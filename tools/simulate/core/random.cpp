#include "simulate/core/random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace calx::simulate {

namespace {

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

} // namespace

Random Random::stream(std::string_view name) const {
  std::uint64_t hash = 0xcbf29ce484222325ULL; // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return Random(mix(seed_ ^ mix(hash)));
}

Random Random::stream(std::string_view name, std::uint64_t index) const {
  return Random(mix(stream(name).seed_ + 0x9e3779b97f4a7c15ULL * (index + 1)));
}

std::uint64_t Random::bits() {
  return mix(state_ += 0x9e3779b97f4a7c15ULL);
}

double Random::uniform(double low, double high) {
  constexpr double step = 0x1.0p-53;
  return low + (high - low) * (static_cast<double>(bits() >> 11) * step);
}

double Random::log_uniform(double low, double high) {
  return std::exp(uniform(std::log(low), std::log(high)));
}

double Random::normal(double mean, double deviation) {
  const double radius = std::sqrt(-2 * std::log(1 - uniform(0, 1))); // Box and Muller
  return mean + deviation * radius * std::cos(2 * std::numbers::pi * uniform(0, 1));
}

double Random::normal_within(double mean, double deviation, double low, double high) {
  return std::clamp(normal(mean, deviation), low, high);
}

int Random::integer(int low, int high) {
  const auto choices = static_cast<std::uint64_t>(high - low + 1);
  return low + static_cast<int>(bits() % choices);
}

bool Random::chance(double probability) {
  return uniform(0, 1) < probability;
}

} // namespace calx::simulate

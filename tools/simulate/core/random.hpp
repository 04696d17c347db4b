// Random numbers that are the same on every machine and for any number of jobs.
//
// Each part of the simulator draws from a stream of its own, named after what it decides, so that
// one more draw in one part changes nothing in another.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace calx::simulate {

/// A generator (SplitMix64: Steele, Lea, Flood, OOPSLA 2014) with the distributions that we use.
class Random {
public:
  explicit Random(std::uint64_t seed) : seed_(seed), state_(seed) {}
  /// A generator that depends on this one's seed and on `name` alone, not on what was drawn.
  [[nodiscard]] Random stream(std::string_view name) const;
  [[nodiscard]] Random stream(std::string_view name, std::uint64_t index) const;

  std::uint64_t bits();
  double uniform(double low, double high);
  /// Uniform in the logarithm; both limits positive.
  double log_uniform(double low, double high);
  double normal(double mean, double deviation);
  /// A normal deviate kept within `low` and `high`.
  double normal_within(double mean, double deviation, double low, double high);
  int integer(int low, int high); ///< both ends included
  bool chance(double probability);
  template <class T>
  const T& pick(std::span<const T> choices) {
    return choices[static_cast<std::size_t>(integer(0, static_cast<int>(choices.size()) - 1))];
  }

private:
  std::uint64_t seed_, state_;
};

} // namespace calx::simulate

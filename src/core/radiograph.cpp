#include "core/radiograph.hpp"

#include <array>

namespace calx {

std::string_view to_string(SpacingSource source) {
  constexpr std::array<std::string_view, 5> names{"calibrated", "magnification-corrected",
                                                  "detector-plane", "user", "unknown"};
  return names.at(static_cast<std::size_t>(source));
}

std::string_view to_string(Polarity polarity) {
  constexpr std::array<std::string_view, 3> names{"MONOCHROME1", "MONOCHROME2", "RGB"};
  return names.at(static_cast<std::size_t>(polarity));
}

} // namespace calx

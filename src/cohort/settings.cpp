#include "cohort/settings.hpp"

#include "cohort/digest.hpp"
#include "core/version.hpp"

#include <fmt/format.h>

namespace calx::cohort {

std::string parameters_sha256(const Settings& s) {
  std::string text;
  for (const auto& [name, value] : effective_values(s.params))
    text += fmt::format("{}={}\n", name, value);
  const Rules& rules = s.rules ? *s.rules : Rules::standard();
  text += fmt::format("rules={}\n", rules.fingerprint());
  text += fmt::format("max_megapixels={}\nframe={}\ninvert={}\n", s.load.max_megapixels,
                      s.load.frame, s.load.invert);
  if (s.load.user_spacing)
    text += fmt::format("spacing={},{}\n", s.load.user_spacing->y_mm, s.load.user_spacing->x_mm);
  if (s.analyse.region) text += fmt::format("region={}\n", to_string(*s.analyse.region));
  if (s.analyse.view) text += fmt::format("view={}\n", to_string(*s.analyse.view));
  text += fmt::format("overlay={}\nmask={}\n", s.overlay, s.mask);
  return sha256_hex(text);
}

std::string version_text() {
  return fmt::format("{} ({})", kVersion, kRevision);
}

} // namespace calx::cohort

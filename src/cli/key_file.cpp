#include "cli/key_file.hpp"

namespace calx {

Typed<std::shared_ptr<const cohort::Pseudonyms>> read_key_file(const std::string& file,
                                                               Console& console) {
  if (file.empty()) return nullptr;
  auto key = cohort::Pseudonyms::read_key(file);
  if (!key) return tl::unexpected(key.error().to_string());
  if (key->key_is_exposed())
    console.complain("warning: others than its owner may read the key file; chmod 600 it");
  return std::make_shared<const cohort::Pseudonyms>(std::move(*key));
}

} // namespace calx

// Words and numbers as people type them, checked at the edge.
#pragma once

#include "core/radiograph.hpp"
#include "core/vocabulary.hpp"

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace calx {

/// A mistake on the command line, in a sentence for the user.
template <class T>
using Typed = tl::expected<T, std::string>;

/// "0.15" for square pixels or "ROW,COLUMN" as in DICOM PixelSpacing; mm, finite and positive.
Typed<Spacing> parse_spacing(std::string_view text);

/// A word of a vocabulary; the mistake is that of unknown_word.
template <class E>
Typed<E> parse_word(std::string_view option, std::string_view word) {
  if (const auto value = parse<E>(word)) return *value;
  return tl::unexpected(unknown_word(option, word, words<E>()));
}

} // namespace calx

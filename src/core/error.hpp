// What can go wrong at the edges, as values with a documented code.
//
// A library function that reads the outside world returns Result<T>. Exceptions of third-party
// libraries are turned into an Error in the adapter that calls them. A caller's bug throws.
// "No deposit" and "no bone seen" are results, not errors.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace calx {

/// The kinds of failure a user can meet; `error_code_name` gives the spelling in outputs.
enum class ErrorCode {
  FileNotFound,
  IsDirectory,
  EmptyFile,
  Unreadable,
  NotAnImage,
  UnsupportedFormat,
  NotARadiograph,
  NoPixelData,
  CorruptHeader,
  TooLarge,
  TruncatedPixels,
  CorruptPixels,
  BadSpacing,
  FrameOutOfRange,
  UnknownParameter,
  BadParameter,
  BadRules,
  BadModel,
  BadContext,
  BadTruth,
  BadFindings,
  BadRecord,
  BadManifest,
  InUse,
  MixedRecords,
  BadKey,
  OutputExists,
  CannotWrite,
  Internal,
};

/// One documented failure: its code, its spelling in outputs, what it means and what to do.
struct ErrorDescription {
  ErrorCode code;
  std::string_view name; ///< stable, kebab-case, e.g. "truncated-pixels"
  std::string_view meaning;
};

/// Every error code, in the order of `ErrorCode`; the reference page is made from this table.
std::span<const ErrorDescription> error_descriptions();

std::string_view error_code_name(ErrorCode code);

/// A failure with what the user should know: what happened and what to do about it.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;              ///< one sentence, no trailing newline, no patient identity
  std::vector<std::string> context; ///< outermost last, e.g. "reading hand.dcm"

  /// The same error with one more line of context around it.
  Error within(std::string outer) &&;
  /// "code: message (context; context)".
  std::string to_string() const;
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::EmptyFile, "the file has no bytes");`
inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), {}});
}

} // namespace calx

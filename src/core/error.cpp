#include "core/error.hpp"

#include <array>

namespace calx {
namespace {

using enum ErrorCode;

constexpr std::array kDescriptions{
    ErrorDescription{FileNotFound, "file-not-found", "no such file; check the path"},
    ErrorDescription{IsDirectory, "is-directory",
                     "a folder was given where a file is expected; `calx run FOLDER -o OUT` "
                     "analyses folders"},
    ErrorDescription{EmptyFile, "empty-file", "the file has no bytes; copy it again"},
    ErrorDescription{Unreadable, "unreadable",
                     "the file exists but may not be opened or read; check its permissions"},
    ErrorDescription{NotAnImage, "not-an-image",
                     "the bytes are of no image format that calx knows"},
    ErrorDescription{UnsupportedFormat, "unsupported-format",
                     "an image, but stored in a way calx does not read; convert it"},
    ErrorDescription{NotARadiograph, "not-a-radiograph",
                     "a readable image that is no plain radiograph: a result page, a volume, "
                     "ultrasound, a report"},
    ErrorDescription{NoPixelData, "no-pixel-data", "a DICOM file without an image in it"},
    ErrorDescription{CorruptHeader, "corrupt-header",
                     "the header contradicts itself or cannot be parsed; fetch the file again"},
    ErrorDescription{TooLarge, "too-large",
                     "the header claims more pixels than the cap allows or the file holds"},
    ErrorDescription{TruncatedPixels, "truncated-pixels",
                     "the pixel data end before the image does; copy the file again"},
    ErrorDescription{CorruptPixels, "corrupt-pixels",
                     "the pixel data cannot be decoded without damage; fetch the file again"},
    ErrorDescription{BadSpacing, "bad-spacing",
                     "the pixel spacing is zero, negative, not a number, or contradicts itself"},
    ErrorDescription{FrameOutOfRange, "frame-out-of-range",
                     "the file has fewer frames than --frame asks for"},
    ErrorDescription{UnknownParameter, "unknown-parameter",
                     "no parameter of that name; `calx params` lists them"},
    ErrorDescription{BadParameter, "bad-parameter",
                     "the value is not of the parameter's type or outside its range"},
    ErrorDescription{BadRules, "bad-rules",
                     "the rule file is not valid; `calx rules --check FILE` tells where"},
    ErrorDescription{BadModel, "bad-model", "the file is not a network that calx can run"},
    ErrorDescription{BadContext, "bad-context", "the clinical context file is not valid"},
    ErrorDescription{BadTruth, "bad-truth",
                     "a *.truth.json, or a mask it names, is not as its schema says"},
    ErrorDescription{BadFindings, "bad-findings",
                     "a *.findings.json, or a mask beside it, is not as calx writes it"},
    ErrorDescription{BadRecord, "bad-record",
                     "a record of `calx run` is damaged; remove it and run again"},
    ErrorDescription{BadManifest, "bad-manifest",
                     "a manifest is not as `calx plan` writes it; plan again"},
    ErrorDescription{InUse, "in-use", "another run is writing this output folder; wait for it"},
    ErrorDescription{MixedRecords, "mixed-records",
                     "records of several versions or parameters in one table; run the cohort again "
                     "with one, or allow it with --allow-mixed"},
    ErrorDescription{BadKey, "bad-key",
                     "a key file for pseudonyms that is too short or cannot be used; make one with "
                     "`openssl rand -hex 32`"},
    ErrorDescription{OutputExists, "output-exists", "an output would overwrite one of the inputs"},
    ErrorDescription{CannotWrite, "cannot-write",
                     "an output file cannot be written; check the folder and the disk"},
    ErrorDescription{Internal, "internal", "a defect in calx; please report it"},
};

} // namespace

std::span<const ErrorDescription> error_descriptions() {
  return kDescriptions;
}

std::string_view error_code_name(ErrorCode code) {
  return kDescriptions.at(static_cast<std::size_t>(code)).name;
}

Error Error::within(std::string outer) && {
  context.push_back(std::move(outer));
  return std::move(*this);
}

std::string Error::to_string() const {
  std::string text = std::string(error_code_name(code)) + ": " + message;
  for (std::size_t i = 0; i < context.size(); ++i) text += (i == 0 ? " (" : "; ") + context[i];
  return context.empty() ? text : text + ")";
}

} // namespace calx

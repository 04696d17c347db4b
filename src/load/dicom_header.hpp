// What a DICOM header says that matters for a radiograph, in plain values.
#pragma once

#include "core/radiograph.hpp"
#include "load/spacing.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace calx::load {

/// The Image Pixel module (PS3.3 C.7.6.3), checked: what is here is consistent.
struct PixelDescription {
  int rows = 0;
  int columns = 0;
  int samples_per_pixel = 1;
  int bits_allocated = 16; ///< 8 or 16
  int bits_stored = 16;
  int high_bit = 15;
  bool is_signed = false;
  bool planar = false; ///< colour planes one after the other
  int frames = 1;
  std::string photometric; ///< as stored, e.g. "MONOCHROME2", "YBR_FULL_422"

  std::uint64_t frame_bytes() const {
    return std::uint64_t(rows) * std::uint64_t(columns) * std::uint64_t(samples_per_pixel) *
           std::uint64_t(bits_allocated / 8);
  }
  int lowest_stored() const { return is_signed ? -(1 << (bits_stored - 1)) : 0; }
  int highest_stored() const {
    return is_signed ? (1 << (bits_stored - 1)) - 1 : (1 << bits_stored) - 1;
  }
};

/// A Modality or VOI LUT (PS3.3 C.11.1.1): values[i] is the output for the input first + i; inputs
/// below and above take the first and the last.
struct LookupTable {
  int first = 0;
  std::vector<std::uint16_t> values;

  std::uint16_t at(double input) const {
    const double index = input - first;
    if (!(index > 0)) return values.front();
    const auto last = values.size() - 1;
    return index >= static_cast<double>(last) ? values.back()
                                              : values[static_cast<std::size_t>(index + 0.5)];
  }
};

enum class VoiFunction { Linear, LinearExact, Sigmoid };

struct Window {
  double centre = 0;
  double width = 0;
};

/// Stored values that stand for "no image here" (PS3.3 C.7.5.1.1.2), both ends included.
struct PaddingRange {
  int low = 0;
  int high = 0;
};

/// From stored values to grey: Modality LUT or rescale, then VOI LUT or window (C.11.1, C.11.2).
struct GreyTags {
  double slope = 1;
  double intercept = 0;
  std::optional<LookupTable> modality_lut;
  std::optional<LookupTable> voi_lut; ///< the first of the sequence
  std::optional<Window> window;       ///< the first
  VoiFunction function = VoiFunction::Linear;
  std::optional<PaddingRange> padding;
};

/// The Display Shutter module (PS3.3 C.7.6.11); rows and columns count from 1 as in the file.
struct ShutterTags {
  struct Rectangle {
    int left, right, upper, lower;
  };
  struct Circle {
    int row, column, radius;
  };
  struct Vertex {
    int row, column;
  };
  std::optional<Rectangle> rectangle;
  std::optional<Circle> circle;
  std::vector<Vertex> polygon;
};

struct DicomHeader {
  PixelDescription pixel;
  SpacingTags spacing;
  GreyTags grey;
  ShutterTags shutter;
  Acquisition acquisition;
};

} // namespace calx::load

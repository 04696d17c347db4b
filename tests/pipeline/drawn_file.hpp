// Drawn films as DICOM files.
#pragma once

#include "support/dicom_maker.hpp"
#include "support/drawn_film.hpp"

#include <algorithm>
#include <cmath>

namespace calx::test {

constexpr int kMostStored = 4095; ///< 12 bits

/// Dense is bright, stored as MONOCHROME2; with a spacing unless `calibrated` is false.
inline testing::DicomSpec as_dicom(const Radiograph& film, bool calibrated = true) {
  testing::DicomSpec spec;
  spec.rows = film.pixels.rows;
  spec.columns = film.pixels.cols;
  for (const float value : film.pixels)
    spec.values.push_back(std::clamp(static_cast<int>(std::lround(value)), 0, kMostStored));
  if (calibrated && film.spacing)
    spec.text["ImagerPixelSpacing"] =
        std::to_string(film.spacing->y_mm) + "\\" + std::to_string(film.spacing->x_mm);
  return spec;
}

/// The same picture, stored with dense dark.
inline testing::DicomSpec as_negative(testing::DicomSpec spec) {
  spec.photometric = "MONOCHROME1";
  for (int& value : spec.values) value = kMostStored - value;
  return spec;
}

} // namespace calx::test

// What the file's header says of the film, which in clinics is more or less.
#pragma once

#include "simulate/simulate.hpp"

#include <nlohmann/json.hpp>

namespace calx::simulate {

/// How the file tells the size of its pixels.
enum class SpacingTags {
  Magnification, ///< ImagerPixelSpacing, distances and the magnification factor
  Distances,     ///< ImagerPixelSpacing and distances
  ImagerOnly,    ///< ImagerPixelSpacing: true at the detector
  Geometry,      ///< PixelSpacing corrected for magnification as well
  Fiducial,      ///< PixelSpacing calibrated with an object of known size as well
  Absent,        ///< none: of a real film that did not tell
};

struct Header {
  bool cr = false;       ///< a CR object, else DX For Presentation
  bool inserted = false; ///< a real film: its tube is not known and its patient only in part
  SpacingTags spacing = SpacingTags::Magnification;
  bool region_code = true, body_part = true; ///< at least one of them
  bool shows_view = true, shows_side = true;
};

/// Drawn from the film's seed.
Header choose_header(const Film& film);

nlohmann::json to_json(const Header& header);

/// Names of a region in headers.
struct RegionWords {
  std::string_view body_part;     ///< (0018,0015), PS3.16 annex L
  std::string_view code, meaning; ///< SNOMED CT
};
RegionWords words_of(Region region);

/// The patient's age as headers give it: whole years, months below two years; empty for NaN, an age
/// that is not known.
std::string age_string(double age_years);

} // namespace calx::simulate

// One simulated radiograph with exact truth, from a few words and a seed.
#pragma once

#include "simulate/deposits/inclusion.hpp"
#include "simulate/physics/expose.hpp"
#include "simulate/presentation/present.hpp"

namespace calx::simulate {

struct FilmSpec {
  AnatomySpec anatomy;
  InclusionSpec inclusions;
  std::uint64_t seed = 1;
  bool dicom_only = false;
  std::optional<Presentation::Format> format; ///< in place of a drawn one
  std::optional<double> pitch_mm;             ///< in place of a drawn one
};

/// One entry of the truth: an inclusion as the film shows it.
struct TruthLesion {
  int id = 0; ///< its value in Film::lesions
  Kind kind = Kind::Deposit;
  Pattern pattern = Pattern::None;
  cv::Rect box;
  cv::Point2d centroid;
  double area_px = 0;
  double area_mm2 = 0, max_feret_mm = 0, equivalent_diameter_mm = 0; ///< at the anatomy
  double depth_mm = 0; ///< below the skin, in space, where it is nearest to it
  double ha_fraction = 0;
  double contrast = 0;      ///< mean of 1 - signal with / signal without it, noise-free
  double snr = 0;           ///< contrast against quantum noise, integrated over its area
  double clutter_ratio = 0; ///< see visibility.hpp
  double bone_overlap = 0;  ///< part of its area over bone
  bool visible = false;
  std::string description;
};

struct Film {
  FilmSpec spec;
  Anatomy anatomy;
  Geometry geometry;
  Beam beam;
  Detector detector;
  StoredFilm stored;
  double spacing_mm = 0; ///< at the anatomy's own depth
  cv::Mat1w lesions;     ///< ids; path over 0.05 mm; where some overlap, the smallest visible one
  cv::Mat1b bone, body;  ///< 0 or 255, inside the collimated field
  cv::Mat1w bones;       ///< 0, or 1 + index of Anatomy::bones
  std::vector<TruthLesion> truth;
  std::vector<std::pair<std::string, cv::Point2d>>
      prominences; ///< those inside the field, in pixels
};

Result<Film> simulate(const FilmSpec& spec, SolidLibrary& solids);

/// Films of one body in one pose, which is most of the work: anatomy, detector and its pixels are
/// those of the first, which is the film that `simulate` makes of it; each film's inclusions, beam,
/// noise and presentation are its own.
Result<std::vector<Film>> simulate_series(const std::vector<FilmSpec>& specs, SolidLibrary& solids);

} // namespace calx::simulate

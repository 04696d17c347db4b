// From path lengths to what the detector reads: spectrum, scatter, grid, blur and noise.
#pragma once

#include "simulate/physics/project.hpp"

#include <nlohmann/json_fwd.hpp>

namespace calx::simulate {

/// Tube, grid and collimator.
struct Beam {
  double kvp = 55;
  double filtration_mm_al = 2.5;
  double detector_dose_ugy = 5; ///< air kerma behind the body's thick part, which sets the quanta
  bool grid = false;
  double grid_scatter_share = 0.2; ///< Ts/Tp of the grid, if there is one
  std::optional<cv::RotatedRect>
      collimation_mm; ///< in the detector's plane; nothing: whole detector
  double penumbra_mm = 0.8;
};

struct Detector {
  bool powder = false;              ///< storage phosphor (CR) or flat panel (DR)
  double mtf_scale = 1;             ///< 1: the reference panel; smaller is blurrier
  double electronic_noise = 0.0025; ///< of the open field
  double structure_noise = 0;       ///< relative, CR
  double dead_pixel_rate = 1e-6;    ///< after correction
};

/// The technique of a department for this region, with its variety.
Beam choose_beam(Region region, const Random& random);
Detector choose_detector(Region region, const Random& random);
/// SID, pitch, matrix and position so that the field fits (random, within what is usual). The pitch
/// suits the detector that choose_detector gives for the same `random`.
Geometry choose_geometry(const Anatomy& anatomy, const Random& random);

/// The collimated field on the detector (the whole of it at times, straight or a little rotated),
/// never cutting off more of the anatomy's field than technicians do.
std::optional<cv::RotatedRect> choose_collimation(const Anatomy& anatomy, const Geometry& geometry,
                                                  const Random& random);
/// 255 inside the collimated field.
cv::Mat1b field_mask(const Beam& beam, const Geometry& geometry);

/// Noise-free detector signal, 1 in the open field: primary and scatter, blurred, collimated.
cv::Mat1f expose(const Projection& projection, const Beam& beam, const Detector& detector,
                 const Geometry& geometry);

/// Adds quantum, electronic and structure noise and dead pixels. `quanta` gives the detected quanta
/// of one pixel in the open field.
struct Readout {
  cv::Mat1f signal;
  double open_field_quanta = 0;
};
Readout read_out(const cv::Mat1f& exposed, const Projection& projection, const Beam& beam,
                 const Detector& detector, const Geometry& geometry, const Random& random);

nlohmann::json to_json(const Beam& beam);
nlohmann::json to_json(const Detector& detector);
nlohmann::json to_json(const Geometry& geometry);

} // namespace calx::simulate

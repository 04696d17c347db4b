// Techniques: exposure tables of radiography schools and what modern panels allow (IEC 62494-1:
// exposure index = 100 times the kerma at the detector in uGy).
#include "simulate/physics/expose.hpp"

namespace calx::simulate {

namespace {

struct Technique {
  double lowest_kvp, highest_kvp;
  double grid_rate; ///< how often a grid is used
  double lowest_dose_ugy, highest_dose_ugy;
};

Technique technique_of(Region region) {
  switch (region) {
  case Region::Hand:
    return {46, 58, 0, 4, 11};
  case Region::Wrist:
    return {48, 60, 0, 4, 11};
  case Region::Forearm:
    return {50, 62, 0, 3.5, 10};
  case Region::Elbow:
    return {53, 65, 0.02, 3.5, 10};
  case Region::UpperArm:
    return {60, 72, 0.3, 2.5, 7};
  case Region::Shoulder:
    return {64, 78, 0.8, 2, 5};
  case Region::Pelvis:
    return {70, 88, 0.97, 2, 5};
  case Region::Hip:
    return {70, 85, 0.95, 2, 5};
  case Region::Thigh:
    return {65, 80, 0.6, 2, 6};
  case Region::Knee:
    return {60, 72, 0.2, 2.5, 8};
  case Region::Leg:
    return {54, 66, 0.05, 3, 9};
  case Region::Ankle:
    return {52, 62, 0, 3.5, 10};
  case Region::Foot:
    return {48, 60, 0, 3.5, 11};
  case Region::Scrotum:
    return {55, 72, 0.3, 2.5, 7};
  case Region::Other:
    break;
  }
  return {55, 75, 0.3, 2.5, 8};
}

} // namespace

Beam choose_beam(Region region, const Random& random) {
  Random draw = random.stream("beam");
  const Technique technique = technique_of(region);
  Beam beam;
  beam.kvp = draw.uniform(technique.lowest_kvp, technique.highest_kvp);
  beam.filtration_mm_al = draw.normal_within(3.0, 0.5, 2.5, 4.5); // inherent 2.5 and what is added
  beam.detector_dose_ugy = draw.log_uniform(technique.lowest_dose_ugy, technique.highest_dose_ugy);
  beam.grid = draw.chance(technique.grid_rate);
  beam.grid_scatter_share = draw.uniform(0.15, 0.25);
  beam.penumbra_mm = draw.uniform(0.4, 1.8);
  return beam;
}

Detector choose_detector(Region, const Random& random) {
  Random draw = random.stream("detector");
  Detector detector;
  detector.powder = draw.chance(0.35);
  detector.mtf_scale = detector.powder ? draw.normal_within(0.88, 0.05, 0.75, 1)
                                       : draw.normal_within(1, 0.07, 0.85, 1.2);
  detector.electronic_noise = draw.uniform(0.002, 0.003);
  detector.structure_noise = detector.powder ? draw.uniform(0.005, 0.01) : draw.uniform(0, 0.002);
  detector.dead_pixel_rate = detector.powder ? 0 : draw.log_uniform(3e-7, 1e-5);
  return detector;
}

} // namespace calx::simulate

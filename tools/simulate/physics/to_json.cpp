#include "simulate/physics/expose.hpp"

#include <nlohmann/json.hpp>

namespace calx::simulate {

nlohmann::json to_json(const Beam& beam) {
  nlohmann::json json{{"kvp", beam.kvp},
                      {"filtration_mm_al", beam.filtration_mm_al},
                      {"detector_dose_ugy", beam.detector_dose_ugy},
                      {"grid", beam.grid},
                      {"collimation_mm", nullptr},
                      {"penumbra_mm", beam.penumbra_mm}};
  if (beam.grid) json["grid_scatter_share"] = beam.grid_scatter_share;
  if (const auto& field = beam.collimation_mm)
    json["collimation_mm"] = {{"centre", {field->center.x, field->center.y}},
                              {"size", {field->size.width, field->size.height}},
                              {"angle_degrees", field->angle}};
  return json;
}

nlohmann::json to_json(const Detector& detector) {
  return {{"kind", detector.powder ? "storage-phosphor" : "flat-panel"},
          {"mtf_scale", detector.mtf_scale},
          {"electronic_noise", detector.electronic_noise},
          {"structure_noise", detector.structure_noise},
          {"dead_pixel_rate", detector.dead_pixel_rate}};
}

nlohmann::json to_json(const Geometry& geometry) {
  return {
      {"sid_mm", geometry.sid_mm},     {"source_mm", {geometry.source_mm.x, geometry.source_mm.y}},
      {"pitch_mm", geometry.pitch_mm}, {"rows", geometry.rows},
      {"columns", geometry.columns},   {"origin_mm", {geometry.origin_mm.x, geometry.origin_mm.y}}};
}

} // namespace calx::simulate

#include "report/example.hpp"

#include <cmath>

namespace calx::test {
namespace {

constexpr double kSpacingMm = 0.1;

std::vector<cv::Point2d> circle(cv::Point2d centre, double radius) {
  std::vector<cv::Point2d> points;
  for (int i = 0; i < 24; ++i)
    points.emplace_back(centre.x + radius * std::cos(i * CV_PI / 12),
                        centre.y + radius * std::sin(i * CV_PI / 12));
  return points;
}

NearestFinding nearest(const ProminenceFinding& p, cv::Point2d from, bool calibrated) {
  NearestFinding n;
  n.id = p.id;
  n.name = p.name;
  n.xy = p.xy;
  n.distance_px = std::hypot(p.xy.x - from.x, p.xy.y - from.y);
  if (calibrated) n.distance_mm = n.distance_px * kSpacingMm;
  n.direction = "down-left";
  return n;
}

LesionFinding lesion(int id, Kind kind, cv::Point2d centre, int radius, bool calibrated) {
  LesionFinding l;
  l.id = id;
  l.kind = kind;
  l.kind_confidence = 0.8;
  l.score = 0.9 - 0.1 * id;
  l.bbox = {static_cast<int>(centre.x) - radius, static_cast<int>(centre.y) - radius,
            2 * radius + 1, 2 * radius + 1};
  l.centroid = centre;
  l.outlines = {circle(centre, radius)};
  l.features.area_px = CV_PI * radius * radius;
  l.features.max_feret_px = 2.0 * radius;
  l.features.solidity = 0.98;
  if (calibrated) {
    l.features.max_feret_mm = 2.0 * radius * kSpacingMm;
    l.features.area_mm2 = *l.features.area_px * kSpacingMm * kSpacingMm;
    l.features.depth_mm = 3.21;
  }
  l.rules = {{"K1", "solidity", "0.98", ">= 0.9"}};
  return l;
}

} // namespace

Findings example_findings(bool calibrated) {
  Findings f;
  f.path = "films/hand.dcm";
  f.rows = 300;
  f.columns = 400;
  if (calibrated) {
    f.spacing = Spacing{kSpacingMm, kSpacingMm};
    f.spacing_source = SpacingSource::DetectorPlane;
    f.body_area_mm2 = 600;
    f.bone_area_mm2 = 123.4;
  }
  f.body_area_px = 60000;
  f.bone_area_px = 12340;
  f.acquisition.format = "DICOM";
  f.acquisition.sop_instance_uid = "1.2.3.4";
  f.acquisition.region = Region::Hand;
  f.acquisition.region_source = "BodyPartExamined";
  f.acquisition.view = View::Pa;
  f.acquisition.bits_stored = 12;
  f.prominences = {{1, "index_pip_head", 0.93, {100, 200}, std::nullopt, 12.5},
                   {2, "", std::nullopt, {350, 40}, std::nullopt, 7}};
  f.lesions = {lesion(1, Kind::Deposit, {120, 120}, 20, calibrated),
               lesion(2, Kind::Phlebolith, {300, 200}, 10, calibrated),
               lesion(3, Kind::Unknown, {330, 90}, 1, calibrated)};
  f.lesions[0].nearest_prominence = nearest(f.prominences[0], {120, 120}, calibrated);
  f.lesions[2].nearest_prominence = nearest(f.prominences[1], {330, 90}, calibrated);
  f.lesions[1].nearest_bone = nearest({0, "", {}, {280, 220}, {}, 0}, {300, 200}, calibrated);
  f.lesions[1].outlines.push_back(circle({320, 210}, 3));
  const std::vector<Evidence> why{{"R7", "deposit_count", "1", ">= 1"}};
  f.assessment.suggestion = Pattern::Localized;
  f.assessment.confidence = 0.6;
  f.assessment.candidates.resize(2);
  f.assessment.candidates[0].pattern = Pattern::Localized;
  f.assessment.candidates[0].confidence = 0.6;
  f.assessment.candidates[0].rule = "R7";
  f.assessment.candidates[0].evidence = why;
  f.assessment.candidates[1].pattern = Pattern::TumorLike;
  f.assessment.candidates[1].confidence = 0.2;
  f.assessment.candidates[1].rule = "R9";
  f.assessment.evidence = why;
  f.assessment.missing = {"phosphate"};
  f.warnings = {"the left edge is cut"};
  f.parameters = {{"lesions.min_area_mm2", 0.3}, {"lesions.count", 4}};
  f.models = {"subtype_rules 1.0"};
  return f;
}

Radiograph example_film() {
  Radiograph film;
  film.pixels.create(300, 400);
  film.pixels.setTo(100);
  film.display = {0, 200};
  return film;
}

} // namespace calx::test

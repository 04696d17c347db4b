#include "anatomy/anatomy.hpp"

#include "anatomy/masks.hpp"
#include "anatomy/place_names.hpp"
#include "anatomy/prominences.hpp"
#include "core/statistics.hpp"

#include <opencv2/imgproc.hpp>

namespace calx {

void AnatomyParams::describe(ParameterList& list) {
  list.stage("anatomy");
  list.add("anatomy_pitch_mm", anatomy_pitch_mm, "mm", 0.2, 2,
           "pixel size on which body and bone are outlined");
  list.add("min_body_area_mm2", min_body_area_mm2, "mm^2", 1, 1e5,
           "smaller pieces of tissue are stray");
  list.add(
      "neighbourhood_mm", neighbourhood_mm, "mm", 3, 60,
      "half side of the neighbourhood in which the brightness of bone and soft tissue is compared; "
      "wider than a metacarpal and its gap, narrower than a change of soft-tissue thickness");
  list.add("bone_share", bone_share, "1", 0.1, 0.9,
           "where between local soft tissue (0) and bone (1) the bone edge is set");
  list.add("min_bone_contrast", min_bone_contrast, "1", 0.01, 0.9,
           "least difference of density between bone and soft tissue around it");
  list.add("bone_edge_mm", bone_edge_mm, "mm", 0.2, 20,
           "a bone's edge climbs from soft tissue to bone within this distance; a muscle's takes "
           "longer");
  list.add("min_sharp_share", min_sharp_share, "1", 0, 1,
           "share of a bone's outline that must be that sharp");
  list.add("min_bone_area_mm2", min_bone_area_mm2, "mm^2", 1, 1e4,
           "smaller bright pieces are left to the search for deposits");
  list.add("outline_smoothing_mm", outline_smoothing_mm, "mm", 0.2, 10,
           "smoothing of bone outlines before prominences are measured");
  list.add("prominence_reach_mm", prominence_reach_mm, "mm", 2, 60,
           "half length of the chord over which a prominence is measured");
  list.add("min_prominence_mm", min_prominence_mm, "mm", 0.1, 30,
           "least height of a prominence over its chord");
  list.add("max_prominences", max_prominences, "1", 0, 1000,
           "most prominences of a film, highest first");
  list.add("joint_gap_mm", joint_gap_mm, "mm", 0.5, 20,
           "widest gap between two bones that is taken for a joint space");
}

namespace {

struct Masks {
  cv::Mat1b body, bone;
};

/// `masks` on a grid of another size.
Masks on_grid(const Masks& masks, cv::Size size) {
  return {resized(masks.body, size), resized(masks.bone, size)};
}

/// Everything that follows from the masks, on the anatomy grid (`coarse`) and on the working grid.
AnatomyMap mapped(const NormalisedFilm& film, const AnatomyFilm& small, const Masks& coarse,
                  const Masks& fine, const AnatomyParams& params, const Trace& trace) {
  const cv::Mat1b joint = find_joints(coarse.bone, small.pitch_mm, params);
  AnatomyMap map;
  map.body = fine.body & film.field;
  map.bone = fine.bone & map.body;
  map.soft_tone = percentile(small.density, coarse.body & ~coarse.bone, 0.5, film.air_below);
  map.bone_tone = percentile(small.density, coarse.bone, 0.75, film.bone_above);
  const double factor = small.pitch_mm / film.grid.pitch_mm;
  const auto to_working = [&](cv::Point2d p) {
    return cv::Point2d((p.x + 0.5) * factor - 0.5, (p.y + 0.5) * factor - 0.5);
  };
  std::vector<cv::Point> joint_points;
  cv::findNonZero(joint, joint_points);
  for (const cv::Point& p : joint_points) map.joint_points.push_back(to_working(p));
  map.prominences = find_prominences(coarse.bone, small.field, small.pitch_mm, params);
  for (Prominence& p : map.prominences) p.point = to_working(p.point);
  if (trace) {
    trace("3-anatomy/body", map.body);
    trace("3-anatomy/bone", map.bone);
    trace("3-anatomy/joint", joint);
  }
  return map;
}

} // namespace

AnatomyMap map_anatomy(const NormalisedFilm& film, const AnatomyParams& params,
                       const Trace& trace) {
  const AnatomyFilm small = shrink(film, params);
  Masks coarse{find_body(small, params), {}};
  coarse.bone = find_bone(small, coarse.body, params);
  return mapped(film, small, coarse, on_grid(coarse, film.density.size()), params, trace);
}

AnatomyMap map_anatomy(const NormalisedFilm& film, const TissueMaps& seen, Shown shown,
                       const AnatomyParams& params, const Trace& trace) {
  const AnatomyFilm small = shrink(film, params);
  const double mm2 = film.grid.pitch_mm * film.grid.pitch_mm;
  Masks fine{seen.body >= 0.5, {}};
  drop_small(fine.body, params.min_body_area_mm2 / mm2);
  fine.bone = (seen.bone >= 0.5) & fine.body;
  drop_small(fine.bone, params.min_bone_area_mm2 / mm2);
  const Masks coarse = on_grid(fine, small.density.size());
  AnatomyMap map = mapped(film, small, coarse, fine, params, trace);
  name_prominences(map, shown);
  place_names(seen.prominences, shown, film.grid.pitch_mm, map);
  return map;
}

} // namespace calx

#include "anatomy/anatomy.hpp"

#include "anatomy/masks.hpp"
#include "anatomy/prominences.hpp"

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
  list.add("joint_gap_mm", joint_gap_mm, "mm", 0.5, 20,
           "widest gap between two bones that is taken for a joint space");
}

AnatomyMap map_anatomy(const NormalisedFilm& film, const AnatomyParams& params,
                       const Trace& trace) {
  AnatomyMap map;
  map.body = find_body(film, params);
  map.bone = find_bone(film, map.body, params);
  map.joint = find_joints(map.bone, film.grid.pitch_mm, params);
  map.prominences = find_prominences(map.bone, film.field, film.grid.pitch_mm, params);
  if (trace) {
    trace("3-anatomy/body", map.body);
    trace("3-anatomy/bone", map.bone);
    trace("3-anatomy/joint", map.joint);
  }
  return map;
}

} // namespace calx

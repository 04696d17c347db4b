#include "simulate/truth.hpp"

#include "simulate/visibility.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

constexpr float shortest_path_mm = 0.05F;    ///< of a deposit that counts as its shadow
constexpr float shortest_bone_mm = 0.2F;     ///< thinner is the outermost rim, which no film shows
constexpr double joined_within_mm = 1.0;     ///< gap that a reader outlines across
constexpr double smallest_shadow_mm2 = 0.05; ///< below, not even dust
constexpr double rose_criterion = 5;         ///< SNR that a reader needs (Rose, JOSA 1948)
constexpr double least_contrast = 0.02, least_clutter_ratio = 2.5;

/// What one inclusion adds to the kind that it belongs to.
struct Shadow {
  cv::Mat1f path_mm; ///< whole film
  cv::Rect box;      ///< of the part that is not nil
  std::vector<const InclusionPatch*> patches;
};

std::map<Kind, Shadow> shadows_by_kind(const std::vector<InclusionPatch>& patches, cv::Size size) {
  std::map<Kind, Shadow> shadows;
  for (const InclusionPatch& patch : patches) {
    if (patch.box.empty() || patch.inclusion->kind == Kind::Unknown) continue;
    Shadow& shadow = shadows[patch.inclusion->kind];
    if (shadow.path_mm.empty()) shadow.path_mm = cv::Mat1f(size, 0.F);
    cv::Mat part = shadow.path_mm(patch.box);
    part += patch.path_mm;
    shadow.box |= patch.box;
    shadow.patches.push_back(&patch);
  }
  return shadows;
}

double max_feret_px(const cv::Mat1b& mask) {
  std::vector<cv::Point> points, hull;
  cv::findNonZero(mask, points);
  cv::convexHull(points, hull);
  double longest = 0;
  for (std::size_t i = 0; i < hull.size(); ++i)
    for (std::size_t j = i; j < hull.size(); ++j)
      longest = std::max(longest, cv::norm(hull[i] - hull[j]));
  return longest + 1; // from outer edge to outer edge of the pixels
}

/// Depth of the inclusion's nearest voxel below the skin.
double depth_mm(const Anatomy& anatomy, const Inclusion& inclusion) {
  const Grid& grid = inclusion.density_g_cm3;
  const float least = 0.02F * *std::max_element(grid.values.begin(), grid.values.end());
  const int step = std::max(1, static_cast<int>(0.8 / grid.pitch_mm));
  double depth = 1e9;
  for (int z = 0; z < grid.size[2]; z += step)
    for (int y = 0; y < grid.size[1]; y += step)
      for (int x = 0; x < grid.size[0]; x += step)
        if (grid.at(x, y, z) > least)
          depth = std::min(depth, -anatomy.skin_distance_mm(grid.node_mm(x, y, z)));
  return depth;
}

struct Measured {
  TruthLesion lesion;
  cv::Mat1b mask; ///< in lesion.box
};

void measure_signal(Measured& one, const SignalPair& signal, const cv::Mat1b& bone) {
  TruthLesion& lesion = one.lesion;
  double contrast = 0, power = 0, over_bone = 0;
  for (int y = 0; y < one.mask.rows; ++y)
    for (int x = 0; x < one.mask.cols; ++x) {
      if (!one.mask(y, x)) continue;
      const cv::Point at(lesion.box.x + x, lesion.box.y + y);
      const double without = std::max(signal.without(at), 1e-5F);
      const double loss = 1 - signal.with(at) / without;
      contrast += loss;
      power += loss * loss * without * signal.open_field_quanta;
      over_bone += bone(at) != 0;
    }
  lesion.contrast = contrast / lesion.area_px;
  lesion.snr = std::sqrt(power);
  lesion.bone_overlap = over_bone / lesion.area_px;
  const double spacing_mm = std::sqrt(lesion.area_mm2 / lesion.area_px);
  lesion.clutter_ratio = clutter_ratio(signal, lesion.box, one.mask, spacing_mm);
  lesion.visible = lesion.snr >= rose_criterion && lesion.contrast >= least_contrast &&
                   lesion.clutter_ratio >= least_clutter_ratio;
}

/// What its members give the lesion: pattern, density, depth, description.
void describe(Measured& one, const Shadow& shadow, const Anatomy& anatomy) {
  TruthLesion& lesion = one.lesion;
  lesion.depth_mm = 1e9;
  for (const InclusionPatch* patch : shadow.patches) {
    const cv::Rect common = patch->box & lesion.box;
    if (common.empty()) continue;
    const cv::Mat1b met = (patch->path_mm(common - patch->box.tl()) > shortest_path_mm) &
                          one.mask(common - lesion.box.tl());
    if (cv::countNonZero(met) == 0) continue;
    const Inclusion& inclusion = *patch->inclusion;
    lesion.pattern = inclusion.pattern;
    lesion.ha_fraction = std::max(lesion.ha_fraction, inclusion.ha_fraction);
    lesion.depth_mm = std::min(lesion.depth_mm, depth_mm(anatomy, inclusion));
    if (lesion.description.find(inclusion.description) == std::string::npos)
      lesion.description += (lesion.description.empty() ? "" : "; ") + inclusion.description;
  }
}

std::vector<Measured> lesions_of(Kind kind, const Shadow& shadow, const Film& film,
                                 const cv::Mat1b& field) {
  const int reach = std::max(1, static_cast<int>(joined_within_mm / 2 / film.spacing_mm + 0.5));
  const cv::Rect around(shadow.box.tl() - cv::Point(reach, reach),
                        shadow.box.br() + cv::Point(reach, reach));
  const cv::Rect looked_at = around & cv::Rect({}, field.size());
  const cv::Mat1b shown = (shadow.path_mm(looked_at) > shortest_path_mm) & field(looked_at);
  cv::Mat1b joined;
  cv::dilate(shown, joined,
             cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * reach + 1, 2 * reach + 1}));
  cv::Mat1i labels, stats;
  cv::Mat1d centres;
  const int count = cv::connectedComponentsWithStats(joined, labels, stats, centres);
  std::vector<Measured> found;
  for (int label = 1; label < count; ++label) {
    const cv::Rect grown(stats(label, cv::CC_STAT_LEFT), stats(label, cv::CC_STAT_TOP),
                         stats(label, cv::CC_STAT_WIDTH), stats(label, cv::CC_STAT_HEIGHT));
    const cv::Mat1b mask = (labels(grown) == label) & shown(grown);
    const cv::Rect inner = cv::boundingRect(mask);
    const cv::Moments moments = cv::moments(mask, true);
    const double mm2 = film.spacing_mm * film.spacing_mm;
    if (moments.m00 * mm2 < smallest_shadow_mm2) continue;
    Measured one;
    one.mask = mask(inner).clone();
    TruthLesion& lesion = one.lesion;
    lesion.kind = kind;
    const cv::Point corner = looked_at.tl() + grown.tl();
    lesion.box = inner + corner;
    lesion.centroid = cv::Point2d(moments.m10, moments.m01) / moments.m00 + cv::Point2d(corner);
    lesion.area_px = moments.m00;
    lesion.area_mm2 = moments.m00 * mm2;
    lesion.equivalent_diameter_mm = std::sqrt(4 * lesion.area_mm2 / CV_PI);
    lesion.max_feret_mm = max_feret_px(one.mask) * film.spacing_mm;
    found.push_back(std::move(one));
  }
  return found;
}

void outline_anatomy(Film& film, const Projection& projection, const cv::Mat1b& field) {
  const cv::Size size = field.size();
  film.body = (projection.body_mm > shortest_bone_mm) & field;
  film.bones = cv::Mat1w(size, std::uint16_t{0});
  cv::Mat1f longest(size, shortest_bone_mm);
  for (std::size_t i = 0; i < projection.bones.size(); ++i) {
    const PathPatch& patch = projection.bones[i];
    if (patch.box.empty()) continue;
    cv::Mat1f record = longest(patch.box);
    const cv::Mat1b wins = (patch.path_mm > record) & field(patch.box);
    film.bones(patch.box).setTo(static_cast<double>(i + 1), wins);
    patch.path_mm.copyTo(record, wins);
  }
  film.bone = film.bones > 0;
  for (const Landmark& landmark : film.anatomy.prominences) {
    const cv::Point2d at = film.geometry.project(landmark.at_mm);
    const cv::Point pixel(cvRound(at.x), cvRound(at.y));
    if (cv::Rect({}, size).contains(pixel) && field(pixel))
      film.prominences.emplace_back(landmark.name, at);
  }
}

/// Draws the largest first: what is small lies on it, as a stone on the shadow of a cast. What
/// cannot be seen takes nothing from what can.
void outline_lesions(Film& film, const std::vector<Measured>& found) {
  film.lesions = cv::Mat1w(film.body.size(), std::uint16_t{0});
  std::vector<const Measured*> order;
  for (const Measured& one : found) order.push_back(&one);
  std::ranges::stable_sort(order, {}, [](const Measured* one) {
    return std::pair(one->lesion.visible, -one->lesion.area_px);
  });
  for (const Measured* one : order) film.lesions(one->lesion.box).setTo(one->lesion.id, one->mask);
}

} // namespace

void measure_truth(Film& film, const std::vector<InclusionPatch>& patches,
                   const Projection& projection, const Signals& signals, const cv::Mat1b& field) {
  outline_anatomy(film, projection, field);
  std::vector<Measured> found;
  for (const auto& [kind, shadow] : shadows_by_kind(patches, field.size())) {
    std::vector<Measured> of_kind = lesions_of(kind, shadow, film, field);
    if (of_kind.empty()) continue;
    const SignalPair signal{signals.with, signals.without(kind), signals.open_field_quanta};
    for (Measured& one : of_kind) {
      measure_signal(one, signal, film.bone);
      describe(one, shadow, film.anatomy);
      one.lesion.id = static_cast<int>(found.size()) + 1;
      found.push_back(std::move(one));
    }
  }
  outline_lesions(film, found);
  for (Measured& one : found) film.truth.push_back(std::move(one.lesion));
}

} // namespace calx::simulate

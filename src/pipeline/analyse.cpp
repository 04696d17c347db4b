#include "pipeline/analyse.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

/// Turns what the stages say on the working grid into source pixels, and into mm where mm are
/// known.
class ToSource {
public:
  explicit ToSource(const NormalisedFilm& film) : grid_(film.grid) {}

  cv::Point2d point(cv::Point2d working) const { return grid_.to_source(working); }
  double pixels(double working_mm) const {
    return working_mm / grid_.pitch_mm * std::sqrt(grid_.scale_x * grid_.scale_y);
  }
  double area_px(double working_pixels) const {
    return working_pixels * grid_.scale_x * grid_.scale_y;
  }
  std::optional<double> mm(double working_mm) const {
    return grid_.calibrated ? std::optional(working_mm) : std::nullopt;
  }
  std::optional<double> area_mm2(double working_pixels) const {
    return mm(working_pixels * grid_.pitch_mm * grid_.pitch_mm);
  }

  /// The smallest box of whole source pixels around a box of working pixels.
  cv::Rect box(const cv::Rect& working, cv::Size source) const {
    const cv::Point from(static_cast<int>(std::floor(working.x * grid_.scale_x)),
                         static_cast<int>(std::floor(working.y * grid_.scale_y)));
    const cv::Point to(static_cast<int>(std::ceil(working.br().x * grid_.scale_x)),
                       static_cast<int>(std::ceil(working.br().y * grid_.scale_y)));
    return cv::Rect(from, to) & cv::Rect({}, source);
  }

  /// Closed outlines along the mask's edge, largest first.
  std::vector<std::vector<cv::Point2d>> outlines(const Deposit& deposit) const {
    // On a grid twice as fine the outline of pixel centres runs a quarter pixel inside the edge.
    cv::Mat1b fine;
    cv::resize(deposit.mask, fine, {}, 2, 2, cv::INTER_NEAREST);
    std::vector<std::vector<cv::Point>> contours;
    cv::findContours(fine, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
    std::ranges::stable_sort(contours, std::greater{}, [](const auto& c) { return c.size(); });
    std::vector<std::vector<cv::Point2d>> out;
    for (const auto& contour : contours) {
      auto& outline = out.emplace_back();
      for (const cv::Point& p : contour)
        outline.push_back(
            point(cv::Point2d(deposit.box.tl()) + cv::Point2d((p.x - 0.5) / 2, (p.y - 0.5) / 2)));
    }
    return out;
  }

private:
  Grid grid_;
};

/// Eight ways in the image, from the near thing to the lesion.
std::string direction(cv::Point2d from, cv::Point2d to) {
  constexpr std::array<const char*, 8> names{"right", "down-right", "down", "down-left",
                                             "left",  "up-left",    "up",   "up-right"};
  const double turn = std::atan2(to.y - from.y, to.x - from.x) / (2 * CV_PI) * 8;
  return names.at(static_cast<std::size_t>((std::lround(turn) + 8) % 8));
}

NearestFinding nearest_finding(const Nearest& near, const Deposit& deposit,
                               const AnatomyMap& anatomy, const ToSource& source) {
  NearestFinding out;
  if (near.index >= 0) {
    out.id = near.index + 1;
    out.name = anatomy.prominences[static_cast<std::size_t>(near.index)].name;
  }
  out.xy = source.point(near.point);
  out.distance_px = source.pixels(near.distance_mm);
  out.distance_mm = source.mm(near.distance_mm);
  out.direction = direction(near.point, deposit.centroid);
  return out;
}

/// Absent, rather than wrong: nothing in mm without a calibration.
Features reportable(Features features, bool calibrated) {
  if (calibrated) return features;
  for (const auto& description : feature_descriptions())
    if (description.unit.find("mm") != std::string_view::npos)
      features.*(description.value) = std::nullopt;
  return features;
}

LesionFinding lesion_finding(const Deposit& deposit, int id, const AnatomyMap& anatomy,
                             const ToSource& source, cv::Size size, bool calibrated) {
  LesionFinding out;
  out.id = id;
  out.score = deposit.score;
  out.bbox = source.box(deposit.box, size);
  out.centroid = source.point(deposit.centroid);
  out.outlines = source.outlines(deposit);
  out.features = reportable(deposit.features, calibrated);
  if (deposit.prominence)
    out.nearest_prominence = nearest_finding(*deposit.prominence, deposit, anatomy, source);
  if (deposit.bone) out.nearest_bone = nearest_finding(*deposit.bone, deposit, anatomy, source);
  if (deposit.joint) out.nearest_joint = nearest_finding(*deposit.joint, deposit, anatomy, source);
  return out;
}

cv::Mat1w draw_labels(const std::vector<Deposit>& deposits, const ToSource& source, cv::Size size) {
  cv::Mat1w labels(size, static_cast<ushort>(0));
  for (std::size_t i = deposits.size(); i-- > 0;) { // the best last: it wins where two touch
    const cv::Rect box = source.box(deposits[i].box, size);
    cv::Mat1b mask;
    cv::resize(deposits[i].mask, mask, box.size(), 0, 0, cv::INTER_LINEAR);
    labels(box).setTo(static_cast<double>(i + 1), mask >= 128);
  }
  return labels;
}

/// A mask of the whole working grid on the source image's.
cv::Mat1b to_source_grid(const cv::Mat1b& mask, cv::Size size) {
  cv::Mat1b resized;
  cv::resize(mask, resized, size, 0, 0, cv::INTER_LINEAR);
  return resized >= 128;
}

ImageFacts image_facts(const Radiograph& film, const NormalisedFilm& normalised,
                       const AnatomyMap& anatomy, const std::vector<Deposit>& deposits,
                       const AnalyseOptions& options, const Acquisition& acquisition) {
  ImageFacts facts;
  facts.calibrated = normalised.grid.calibrated;
  facts.region = acquisition.region;
  facts.region_known = !acquisition.region_source.empty();
  facts.view = acquisition.view;
  facts.context = options.context;
  if (!facts.context.age_years) facts.context.age_years = film.acquisition.age_years;
  if (facts.context.sex == Sex::Unknown) facts.context.sex = film.acquisition.sex;
  for (const Deposit& d : deposits) {
    RegionFacts region;
    region.features = reportable(d.features, facts.calibrated);
    if (d.prominence)
      region.nearest_prominence =
          anatomy.prominences[static_cast<std::size_t>(d.prominence->index)].name;
    region.touches_field_edge = d.touches_field_edge;
    region.touches_foreign = d.touches_foreign;
    facts.regions.push_back(std::move(region));
  }
  return facts;
}

/// The file's acquisition with what the caller knows better.
Acquisition with_overrides(Acquisition acquisition, const AnalyseOptions& options) {
  if (options.region) {
    acquisition.region = *options.region;
    acquisition.region_source = "user";
  }
  if (options.view) acquisition.view = *options.view;
  return acquisition;
}

/// Where neither the user nor the file has a word, the network's, if it is sure enough.
void add_seen_words(const TissueMaps& seen, const NetworkParams& params, Acquisition& acquisition) {
  if (acquisition.region_source.empty() && seen.region.confidence >= params.min_word_confidence) {
    acquisition.region = seen.region.word;
    acquisition.region_source = "network";
  }
  if (acquisition.view == View::Unknown && seen.view.confidence >= params.min_word_confidence)
    acquisition.view = seen.view.word;
}

/// Of the user, of the file, or the network's, if it is sure enough.
std::optional<Region> region_shown(const Radiograph& film, const Params& params,
                                   const Acquisition& acquisition) {
  if (!acquisition.region_source.empty()) return acquisition.region;
  if (!params.network.use) return std::nullopt;
  const Guess<Region> seen = Network::standard()->glance(normalise(film, params.normalise));
  if (seen.confidence < params.network.min_word_confidence) return std::nullopt;
  return seen.word;
}

/// Where the film does not say how large it is, it is taken to be as large as others of that part
/// of the body: the networks know deposits of a few millimetres on bones of their true size.
NormalisedFilm normalise_to_scale(const Radiograph& film, const Params& params,
                                  const Acquisition& acquisition, const Trace& trace) {
  NormaliseParams scaled = params.normalise;
  if (!film.spacing && scaled.assumed_long_side_mm == 0)
    if (const auto region = region_shown(film, params, acquisition))
      scaled.assumed_long_side_mm = usual_long_side_mm(*region);
  return normalise(film, scaled, trace);
}

/// What the networks have learned are limbs, shoulders and hips: on other parts they err most, as
/// on a chest and on bowel (docs/real_films_seen.md).
void warn_of_unfamiliar(const Acquisition& acquisition, std::vector<std::string>& warnings) {
  if (acquisition.region_source.empty())
    warnings.push_back("region-unfamiliar: which part of the body this is could not be told: give "
                       "--region; if it is no limb, shoulder or hip, do not rely on what is found");
  else if (acquisition.region == Region::Other)
    warnings.push_back("region-unfamiliar: the networks have learned limbs, shoulders and hips; do "
                       "not rely on what is found on other parts of the body");
}

/// Stages 3 and 4 in one of the two ways: with what a network saw, or by thresholds.
struct Mapped {
  AnatomyMap anatomy;
  std::vector<Deposit> deposits;
};

Mapped map_by_network(const NormalisedFilm& film, const Params& params, const Trace& trace,
                      Acquisition& acquisition) {
  const TissueMaps seen = Network::standard()->see(film, params.network, trace);
  add_seen_words(seen, params.network, acquisition);
  Mapped out;
  out.anatomy =
      map_anatomy(film, seen, {acquisition.region, acquisition.view}, params.anatomy, trace);
  out.deposits = find_deposits(film, seen, out.anatomy, params.lesions, trace);
  return out;
}

Mapped map_by_thresholds(const NormalisedFilm& film, const Params& params, const Trace& trace,
                         const Acquisition& acquisition) {
  Mapped out;
  out.anatomy = map_anatomy(film, params.anatomy, trace);
  name_prominences(out.anatomy, {acquisition.region, acquisition.view});
  out.deposits = find_deposits(film, out.anatomy, params.lesions, trace);
  return out;
}

void describe_anatomy(const AnatomyMap& anatomy, const ToSource& source, Findings& out) {
  const double body = cv::countNonZero(anatomy.body);
  const double bone = cv::countNonZero(anatomy.bone);
  out.body_area_px = source.area_px(body);
  out.bone_area_px = source.area_px(bone);
  out.body_area_mm2 = source.area_mm2(body);
  out.bone_area_mm2 = source.area_mm2(bone);
  for (const Prominence& p : anatomy.prominences) {
    const int id = static_cast<int>(out.prominences.size()) + 1;
    out.prominences.push_back({id, p.name, p.name_confidence, source.point(p.point),
                               source.mm(p.height_mm), source.pixels(p.height_mm)});
  }
}

} // namespace

Findings analyse(const Radiograph& film, const Params& params, const AnalyseOptions& options) {
  const Rules& rules = options.rules ? *options.rules : Rules::standard();
  if (options.trace) options.trace("1-load/film", film.pixels);
  Acquisition acquisition = with_overrides(film.acquisition, options);
  const NormalisedFilm normalised = normalise_to_scale(film, params, acquisition, options.trace);
  const auto [anatomy, deposits] =
      params.network.use ? map_by_network(normalised, params, options.trace, acquisition)
                         : map_by_thresholds(normalised, params, options.trace, acquisition);

  const ToSource source(normalised);
  const cv::Size size = film.pixels.size();
  Findings out;
  out.rows = size.height;
  out.columns = size.width;
  out.spacing = film.spacing;
  out.spacing_source = film.spacing_source;
  out.acquisition = acquisition;
  if (!normalised.grid.calibrated)
    out.assumed_spacing_mm = normalised.grid.pitch_mm / normalised.grid.scale_x;
  describe_anatomy(anatomy, source, out);
  for (const Deposit& d : deposits)
    out.lesions.push_back(lesion_finding(d, static_cast<int>(out.lesions.size()) + 1, anatomy,
                                         source, size, normalised.grid.calibrated));
  if (options.want_anatomy_masks) {
    out.body_mask = to_source_grid(anatomy.body, size);
    out.bone_mask = to_source_grid(anatomy.bone, size);
  }
  if (options.want_label_map) out.label_map = draw_labels(deposits, source, size);

  const SubtypeResult named =
      rules.apply(image_facts(film, normalised, anatomy, deposits, options, out.acquisition));
  for (std::size_t i = 0; i < out.lesions.size(); ++i) {
    out.lesions[i].kind = named.kinds[i].kind;
    out.lesions[i].kind_confidence = named.kinds[i].confidence;
    out.lesions[i].rules = named.kinds[i].evidence;
  }
  out.assessment = named.assessment;
  out.warnings = film.acquisition.warnings;
  out.warnings.insert(out.warnings.end(), normalised.warnings.begin(), normalised.warnings.end());
  if (params.network.use) warn_of_unfamiliar(out.acquisition, out.warnings);
  out.parameters = effective_values(params);
  out.models = {fmt::format("subtype_rules {} sha256:{}", rules.version(), rules.fingerprint())};
  if (params.network.use)
    std::ranges::copy(Network::standard()->descriptions(), std::back_inserter(out.models));
  return out;
}

} // namespace calx

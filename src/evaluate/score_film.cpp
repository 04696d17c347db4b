#include "evaluate/film.hpp"
#include "evaluate/film_score.hpp"
#include "evaluate/match.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace calx::evaluation {
namespace {

bool accept_all(Kind) {
  return true;
}

double tolerance_px(const std::optional<Spacing>& spacing) {
  if (!spacing) return kMinTolerancePx;
  return std::max(kMinTolerancePx, kToleranceMm / std::sqrt(spacing->x_mm * spacing->y_mm));
}

/// Both sides of a film as the matching sees them.
struct Sides {
  cv::Size size;
  std::vector<Target> targets; ///< in the order of Truth::lesions
  std::vector<Mark> marks;     ///< in the order of FilmResult::lesions
};

Sides sides_of(const Truth& truth, const FilmResult& result) {
  Sides sides{truth.size, {}, {}};
  const double tolerance = tolerance_px(truth.spacing ? truth.spacing : result.spacing);
  std::vector<int> ids;
  for (const TrueLesion& lesion : truth.lesions) ids.push_back(lesion.id);
  std::vector<Patch> patches(ids.size());
  if (!truth.lesion_map.empty()) patches = patches_of_labels(truth.lesion_map, ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool box_only = truth.lesion_map.empty();
    const cv::Rect& box = truth.lesions[i].bbox;
    Patch plus = box_only ? solid(box, truth.size) : grown(patches[i], tolerance, truth.size);
    sides.targets.push_back({std::move(patches[i]), std::move(plus), box, box_only});
  }

  ids.clear();
  for (const FoundLesion& lesion : result.lesions) ids.push_back(lesion.id);
  patches.assign(ids.size(), {});
  if (!result.label_map.empty()) patches = patches_of_labels(result.label_map, ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const FoundLesion& lesion = result.lesions[i];
    // Also where better findings lie over all of it in the label map.
    if (patches[i].area_px == 0) patches[i] = filled(lesion.outlines, truth.size);
    Patch plus = grown(patches[i], tolerance, truth.size);
    sides.marks.push_back({std::move(patches[i]), std::move(plus), lesion.bbox, lesion.centroid,
                           lesion.score, lesion.kind});
  }
  return sides;
}

/// Matching of all findings with some of the lesions, as if there were no others.
struct Matching {
  std::vector<std::size_t> lesions; ///< which of the truth's
  std::vector<Target> targets;
  Hits hits;

  Matching(const Sides& sides, std::vector<std::size_t> which) : lesions(std::move(which)) {
    for (const std::size_t i : lesions) targets.push_back(sides.targets[i]);
    hits = find_hits(targets, sides.marks, sides.size);
  }

  std::vector<bool> hitting(std::size_t marks) const {
    std::vector<bool> any(marks, false);
    for (const auto& of_target : hits)
      for (const std::size_t mark : of_target) any[mark] = true;
    return any;
  }
};

template <class Choose>
Matching match_some(const Sides& sides, const std::vector<LesionScore>& lesions, Choose choose) {
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < lesions.size(); ++i)
    if (!lesions[i].hidden && choose(lesions[i])) which.push_back(i);
  return {sides, std::move(which)};
}

/// What hit each lesion of the matching, written into the lesions' scores.
void record(const Matching& matching, const Sides& sides, std::vector<LesionScore>& lesions) {
  for (std::size_t t = 0; t < matching.lesions.size(); ++t) {
    LesionScore& lesion = lesions[matching.lesions[t]];
    const auto& hitting = matching.hits[t];
    lesion.found_at = found_at(matching.targets[t], hitting, sides.marks, claims_deposit);
    lesion.found_any_at = found_at(matching.targets[t], hitting, sides.marks, accept_all);
    if (lesion.found_any_at) lesion.found_kind = sides.marks[hitting.front()].kind;
  }
}

/// The outline of each found deposit against all findings that hit it and claim a deposit, less
/// what of these lies on other deposits.
void record_outlines(const Matching& deposits, const Sides& sides,
                     std::vector<LesionScore>& lesions) {
  cv::Mat1b others(sides.size, uchar{0});
  for (const Target& target : deposits.targets) paint(target.pixels, others);
  for (std::size_t t = 0; t < deposits.lesions.size(); ++t) {
    LesionScore& lesion = lesions[deposits.lesions[t]];
    const Target& target = deposits.targets[t];
    if (!lesion.found_at || target.box_only || !lesion.is_deposit()) continue;
    cv::Rect around = target.pixels.box;
    for (const std::size_t i : deposits.hits[t])
      if (claims_deposit(sides.marks[i].kind)) around |= sides.marks[i].pixels.box;
    cv::Mat1b found(around.size(), uchar{0});
    const auto set = [&](const Patch& patch, uchar value) {
      found(patch.box - around.tl()).setTo(value, patch.mask);
    };
    for (const std::size_t i : deposits.hits[t])
      if (claims_deposit(sides.marks[i].kind)) set(sides.marks[i].pixels, 255);
    cv::Mat1b elsewhere = others(around).clone();
    elsewhere(target.pixels.box - around.tl()).setTo(0, target.pixels.mask);
    found.setTo(0, elsewhere);
    const int both = cv::countNonZero(found(target.pixels.box - around.tl()) & target.pixels.mask);
    lesion.outline =
        MaskCounts{double(both), double(target.pixels.area_px), double(cv::countNonZero(found))};
  }
}

/// Groups of deposits and findings joined by hits: a union-find over lesions and marks.
class Groups {
public:
  explicit Groups(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

private:
  std::vector<std::size_t> parent_;
};

void add(std::optional<double>& sum, std::optional<double> value) {
  sum = sum && value ? std::optional(*sum + *value) : std::nullopt;
}

std::vector<AreaPair> area_pairs(const Matching& deposits, const Sides& sides, const Truth& truth,
                                 const FilmResult& result,
                                 const std::vector<LesionScore>& lesions) {
  const std::size_t count = deposits.lesions.size();
  Groups groups(count + sides.marks.size());
  std::vector<bool> counts(count + sides.marks.size(), false);
  for (std::size_t t = 0; t < count; ++t) {
    const LesionScore& lesion = lesions[deposits.lesions[t]];
    if (!lesion.found_at || deposits.targets[t].box_only || !lesion.is_deposit()) continue;
    counts[t] = true;
    for (const std::size_t i : deposits.hits[t]) {
      if (!claims_deposit(sides.marks[i].kind)) continue;
      counts[count + i] = true;
      groups.join(t, count + i);
    }
  }
  std::vector<AreaPair> pairs(counts.size(), AreaPair{0, 0, 0.0, 0.0});
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (!counts[i]) continue;
    AreaPair& pair = pairs[groups.root(i)];
    if (i < count) {
      pair.truth_px += deposits.targets[i].pixels.area_px;
      add(pair.truth_mm2, truth.lesions[deposits.lesions[i]].area_mm2);
    } else {
      pair.found_px += sides.marks[i - count].pixels.area_px;
      add(pair.found_mm2, result.lesions[i - count].area_mm2);
    }
  }
  std::erase_if(pairs, [](const AreaPair& pair) { return pair.truth_px == 0; });
  return pairs;
}

MaskCounts counts_of(const cv::Mat1b& truth, const cv::Mat1b& found) {
  return {double(cv::countNonZero(truth & found)), double(cv::countNonZero(truth)),
          double(cv::countNonZero(found))};
}

MaskCounts deposit_pixels(const Sides& sides, const std::vector<LesionScore>& lesions) {
  cv::Mat1b truth(sides.size, uchar{0}), found(sides.size, uchar{0});
  for (const Mark& mark : sides.marks)
    if (claims_deposit(mark.kind)) paint(mark.pixels, found);
  for (std::size_t i = 0; i < lesions.size(); ++i) {
    if (!lesions[i].is_deposit()) continue;
    if (lesions[i].visible)
      paint(sides.targets[i].pixels, truth);
    else
      paint(sides.targets[i].pixels, found, 0);
  }
  return counts_of(truth, found);
}

void score_prominences(const Truth& truth, const FilmResult& result, FilmScore& score) {
  if (!truth.prominences) return;
  std::vector<NamedPoint> given = result.prominences;
  std::erase_if(given, [&](const NamedPoint& point) {
    return std::ranges::count(truth.unclear_prominences, point.name) > 0;
  });
  const auto spacing = truth.spacing ? truth.spacing : result.spacing;
  const double x_unit = spacing ? spacing->x_mm : 1, y_unit = spacing ? spacing->y_mm : 1;
  const double most = spacing ? kMaxPointErrorMm
                              : kMaxPointErrorShare * std::max(truth.size.width, truth.size.height);
  std::set<std::size_t> right;
  for (const NamedPoint& expected : *truth.prominences) {
    ProminenceScore prominence{expected.name, false, false, {}};
    std::size_t nearest = 0;
    double least = 0; // in mm, else in pixels
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (given[i].name != expected.name) continue;
      const cv::Point2d off = given[i].xy - expected.xy;
      const double distance = std::hypot(off.x * x_unit, off.y * y_unit);
      if (prominence.named && distance >= least) continue;
      prominence.named = true;
      nearest = i;
      least = distance;
    }
    prominence.near = prominence.named && least <= most;
    if (prominence.named && spacing) prominence.error_mm = least;
    if (prominence.near) right.insert(nearest);
    score.prominences.push_back(std::move(prominence));
  }
  score.named_points = static_cast<int>(given.size());
  score.wrong_names = static_cast<int>(given.size() - right.size());
}

std::vector<LesionScore> listed(const Truth& truth, const Sides& sides) {
  std::vector<LesionScore> lesions;
  for (std::size_t i = 0; i < truth.lesions.size(); ++i) {
    const TrueLesion& from = truth.lesions[i];
    LesionScore lesion;
    lesion.id = from.id;
    lesion.kind = from.kind;
    lesion.certainty = from.certainty;
    lesion.visible = from.visible;
    lesion.hidden = !sides.targets[i].box_only && sides.targets[i].pixels.area_px == 0;
    lesion.size_mm = from.size_mm;
    lesion.snr = from.snr;
    lesion.bbox = from.bbox;
    lesions.push_back(std::move(lesion));
  }
  return lesions;
}

void score_lesions(const Truth& truth, const FilmResult& result, FilmScore& score) {
  const Sides sides = sides_of(truth, result);
  score.lesions = listed(truth, sides);
  const auto deposits =
      match_some(sides, score.lesions, [](const auto& l) { return !l.is_mimic(); });
  const auto mimics = match_some(sides, score.lesions, [](const auto& l) { return l.is_mimic(); });
  const auto all = match_some(sides, score.lesions, [](const auto&) { return true; });
  record(deposits, sides, score.lesions);
  record(mimics, sides, score.lesions);
  record_outlines(deposits, sides, score.lesions);
  score.areas = area_pairs(deposits, sides, truth, result, score.lesions);
  if (!truth.lesion_map.empty() || (truth.exhaustive && truth.lesions.empty()))
    score.deposits = deposit_pixels(sides, score.lesions);

  const std::size_t count = sides.marks.size();
  const auto on_deposit = deposits.hitting(count), on_mimic = mimics.hitting(count),
             on_any = all.hitting(count);
  for (std::size_t i = 0; i < count; ++i) {
    const FoundLesion& found = result.lesions[i];
    score.findings.push_back({found.id, found.kind, found.score, found.bbox,
                              claims_deposit(found.kind), on_deposit[i], on_mimic[i],
                              on_deposit[i] || on_mimic[i] || on_any[i]});
  }
}

/// The result, or an empty one and why.
FilmResult result_or_empty(const FilmPair& pair, const Truth& truth, std::string& trouble) {
  FilmResult empty;
  empty.size = truth.size;
  if (pair.result.empty()) {
    trouble = "no result";
    return empty;
  }
  auto result = read_result(pair.result);
  if (!result) {
    trouble = result.error().to_string();
    return empty;
  }
  if (result->size == truth.size) return std::move(*result);
  trouble = "the result is of another size than the truth";
  return empty;
}

std::filesystem::path existing(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(a, ignored)) return a;
  return std::filesystem::is_regular_file(b, ignored) ? b : std::filesystem::path();
}

} // namespace

bool FilmScore::has_deposits() const {
  return std::ranges::any_of(lesions, &LesionScore::is_deposit);
}

Result<FilmScore> score_film(const FilmPair& pair) {
  const auto truth = read_truth(pair.truth);
  if (!truth) return tl::unexpected(truth.error());
  FilmScore score;
  score.pair = pair;
  const FilmResult result = result_or_empty(pair, *truth, score.trouble);
  score.film = existing(truth->film, result.film);
  score.tool = result.tool;
  score.models = result.models;
  score.exhaustive = truth->exhaustive;
  score_lesions(*truth, result, score);
  if (!truth->bone.empty() && !result.bone.empty())
    score.bone = counts_of(truth->bone, result.bone);
  if (!truth->body.empty() && !result.body.empty())
    score.body = counts_of(truth->body, result.body);
  score_prominences(*truth, result, score);
  score.pattern = truth->pattern;
  score.suggestion = result.suggestion;
  score.region = truth->region;
  score.found_region = result.region;
  score.region_source = result.region_source;
  return score;
}

} // namespace calx::evaluation

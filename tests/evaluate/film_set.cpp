#include "evaluate/film_set.hpp"

#include "report/report.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <unistd.h>

namespace calx::evaluation::test {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

void require(const Result<void>& written) {
  if (!written) throw std::runtime_error(written.error().to_string());
}

cv::Mat1w label_map(const std::vector<Disc>& discs) {
  cv::Mat1w labels(kFilm, ushort{0});
  for (std::size_t i = discs.size(); i-- > 0;)
    cv::circle(labels, discs[i].centre, discs[i].radius, cv::Scalar(double(i + 1)), cv::FILLED);
  return labels;
}

cv::Mat1b body_mask() {
  cv::Mat1b mask(kFilm, uchar{0});
  mask.colRange(20, 380) = 255;
  return mask;
}

cv::Mat1b bone_mask() {
  cv::Mat1b mask(kFilm, uchar{0});
  mask.colRange(150, 200) = 255;
  return mask;
}

Json lesion_json(const Disc& disc, int id, const cv::Mat1w& labels) {
  const int area_px = cv::countNonZero(labels == id);
  const int d = 2 * disc.radius + 1;
  return {{"id", id},
          {"kind", to_string(disc.kind)},
          {"bbox", {disc.centre.x - disc.radius, disc.centre.y - disc.radius, d, d}},
          {"area_px", area_px},
          {"area_mm2", area_px * kSpacingMm * kSpacingMm},
          {"max_feret_mm", d * kSpacingMm},
          {"snr", disc.snr},
          {"visible", disc.visible}};
}

Json document(const std::string& name, bool calibrated) {
  return {{"schema", "calx.truth/1"},
          {"image",
           {{"file", name + ".png"},
            {"rows", kFilm.height},
            {"columns", kFilm.width},
            {"spacing_mm", calibrated ? Json{kSpacingMm, kSpacingMm} : Json(nullptr)}}},
          {"region", "hand"},
          {"pattern", nullptr},
          {"lesions", Json::array()}};
}

void write_json(const fs::path& file, const Json& json) {
  fs::create_directories(file.parent_path());
  require(write_file(file, json.dump(1)));
}

LesionFinding finding(const Disc& disc, int id, const cv::Mat1w& labels) {
  LesionFinding f;
  f.id = id;
  f.kind = disc.kind;
  f.score = disc.score;
  f.centroid = disc.centre;
  const int d = 2 * disc.radius + 1;
  f.bbox = {disc.centre.x - disc.radius, disc.centre.y - disc.radius, d, d};
  auto& outline = f.outlines.emplace_back();
  for (int i = 0; i < 48; ++i)
    outline.push_back(cv::Point2d(disc.centre) +
                      (disc.radius + 0.3) *
                          cv::Point2d(std::cos(i * CV_PI / 24), std::sin(i * CV_PI / 24)));
  f.features.area_px = cv::countNonZero(labels == id);
  f.features.area_mm2 = *f.features.area_px * kSpacingMm * kSpacingMm;
  return f;
}

} // namespace

FilmSet::FilmSet() {
  static std::atomic<int> count{0};
  folder_ = fs::temp_directory_path() / fmt::format("calx-evaluate-{}-{}", ::getpid(), ++count);
  fs::create_directories(truth());
  fs::create_directories(results());
}

FilmSet::~FilmSet() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void FilmSet::add(const FilmTruth& film) const {
  const fs::path stem = truth() / film.name;
  const std::string name = stem.filename().string();
  const cv::Mat1w labels = label_map(film.lesions);
  Json json = document(name, film.calibrated);
  json["pattern"] = to_string(film.pattern);
  json["exhaustive"] = film.exhaustive;
  for (std::size_t i = 0; i < film.lesions.size(); ++i)
    json["lesions"].push_back(lesion_json(film.lesions[i], int(i + 1), labels));
  json["prominences"] = Json::array();
  for (const auto& [word, xy] : film.prominences)
    json["prominences"].push_back({{"name", word}, {"xy", {xy.x, xy.y}}});
  for (const std::string& word : film.unclear)
    json["prominences"].push_back({{"name", word}, {"xy", nullptr}});
  json["masks"] = {{"lesions", name + ".lesions.png"},
                   {"bone", name + ".bone.png"},
                   {"body", name + ".body.png"}};
  write_json(stem.string() + ".truth.json", json);
  require(write_png(stem.string() + ".lesions.png", labels));
  require(write_png(stem.string() + ".bone.png", bone_mask()));
  require(write_png(stem.string() + ".body.png", body_mask()));
  cv::Mat1w picture(kFilm, ushort{9000});
  picture.setTo(30000, labels > 0);
  require(write_png(stem.string() + ".png", picture));
}

void FilmSet::add_boxes(const std::string& name, const std::vector<cv::Rect>& boxes) const {
  Json json = document(name, false);
  json["exhaustive"] = boxes.empty();
  for (const cv::Rect& box : boxes)
    json["lesions"].push_back({{"id", json["lesions"].size() + 1},
                               {"kind", nullptr},
                               {"certainty", "yes"},
                               {"bbox", {box.x, box.y, box.width, box.height}}});
  write_json(truth() / (name + ".truth.json"), json);
}

void FilmSet::add(const FilmFindings& film, const std::string& run) const {
  const cv::Mat1w labels = label_map(film.findings);
  Findings f;
  f.path = film.name + ".png";
  f.rows = kFilm.height;
  f.columns = kFilm.width;
  if (film.calibrated) {
    f.spacing = Spacing{kSpacingMm, kSpacingMm};
    f.spacing_source = SpacingSource::User;
  }
  f.acquisition.region = Region::Hand;
  f.acquisition.region_source = "image";
  f.assessment.suggestion = film.suggestion;
  for (std::size_t i = 0; i < film.findings.size(); ++i)
    f.lesions.push_back(finding(film.findings[i], int(i + 1), labels));
  for (const auto& [word, xy] : film.prominences)
    f.prominences.push_back({int(f.prominences.size()) + 1, word, std::nullopt, xy, {}, 0});
  const fs::path stem = results(run) / film.name;
  fs::create_directories(stem.parent_path());
  require(write_file(stem.string() + ".findings.json", findings_json(f)));
  if (!film.with_masks) return;
  require(write_png(stem.string() + ".mask.png", labels));
  require(write_png(stem.string() + ".body.png", body_mask()));
  require(write_png(stem.string() + ".bone.png", bone_mask()));
}

std::vector<FilmScore> FilmSet::scores(const std::string& run) const {
  const auto pairs = pair_films(truth(), results(run));
  if (!pairs) throw std::runtime_error(pairs.error().to_string());
  std::vector<FilmScore> all;
  for (const FilmPair& pair : *pairs) {
    auto score = score_film(pair);
    if (!score) throw std::runtime_error(score.error().to_string());
    all.push_back(std::move(*score));
  }
  return all;
}

Evaluation FilmSet::evaluated(const std::string& run) const {
  return evaluate(scores(run), {.resamples = 200, .seed = 1});
}

FilmFindings perfect(const FilmTruth& film) {
  return {film.name, film.lesions, film.pattern, film.prominences, true, film.calibrated};
}

std::optional<double> value(const Evaluation& evaluation, std::string_view id) {
  const auto found = std::ranges::find(evaluation.figures, id, &Figure::id);
  if (found == evaluation.figures.end())
    throw std::invalid_argument("no figure " + std::string(id));
  return found->value;
}

} // namespace calx::evaluation::test

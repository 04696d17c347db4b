// The films where most went wrong: the film in grey as a PNG, outlines over it as SVG paths, and a
// closer look at the worst spot.
#include "evaluate/report_page.hpp"
#include "evaluate/report_text.hpp"
#include "load/load.hpp"
#include "report/png.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

namespace calx::evaluation {
namespace {

constexpr std::size_t kMostCases = 10;
constexpr int kFilmSide_px = 480;   ///< of the picture, at most
constexpr int kCloseSide_px = 360;  ///< of the closer look
constexpr int kClosestCrop_px = 90; ///< film pixels across the closer look, at least

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned word = 0;
    for (std::size_t k = 0; k < 3; ++k)
      word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > bytes.size() ? '=' : kDigits[word >> (18 - 6 * k) & 63U];
  }
  return out;
}

/// How much went wrong, in units of one missed deposit; 0: nothing to show.
double trouble_of(const FilmScore& film) {
  double sum = 0;
  for (const LesionScore& lesion : film.lesions) {
    if (lesion.hidden || !lesion.visible || lesion.is_mimic()) continue;
    if (lesion.is_deposit() ? !lesion.found_at : !lesion.found_any_at)
      sum += 1;
    else if (lesion.outline)
      sum += 0.5 * (1 - 2 * lesion.outline->both / (lesion.outline->truth + lesion.outline->found));
  }
  if (!film.exhaustive) return sum;
  for (const FindingScore& finding : film.findings)
    if (finding.claims_deposit && !finding.hits_deposit) sum += 0.5 + 0.5 * finding.score;
  return sum;
}

std::vector<const FilmScore*> worst_of(const Evaluation& evaluation) {
  std::vector<const FilmScore*> films;
  for (const FilmScore& film : evaluation.films)
    if (!film.film.empty() && trouble_of(film) > 0) films.push_back(&film);
  std::ranges::stable_sort(films, std::greater{},
                           [](const FilmScore* f) { return trouble_of(*f); });
  if (films.size() > kMostCases) films.resize(kMostCases);
  return films;
}

/// The film's pixels in `crop` as an 8-bit picture, at its display window, at most `side` across.
cv::Mat1b shown(const Radiograph& film, const cv::Rect& crop, int side) {
  const double scale = std::min(1.0, double(side) / std::max(crop.width, crop.height));
  const cv::Size size(std::max(1, cvRound(crop.width * scale)),
                      std::max(1, cvRound(crop.height * scale)));
  cv::Mat1f small;
  cv::resize(film.pixels(crop), small, size, 0, 0, cv::INTER_AREA);
  const double range = std::max(1e-9, film.display.white - film.display.black);
  cv::Mat1b grey;
  small.convertTo(grey, CV_8U, 255 / range, -film.display.black * 255 / range);
  return grey;
}

/// An SVG path around the patch in film pixels, whose corners are at whole numbers here.
std::string path_around(const Patch& patch) {
  if (patch.area_px == 0) return "";
  cv::Mat1b padded;
  cv::copyMakeBorder(patch.mask, padded, 1, 1, 1, 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  // Twice as fine, so that the path runs along the pixels' edges and a single pixel has an inside.
  cv::resize(padded, padded, {}, 2, 2, cv::INTER_NEAREST);
  std::vector<std::vector<cv::Point>> contours;
  cv::findContours(padded, contours, cv::RETR_CCOMP, cv::CHAIN_APPROX_SIMPLE);
  std::string d;
  for (const auto& contour : contours) {
    char command = 'M';
    for (const cv::Point& p : contour) {
      d += fmt::format("{}{} {}", command, coordinate(patch.box.x - 1 + (p.x + 0.5) / 2),
                       coordinate(patch.box.y - 1 + (p.y + 0.5) / 2));
      command = 'L';
    }
    d += 'Z';
  }
  return d;
}

std::string box_path(const cv::Rect& box) {
  return fmt::format("M{} {}h{}v{}h-{}Z", box.x, box.y, box.width, box.height, box.width);
}

std::string styled_path(std::string_view style, const std::string& d, const std::string& tip) {
  if (d.empty()) return "";
  return fmt::format("<path class=\"{}\" d=\"{}\"><title>{}</title></path>", style, d,
                     escaped(tip));
}

std::string lesion_style(const LesionScore& lesion) {
  if (lesion.is_mimic()) return "mimic";
  const bool found =
      lesion.is_deposit() ? lesion.found_at.has_value() : lesion.found_any_at.has_value();
  if (!lesion.visible) return "invisible";
  return found ? "found" : "missed";
}

std::string finding_style(const FindingScore& finding, bool exhaustive) {
  if (!finding.claims_deposit) return "other";
  return finding.hits_deposit || !exhaustive ? "result" : "wrong";
}

/// Both sides' outlines in film pixels, and the box of the worst single thing.
struct Drawing {
  std::string paths;
  cv::Rect worst;
};

class Outliner {
public:
  Outliner(const FilmScore& score, const Truth& truth, const std::optional<FilmResult>& result)
      : score_(score), truth_(truth), result_(result) {}

  Drawing draw() {
    if (result_) draw_findings();
    draw_lesions();
    return {std::move(paths_), worst_};
  }

private:
  void consider(const cv::Rect& box, double weight) {
    if (weight <= weight_) return;
    weight_ = weight;
    worst_ = box;
  }

  void draw_lesions() {
    std::vector<int> ids;
    for (const LesionScore& lesion : score_.lesions) ids.push_back(lesion.id);
    std::vector<Patch> patches(ids.size());
    if (!truth_.lesion_map.empty()) patches = patches_of_labels(truth_.lesion_map, ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const LesionScore& lesion = score_.lesions[i];
      if (lesion.hidden) continue;
      const std::string style = lesion_style(lesion);
      const std::string what =
          lesion.kind ? std::string(to_string(*lesion.kind)) : lesion.certainty;
      paths_ += styled_path(
          style, patches[i].area_px > 0 ? path_around(patches[i]) : box_path(lesion.bbox),
          fmt::format("truth {}: {}, {}", lesion.id, what, style));
      if (style == "missed") consider(lesion.bbox, 1 + lesion.snr.value_or(1));
    }
  }

  void draw_findings() {
    std::vector<int> ids;
    for (const FoundLesion& lesion : result_->lesions) ids.push_back(lesion.id);
    std::vector<Patch> patches(ids.size());
    if (!result_->label_map.empty()) patches = patches_of_labels(result_->label_map, ids);
    for (std::size_t i = 0; i < ids.size() && i < score_.findings.size(); ++i) {
      const FindingScore& finding = score_.findings[i];
      if (patches[i].area_px == 0) patches[i] = filled(result_->lesions[i].outlines, truth_.size);
      const std::string style = finding_style(finding, score_.exhaustive);
      paths_ += styled_path(style, path_around(patches[i]),
                            fmt::format("finding {}: {}, score {:.2f}", finding.id,
                                        to_string(finding.kind), finding.score));
      if (style == "wrong") consider(finding.bbox, finding.score);
    }
  }

  const FilmScore& score_;
  const Truth& truth_;
  const std::optional<FilmResult>& result_;
  std::string paths_;
  cv::Rect worst_;
  double weight_ = 0;
};

/// A square around the box with some surroundings, within the film.
cv::Rect close_crop(const cv::Rect& box, cv::Size film) {
  const int side = std::min(
      {std::max(kClosestCrop_px, 2 * std::max(box.width, box.height)), film.width, film.height});
  const cv::Point middle(box.x + box.width / 2, box.y + box.height / 2);
  return {std::clamp(middle.x - side / 2, 0, film.width - side),
          std::clamp(middle.y - side / 2, 0, film.height - side), side, side};
}

std::string picture(const Radiograph& film, const cv::Rect& crop, int side,
                    const std::string& paths, const std::string& more) {
  const std::string view =
      fmt::format("viewBox=\"{} {} {} {}\"", crop.x, crop.y, crop.width, crop.height);
  const std::string place = fmt::format("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", crop.x,
                                        crop.y, crop.width, crop.height);
  // The inner one cuts off what lies beside the picture.
  return fmt::format("<svg class=\"film\" {0}><svg {1} {0}><image {1} preserveAspectRatio=\"none\" "
                     "href=\"data:image/png;base64,{2}\"/>{3}{4}</svg></svg>",
                     view, place, base64(png_bytes(shown(film, crop, side))), paths, more);
}

std::string caption(const FilmScore& film) {
  int visible = 0, found = 0, wrong = 0;
  for (const LesionScore& lesion : film.lesions) {
    if (lesion.hidden || !lesion.visible || lesion.is_mimic()) continue;
    ++visible;
    found += lesion.is_deposit() ? lesion.found_at.has_value() : lesion.found_any_at.has_value();
  }
  for (const FindingScore& finding : film.findings)
    wrong += film.exhaustive && finding.claims_deposit && !finding.hits_deposit;
  std::string text = fmt::format("{} of {} found, {} false", found, visible, wrong);
  if (film.pattern)
    text += fmt::format("; {}, suggested {}", to_string(*film.pattern),
                        film.suggestion ? to_string(*film.suggestion) : "nothing");
  return film.trouble.empty() ? text : text + "; " + film.trouble;
}

std::string card(const FilmScore& score) {
  const auto film = load_radiograph(score.film);
  const auto truth = read_truth(score.pair.truth);
  if (!film || !truth || film->pixels.size() != truth->size) return "";
  std::optional<FilmResult> result;
  if (score.has_result())
    if (auto read = read_result(score.pair.result)) result = std::move(*read);
  const Drawing drawing = Outliner(score, *truth, result).draw();
  std::string pictures, frame;
  if (!drawing.worst.empty()) {
    const cv::Rect crop = close_crop(drawing.worst, truth->size);
    frame = styled_path("crop", box_path(crop), "shown closer");
    pictures = picture(*film, crop, kCloseSide_px, drawing.paths, "");
  }
  pictures = picture(*film, {{}, truth->size}, kFilmSide_px, drawing.paths, frame) + pictures;
  return fmt::format("<figure><div class=\"pictures\">{}</div><figcaption><b>{}</b> {}</figcaption>"
                     "</figure>\n",
                     pictures, escaped(score.pair.name), escaped(caption(score)));
}

} // namespace

std::string worst_cases(const Evaluation& evaluation) {
  std::string cards;
  for (const FilmScore* film : worst_of(evaluation)) cards += card(*film);
  return cards;
}

} // namespace calx::evaluation

#include "evaluate/plot.hpp"
#include "evaluate/report_page.hpp"
#include "evaluate/report_text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace calx::evaluation {
namespace {

/// A group's areas in mm2 and its film.
struct AreaDot {
  double truth_mm2, found_mm2;
  std::string film;
};

std::vector<AreaDot> area_dots(const Evaluation& evaluation) {
  std::vector<AreaDot> dots;
  for (const FilmScore& film : evaluation.films)
    for (const AreaPair& pair : film.areas)
      if (pair.truth_mm2 && pair.found_mm2 && *pair.truth_mm2 > 0 && *pair.found_mm2 > 0)
        dots.push_back({*pair.truth_mm2, *pair.found_mm2, film.pair.name});
  return dots;
}

std::string tip_of(const AreaDot& dot) {
  return fmt::format("{}: {:.3g} mm2, found {:.3g} mm2", dot.film, dot.truth_mm2, dot.found_mm2);
}

std::vector<const Figure*> figures_of(const Evaluation& evaluation, std::string_view prefix) {
  std::vector<const Figure*> figures;
  for (const Figure& figure : evaluation.figures)
    if (figure.id.starts_with(prefix) && figure.value) figures.push_back(&figure);
  return figures;
}

/// One row a figure: name, dot, interval, value and cases.
std::string rows_plot(const std::vector<const Figure*>& figures, std::string_view title,
                      double highest, std::string_view axis_title) {
  if (figures.empty()) return "";
  constexpr int kRow = 30, kTop = 40, kLeft = 172, kWidth = 176, kRight = 112;
  const int height = kTop + kRow * static_cast<int>(figures.size()) + 44;
  const int bottom = height - 40;
  const Axis axis = linear_axis("", 0, highest, 4);
  const auto x = [&](double value) { return kLeft + std::min(1.0, axis.place(value)) * kWidth; };
  std::string out = fmt::format("<svg class=\"plot\" viewBox=\"0 0 {} {}\" role=\"img\">"
                                "<text class=\"title\" x=\"8\" y=\"20\">{}</text>",
                                kLeft + kWidth + kRight, height, escaped(title));
  for (const auto& [value, text] : axis.ticks)
    out += fmt::format("<path class=\"grid\" d=\"M{0} {1}V{2}\"/>"
                       "<text class=\"tick\" text-anchor=\"middle\" x=\"{0}\" y=\"{3}\">{4}</text>",
                       coordinate(x(value)), bottom, kTop - 6, bottom + 15, text);
  double y = kTop + kRow / 2.0;
  for (const Figure* figure : figures) {
    out +=
        fmt::format("<text class=\"row\" text-anchor=\"end\" dy=\"4\" x=\"{}\" y=\"{}\">{}</text>",
                    kLeft - 12, coordinate(y), escaped(figure->label));
    if (figure->interval)
      out += fmt::format("<path class=\"interval\" d=\"M{} {}H{}\"/>",
                         coordinate(x(figure->interval->low)), coordinate(y),
                         coordinate(x(figure->interval->high)));
    out += fmt::format("<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"5\"/>"
                       "<text class=\"tick\" dy=\"4\" x=\"{}\" y=\"{}\">{} ({:.0f})</text>",
                       coordinate(x(*figure->value)), coordinate(y), kLeft + kWidth + 14,
                       coordinate(y), value_text(*figure), figure->cases);
    y += kRow;
  }
  out += fmt::format("<text class=\"axis\" text-anchor=\"middle\" x=\"{}\" y=\"{}\">{}</text>",
                     kLeft + kWidth / 2, height - 6, escaped(axis_title));
  return out + "</svg>\n";
}

double upper(const std::vector<const Figure*>& figures) {
  double highest = 0;
  for (const Figure* f : figures)
    highest = std::max(highest, f->interval ? f->interval->high : *f->value);
  return std::max(highest, 1e-3);
}

} // namespace

std::string coordinate(double value) {
  return fmt::format("{:.1f}", value + 0.0);
}

std::string froc_plot(const Evaluation& evaluation) {
  if (evaluation.froc.empty()) return "";
  const double most = evaluation.froc.back().false_positives;
  Plot plot("FROC: visible deposits",
            linear_axis("false positives a film", 0, std::max(0.5, most * 1.05)),
            linear_axis("sensitivity", 0, 1));
  if (!evaluation.froc_band.empty()) {
    std::vector<cv::Point2d> band;
    for (const FrocBand& b : evaluation.froc_band)
      band.emplace_back(b.false_positives, b.sensitivity.high);
    for (auto b = evaluation.froc_band.rbegin(); b != evaluation.froc_band.rend(); ++b)
      band.emplace_back(b->false_positives, b->sensitivity.low);
    plot.area(band, "band");
  }
  std::vector<cv::Point2d> curve;
  for (const FrocPoint& p : evaluation.froc) {
    if (!curve.empty()) curve.emplace_back(p.false_positives, curve.back().y);
    curve.emplace_back(p.false_positives, p.sensitivity);
  }
  plot.line(curve, "curve");
  const FrocPoint& end = evaluation.froc.back();
  plot.dot(
      end.false_positives, end.sensitivity, "dot",
      fmt::format("all findings: {:.3g} at {:.3g} a film", end.sensitivity, end.false_positives));
  return plot.svg();
}

std::string share_plot(const Evaluation& evaluation, std::string_view prefix,
                       std::string_view title) {
  return rows_plot(figures_of(evaluation, prefix), title, 1, "share found (cases in brackets)");
}

std::string distance_plot(const Evaluation& evaluation, std::string_view prefix,
                          std::string_view title) {
  const auto figures = figures_of(evaluation, prefix);
  return rows_plot(figures, title, upper(figures), "median distance in mm (cases in brackets)");
}

std::string area_plot(const Evaluation& evaluation) {
  const auto dots = area_dots(evaluation);
  if (dots.empty()) return "";
  double low = dots[0].truth_mm2, high = low;
  for (const AreaDot& dot : dots) {
    low = std::min({low, dot.truth_mm2, dot.found_mm2});
    high = std::max({high, dot.truth_mm2, dot.found_mm2});
  }
  const Axis x = logarithmic_axis("true area, mm\u00b2", low, high);
  Plot plot("Area of found deposits", x, logarithmic_axis("found area, mm\u00b2", low, high));
  plot.line({{x.low, x.low}, {x.high, x.high}}, "identity");
  for (const AreaDot& dot : dots) plot.dot(dot.truth_mm2, dot.found_mm2, "point", tip_of(dot));
  return plot.svg();
}

std::string agreement_plot(const Evaluation& evaluation) {
  const auto dots = area_dots(evaluation);
  if (dots.size() < 3) return "";
  double low = 1e300, high = 0, least = 1, most = 1, sum = 0, squares = 0;
  for (const AreaDot& dot : dots) {
    const double mean = std::sqrt(dot.truth_mm2 * dot.found_mm2);
    const double ratio = dot.found_mm2 / dot.truth_mm2;
    low = std::min(low, mean), high = std::max(high, mean);
    least = std::min(least, ratio), most = std::max(most, ratio);
    sum += std::log(ratio), squares += std::log(ratio) * std::log(ratio);
  }
  const double n = static_cast<double>(dots.size()), bias = sum / n;
  const double deviation = std::sqrt(std::max(0.0, (squares - n * bias * bias) / (n - 1)));
  const Axis x = logarithmic_axis("geometric mean of true and found area, mm\u00b2", low, high);
  Plot plot("Bland-Altman: found / true area", x,
            logarithmic_axis("ratio", std::min(least, std::exp(bias - 1.96 * deviation)),
                             std::max(most, std::exp(bias + 1.96 * deviation))));
  for (const AreaDot& dot : dots)
    plot.dot(std::sqrt(dot.truth_mm2 * dot.found_mm2), dot.found_mm2 / dot.truth_mm2, "point",
             tip_of(dot));
  plot.line({{x.low, 1}, {x.high, 1}}, "identity");
  for (const double at : {bias - 1.96 * deviation, bias, bias + 1.96 * deviation}) {
    plot.line({{x.low, std::exp(at)}, {x.high, std::exp(at)}}, at == bias ? "bias" : "limit");
    plot.label(x.high, std::exp(at), fmt::format("{:.2f}", std::exp(at)), "limit-label");
  }
  return plot.svg();
}

} // namespace calx::evaluation

#include "core/version.hpp"
#include "evaluate/evaluation_report.hpp"
#include "evaluate/match.hpp"
#include "evaluate/report_page.hpp"
#include "evaluate/report_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace calx::evaluation {
namespace {

struct Tile {
  std::string_view id, text;
};
constexpr std::array kTiles{
    Tile{"sensitivity", "of visible deposits found"},
    Tile{"marked", "of boxes marked by eye found, any kind"},
    Tile{"fp/with", "false positives a film with deposits"},
    Tile{"fp/without", "false positives a film without"},
    Tile{"froc/mean", "FROC, mean sensitivity"},
    Tile{"dice/deposits", "Dice of deposits, a film"},
    Tile{"dice/bone", "Dice of bone"},
    Tile{"area/absolute", "median relative area error"},
    Tile{"prominence/near", "of prominences named where they are"},
    Tile{"kind/accuracy", "right kind, where one is given"},
    Tile{"suggestion/accuracy_decided", "right suggestion, where one is given"},
    Tile{"suggestion/abstention", "of films: abstained"},
};

std::string tiles(const Evaluation& evaluation) {
  std::string out = "<div class=\"tiles\">\n";
  for (const Tile& tile : kTiles) {
    const Figure* figure = find_figure(evaluation, tile.id);
    if (!figure || !figure->value) continue;
    const std::string interval = interval_text(figure->interval);
    out += fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span><span>{}</span></div>\n",
                       value_text(*figure), escaped(tile.text),
                       interval.empty() ? "" : "95 %: " + interval);
  }
  return out + "</div>\n";
}

std::string plots(const Evaluation& evaluation) {
  std::string all = froc_plot(evaluation);
  all += share_plot(evaluation, "sensitivity/size/", "Visible deposits found, by longest diameter");
  all += share_plot(evaluation, "sensitivity/snr/", "All deposits found, by signal-to-noise ratio");
  all += area_plot(evaluation);
  all += agreement_plot(evaluation);
  all += distance_plot(evaluation, "prominence/error/", "Bony prominences: distance");
  return all.empty() ? "" : "<h2>Plots</h2>\n<div class=\"plots\">\n" + all + "</div>\n";
}

std::string figures(const Evaluation& evaluation) {
  std::string out = "<h2>Figures</h2>\n", group;
  std::vector<std::string> without;
  for (const Figure& figure : evaluation.figures) {
    if (!group_has_cases(evaluation.figures, figure.group)) {
      if (without.empty() || without.back() != figure.group) without.push_back(figure.group);
      continue;
    }
    if (is_detail_without_cases(figure)) continue;
    if (figure.group != group) {
      if (!group.empty()) out += "</table>\n";
      group = figure.group;
      out += fmt::format("<h3>{}</h3>\n<table class=\"figures\"><tr><th>figure</th><th>value</th>"
                         "<th>95 % interval</th><th>cases</th></tr>\n",
                         escaped(group));
    }
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                       escaped(figure.label), value_text(figure), interval_text(figure.interval),
                       cases_text(figure));
  }
  if (!group.empty()) out += "</table>\n";
  for (const std::string& name : without)
    out += fmt::format("<p class=\"quiet\">{}: no cases.</p>\n", escaped(name));
  return out;
}

std::string confusion(std::string_view title, const Confusion& table) {
  if (table.rows.empty()) return "";
  std::string out =
      fmt::format("<h3>{}</h3>\n<div class=\"scroll\"><table class=\"confusion\"><thead>"
                  "<tr><th>truth \\ result</th>",
                  escaped(title));
  for (const std::string& column : table.columns) out += "<th>" + escaped(column) + "</th>";
  out += "</tr></thead>\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    int most = 1;
    for (const int count : table.counts[i]) most += count;
    out += "<tr><th>" + escaped(table.rows[i]) + "</th>";
    for (std::size_t k = 0; k < table.columns.size(); ++k) {
      const int count = table.counts[i][k];
      out += fmt::format("<td{} style=\"background:rgba(0,114,178,{:.2f})\">{}</td>",
                         table.rows[i] == table.columns[k] ? " class=\"right\"" : "",
                         0.6 * count / most, count == 0 ? "" : fmt::format("{}", count));
    }
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

/// Green where the interval of the difference lies on the better side of 0, orange on the worse.
std::string_view verdict(const Difference& d) {
  if (!d.interval || d.here.better == Better::Neither) return "";
  const bool above = d.interval->low > 0, below = d.interval->high < 0;
  if (!above && !below) return "";
  return above == (d.here.better == Better::Higher) ? "better" : "worse";
}

std::string differences(const Comparison& comparison) {
  std::string out = "<h2>Against the other results</h2>\n<p class=\"quiet\">Differences are these "
                    "results less the others, film by film; coloured where the interval leaves out "
                    "0.</p>\n<table class=\"figures\"><tr><th>figure</th><th>these</th><th>others"
                    "</th><th>difference</th><th>95 % interval</th></tr>\n";
  for (const Difference& d : comparison.differences)
    if (d.difference)
      out += fmt::format("<tr><td>{}: {}</td><td>{}</td><td>{}</td><td class=\"{}\">{:+.3g}</td>"
                         "<td>{}</td></tr>\n",
                         escaped(d.here.group), escaped(d.here.label), value_text(d.here),
                         value_text(d.there), verdict(d), *d.difference + 0.0,
                         interval_text(d.interval));
  out += "</table>\n<h3>Films that changed</h3>\n";
  if (comparison.changes.empty()) return out + "<p>None.</p>\n";
  out += "<table><tr><th>film</th><th>outcome</th><th>found</th><th>false positives</th>"
         "<th>suggestion</th></tr>\n";
  for (const FilmChange& c : comparison.changes)
    out +=
        fmt::format("<tr><td>{}</td><td class=\"{}\">{}</td><td>{} &rarr; {}</td><td>{} &rarr; {}"
                    "</td><td>{} &rarr; {}</td></tr>\n",
                    escaped(c.name),
                    c.outcome == FilmChange::Outcome::Won    ? "better"
                    : c.outcome == FilmChange::Outcome::Lost ? "worse"
                                                             : "",
                    outcome_word(c.outcome), c.found_there, c.found_here, c.false_there,
                    c.false_here, c.suggestion_there, c.suggestion_here);
  return out + "</table>\n";
}

std::string troubles(const Evaluation& evaluation) {
  const auto films = troubled_films(evaluation);
  if (films.empty()) return "";
  std::string out =
      "<h2>Films without a result</h2>\n<p class=\"quiet\">Everything on them counts as "
      "missed.</p>\n<table><tr><th>film</th><th>why</th></tr>\n";
  for (const FilmScore* film : films)
    out += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", escaped(film->pair.name),
                       escaped(film->trouble));
  return out + "</table>\n";
}

std::string cases(const Evaluation& evaluation) {
  const std::string cards = worst_cases(evaluation);
  if (cards.empty()) return "";
  std::string legend = "<div class=\"legend film\" style=\"height:auto\">";
  for (const auto& [style, text] :
       {std::pair{"found", "true, found"}, std::pair{"missed", "true, missed"},
        std::pair{"invisible", "true, not visible"}, std::pair{"mimic", "mimic"},
        std::pair{"result", "finding"}, std::pair{"wrong", "false positive"},
        std::pair{"other", "finding of another kind"}})
    legend +=
        fmt::format("<span><svg viewBox=\"0 0 30 10\"><path class=\"{}\" d=\"M1 5H29\"/></svg>{}"
                    "</span>",
                    style, text);
  return "<h2>Films where most went wrong</h2>\n" + legend + "</div>\n<div class=\"cases\">\n" +
         cards + "</div>\n";
}

std::string method(const Evaluation& e) {
  return fmt::format(
      "<h2>How this was counted</h2>\n"
      "<p>A finding counts only if at least {:.0f} % of it lies on true deposits, each widened by "
      "max({} mm, {} px). It then hits a deposit if, widened likewise, it covers at least {:.0f} % "
      "of "
      "it, or if at least {:.0f} % of the finding lies on it. A deposit is found when what hits it "
      "covers at least {:.0f} % of it in all. Boxes without outlines are hit by a centre inside, "
      "or by "
      "boxes that overlap. Findings of kind deposit or unknown claim a deposit; one that hits none "
      "is "
      "a false positive. Several findings on one deposit are none.</p>\n"
      "<p>Intervals are 95 %, by bootstrap over films ({} resamples, seed {}); for shares of 0 or "
      "1 "
      "exact, with the films as cases. A figure without cases has no value.</p>\n",
      100 * kMinOnLesions, kToleranceMm, kMinTolerancePx, 100 * kMinCovered, 100 * kPartShare,
      100 * kMinFound, e.bootstrap.resamples, e.bootstrap.seed);
}

} // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string evaluation_html(const ReportInput& input) {
  const Evaluation& e = input.evaluation;
  std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                    "<title>calx evaluation</title><style>";
  out += page_style();
  out += fmt::format("</style></head>\n<body>\n<h1>Evaluation</h1>\n<p>{}</p>\n",
                     escaped(summary_text(e)));
  for (const std::string& tool : tools_of(e))
    out += fmt::format("<p class=\"quiet\">Results made by {}</p>\n", escaped(tool));
  out += fmt::format("<p class=\"notice\">{}</p>\n", kDisclaimer);
  out += tiles(e);
  out += plots(e);
  if (input.comparison) out += differences(*input.comparison);
  out += figures(e);
  const std::string tables = confusion("Kinds: visible lesions, and findings on nothing", e.kinds) +
                             confusion("Suggestions: films", e.suggestions);
  if (!tables.empty()) out += "<h2>Confusion</h2>\n" + tables;
  out += cases(e);
  out += troubles(e);
  out += method(e);
  return out + "</body></html>\n";
}

} // namespace calx::evaluation

#include "report/overlay_footer.hpp"

#include "core/version.hpp"
#include "report/overlay_ink.hpp"
#include "report/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

/// Cuts a text at spaces into lines that fit; a word wider than the line stays whole.
std::vector<std::string> wrapped(const std::string& text, const Lettering& letters, int width) {
  std::vector<std::string> lines{""};
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string word = text.substr(start, end - start);
    const std::string longer = lines.back().empty() ? word : lines.back() + " " + word;
    if (!lines.back().empty() && letters.measure(longer).width > width)
      lines.push_back(word);
    else
      lines.back() = longer;
    start = end + 1;
  }
  return lines;
}

/// Lays blocks out from top to bottom. Run once without a picture, it tells the height.
class Column {
public:
  Column(cv::Mat3b* picture, int width, const FooterStyle& style)
      : picture_(picture), style_(style), margin_(style.text_px),
        width_(std::max(1, width - 2 * style.text_px)), y_(style.text_px) {}

  void paragraph(const std::string& text, const Lettering& letters, Colour colour) {
    for (const std::string& line : wrapped(text, letters, width_)) {
      y_ += letters.ascent();
      if (picture_) letters.draw(*picture_, {margin_, y_}, line, colour, false);
      y_ += letters.ascent() * 3 / 4;
    }
  }

  /// A row of coloured samples with their words, as many to a line as fit.
  void legend(const std::map<Kind, int>& kinds) {
    const int swatch = style_.text_px * 2, gap = style_.text_px / 2;
    int x = 0;
    y_ += style_.small.ascent() * 3 / 2;
    for (const auto& [kind, count] : kinds) {
      const std::string text = fmt::format("{} ({})", to_string(kind), count);
      const int item = swatch + gap + style_.small.measure(text).width;
      if (x > 0 && x + item > width_) {
        x = 0;
        y_ += 2 * style_.small.ascent();
      }
      if (picture_) sample(margin_ + x, swatch, style_of(kind));
      if (picture_)
        style_.small.draw(*picture_, {margin_ + x + swatch + gap, y_}, text, kText, false);
      x += item + 3 * gap;
    }
    y_ += style_.small.ascent();
  }

  void scale_bar(const Findings& findings) {
    const ScaleBar bar = choose_scale_bar(findings, style_.film_scale, width_ / 4.0);
    const int tick = style_.small.ascent() / 2;
    y_ += style_.small.ascent();
    if (picture_) {
      Ink ink(std::max(1.0, style_.text_px / 9.0));
      const double left = margin_, right = margin_ + bar.length_px, level = y_ - tick;
      ink.line({left, level}, {right, level}, kText);
      ink.line({left, level - tick}, {left, level + tick}, kText);
      ink.line({right, level - tick}, {right, level + tick}, kText);
      ink.draw_on(*picture_);
    }
    const std::string text =
        fmt::format("{} {}, {}", bar.length, findings.spacing ? "mm" : "pixels of the film",
                    spacing_text(findings));
    const int x = margin_ + cvRound(bar.length_px) + style_.text_px;
    for (const std::string& line : wrapped(text, style_.small, width_ + margin_ - x)) {
      if (picture_) style_.small.draw(*picture_, {x, y_}, line, kText, false);
      y_ += style_.small.ascent() * 7 / 4;
    }
  }

  int height() const { return y_ + style_.text_px / 2; }

private:
  void sample(int x, int length, const KindStyle& style) {
    const double level = y_ - style_.small.ascent() / 2.0;
    Ink ink(std::max(2.0, style_.text_px / 6.0));
    if (style.dashed)
      ink.dashed_line({double(x), level}, {double(x + length), level}, style.colour);
    else
      ink.line({double(x), level}, {double(x + length), level}, style.colour);
    ink.draw_on(*picture_);
  }

  cv::Mat3b* picture_;
  const FooterStyle& style_;
  int margin_, width_, y_;
};

std::string evidence_line(const Assessment& assessment) {
  constexpr std::size_t kMost = 4; // the JSON has all; more would make the strip a page
  std::string text;
  for (std::size_t i = 0; i < std::min(kMost, assessment.evidence.size()); ++i)
    text += (i == 0 ? "" : ";  ") + evidence_text(assessment.evidence[i]);
  return text;
}

int lay_out(cv::Mat3b* picture, const Findings& findings, int width, const FooterStyle& style) {
  std::map<Kind, int> kinds;
  for (const LesionFinding& lesion : findings.lesions) ++kinds[lesion.kind];
  Column column(picture, width, style);
  column.paragraph("Suggestion: " + suggestion_text(findings.assessment), style.large, kText);
  if (!findings.assessment.evidence.empty())
    column.paragraph(evidence_line(findings.assessment), style.small, kQuietText);
  if (kinds.empty())
    column.paragraph("no deposit found", style.small, kText);
  else
    column.legend(kinds);
  column.scale_bar(findings);
  column.paragraph(fmt::format("{}  {} {}", kDisclaimer, kName, kVersion), style.small, kQuietText);
  return column.height();
}

} // namespace

ScaleBar choose_scale_bar(const Findings& findings, double film_scale, double room_px) {
  const double unit_px = findings.spacing ? film_scale / findings.spacing->x_mm : film_scale;
  const double most = std::max(1.0, room_px) / unit_px;
  const double decade = std::pow(10.0, std::floor(std::log10(most)));
  const double length = most >= 5 * decade ? 5 * decade : most >= 2 * decade ? 2 * decade : decade;
  return {significant(length), length * unit_px};
}

cv::Mat3b draw_footer(const Findings& findings, int width_px, const FooterStyle& style) {
  cv::Mat3b strip(lay_out(nullptr, findings, width_px, style), width_px, kPaper);
  lay_out(&strip, findings, width_px, style);
  return strip;
}

} // namespace calx

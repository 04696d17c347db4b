// An evaluation as a table on the terminal, JSON, Markdown and a page with pictures. Film names
// appear in them; nothing from a film's header does. Each says: for research use, not for
// diagnosis.
#pragma once

#include "core/error.hpp"
#include "evaluate/evaluate.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace calx::evaluation {

/// What the reports are about.
struct ReportInput {
  const Evaluation& evaluation;
  const Comparison* comparison = nullptr; ///< of these results with other ones; null: none
};

/// The main figures, 80 columns or a little more.
std::string evaluation_table(const ReportInput&);

/// "calx.evaluation/1": every figure, the curve, the tables, every film; one trailing newline.
std::string evaluation_json(const ReportInput&);

std::string evaluation_markdown(const ReportInput&);

/// A page that needs no other file: plots as SVG, pictures of the films where most went wrong (read
/// through calx's own loader; a film that cannot be read has none).
std::string evaluation_html(const ReportInput&);

inline constexpr std::string_view kJsonFile = "evaluation.json";
inline constexpr std::string_view kMarkdownFile = "evaluation.md";
inline constexpr std::string_view kHtmlFile = "evaluation.html";

} // namespace calx::evaluation

// The words and numbers that the table, the Markdown and the page share.
#pragma once

#include "evaluate/evaluate.hpp"

#include <span>
#include <string>

namespace calx::evaluation {

/// Three significant digits: "0.427", "12.3"; "-" for nothing.
std::string number_text(std::optional<double> value);
/// "0.427" or "1.3 mm"; "no cases" where there is no value.
std::string value_text(const Figure&);
/// "0.31 to 0.54"; empty where there is no interval.
std::string interval_text(const std::optional<Interval>&);
/// "430 on 150 films"; empty without cases.
std::string cases_text(const Figure&);
/// "200 films, 193 with a result; 512 deposits, 430 of them visible".
std::string summary_text(const Evaluation&);
/// "won", "lost", "mixed".
std::string_view outcome_word(FilmChange::Outcome);
/// Of the results: "calx 0.1.0 (abc)", each once.
std::vector<std::string> tools_of(const Evaluation&);
/// Films without a usable result.
std::vector<const FilmScore*> troubled_films(const Evaluation&);
/// Groups in which no figure has a case are left out of what people read.
bool group_has_cases(std::span<const Figure>, const std::string& group);
/// So are prominences of which no point was given, one line each.
bool is_detail_without_cases(const Figure&);
/// The figure of that id; null where there is none.
const Figure* find_figure(const Evaluation&, std::string_view id);

} // namespace calx::evaluation

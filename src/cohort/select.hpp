// Which files of a folder tree are meant: `--where "Modality in (CR, DX) and PatientAge >= 18"`.
//
//   condition  = all { "or" all }
//   all        = one { "and" one }
//   one        = "not" one | "(" condition ")" | KEYWORD test
//   test       = ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" ) value
//              | "in" "(" range { "," range } ")" | "in" range | "exists"
//   range      = value [ ".." value ]
//
// A keyword is one of DICOM's dictionary; values with blanks or signs stand in quotes. What a value
// is goes by the attribute: numbers, dates (20200131 or 2020-01-31), ages (18, 18Y, 6M; in years),
// else text. Text compares without regard to case; "~" is "contains". An attribute with several
// values passes where one of them does; one that is absent passes no test but "!=".
#pragma once

#include "load/dicom_query.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace calx::cohort {

namespace selection {
struct Node;
}

class Selection {
public:
  /// The error is a sentence for the user that points at the place.
  static tl::expected<Selection, std::string> parse(std::string_view text);

  /// The attributes that must be read, each once.
  const std::vector<std::string>& keywords() const { return keywords_; }
  bool matches(const TagValues& values) const;

private:
  std::shared_ptr<const selection::Node> root_;
  std::vector<std::string> keywords_;
};

} // namespace calx::cohort

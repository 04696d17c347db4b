#include "core/version.hpp"
#include "report/example.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace calx {
namespace {

using Table = std::vector<std::vector<std::string>>;

/// An RFC 4180 reader, to read back what was written.
Table parse_csv(const std::string& text) {
  Table rows(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& field = rows.back().back();
    if (quoted && c == '"' && text.substr(i, 2) == "\"\"")
      field += text[i++];
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && c == ',')
      rows.back().emplace_back();
    else if (!quoted && c == '\r')
      continue;
    else if (!quoted && c == '\n')
      rows.push_back({""});
    else
      field += c;
  }
  rows.pop_back(); // after the last line break
  return rows;
}

std::string cell(const Table& table, std::size_t row, const std::string& column) {
  const auto& header = table.front();
  const auto at = std::ranges::find(header, column);
  EXPECT_NE(at, header.end()) << column;
  return table.at(row).at(static_cast<std::size_t>(at - header.begin()));
}

TEST(FindingsCsv, HasARowForEachLesionAndAllFeatures) {
  const std::vector films{test::example_findings(true), Findings{}, test::example_findings(false)};
  const Table table = parse_csv(findings_csv(films));
  ASSERT_EQ(table.size(), 1U + 3 + 0 + 3);
  for (const auto& row : table) EXPECT_EQ(row.size(), table.front().size());
  for (const FeatureDescription& d : feature_descriptions()) cell(table, 1, std::string(d.name));
  EXPECT_EQ(cell(table, 1, "kind"), "deposit");
  EXPECT_EQ(cell(table, 1, "max_feret_mm"), "4");
  EXPECT_EQ(cell(table, 4, "max_feret_mm"), "");
  EXPECT_EQ(cell(table, 1, "nearest_prominence"), "index_pip_head");
  EXPECT_EQ(cell(table, 2, "nearest_prominence"), "");
  EXPECT_EQ(cell(table, 1, "bbox_width"), "41");
  EXPECT_EQ(cell(table, 1, "spacing_source"), "detector-plane");
  EXPECT_EQ(cell(table, 6, "disclaimer"), kDisclaimer);
}

TEST(FindingsCsv, QuotesWhatNeedsIt) {
  Findings f = test::example_findings(true);
  f.path = "a, \"b\"\nc.dcm";
  EXPECT_EQ(cell(parse_csv(findings_csv(std::vector{f})), 1, "path"), f.path);
}

TEST(FindingsCsv, PartsMakeTheWhole) {
  const std::vector films{test::example_findings(true), test::example_findings(false)};
  EXPECT_EQ(findings_csv(films),
            findings_csv_header() + findings_csv_rows(films[0]) + findings_csv_rows(films[1]));
}

} // namespace
} // namespace calx

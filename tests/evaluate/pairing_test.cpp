#include "evaluate/film.hpp"
#include "evaluate/film_set.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace calx::evaluation::test {
namespace {

std::string result_of(const std::vector<FilmPair>& pairs, std::string_view name) {
  const auto found = std::ranges::find(pairs, name, &FilmPair::name);
  return found == pairs.end() ? "not there" : found->result.filename().string();
}

TEST(Pairing, FindsResultsByPathByFolderAndName) {
  FilmSet set;
  for (const char* name : {"hand/1", "hip/1", "hip/2", "knee/3"}) set.add(FilmTruth{name, {}});
  for (const char* name : {"hand_1", "hip_1", "2"}) set.add(FilmFindings{name, {}});
  const auto pairs = pair_films(set.truth(), set.results());
  ASSERT_TRUE(pairs) << pairs.error().to_string();
  EXPECT_EQ(result_of(*pairs, "hand/1"), "hand_1.findings.json");
  EXPECT_EQ(result_of(*pairs, "hip/1"), "hip_1.findings.json");
  EXPECT_EQ(result_of(*pairs, "hip/2"), "2.findings.json");
  EXPECT_EQ(result_of(*pairs, "knee/3"), "");
  EXPECT_EQ(pairs->front().name, "hand/1");
}

TEST(Pairing, RefusesOneResultForTwoFilms) {
  FilmSet set;
  for (const char* name : {"hand/1", "hip/1"}) set.add(FilmTruth{name, {}});
  set.add(FilmFindings{"1", {}});
  const auto pairs = pair_films(set.truth(), set.results());
  ASSERT_FALSE(pairs);
  EXPECT_EQ(pairs.error().code, ErrorCode::BadTruth);
}

TEST(Pairing, SaysWhereNoTruthIs) {
  FilmSet set;
  EXPECT_EQ(pair_films(set.truth(), set.results()).error().code, ErrorCode::FileNotFound);
  EXPECT_EQ(pair_films(set.truth() / "no", set.results()).error().code, ErrorCode::FileNotFound);
}

/// The error of a truth file with one thing changed.
Error refused(std::string_view text) {
  FilmSet set;
  set.add(FilmTruth{"a", {{{50, 50}, 6}}});
  const auto file = set.truth() / "a.truth.json";
  (void)write_file(file, text);
  const auto truth = read_truth(file);
  return truth ? Error{ErrorCode::Internal, "read", {}} : truth.error();
}

TEST(Pairing, TruthThatIsNotAsItsSchemaSaysIsAnError) {
  const std::string image = R"("image": {"file": "a.png", "rows": 300, "columns": 400})";
  const auto with = [&image](const std::string& rest) {
    return R"({"schema": "calx.truth/1", )" + image + rest + "}";
  };
  for (
      const std::string& text :
      {std::string("not json"), std::string(R"({"schema": "calx.truth/2"})"), with(""),
       with(R"(, "lesions": [{"id": 1}])"), with(R"(, "lesions": [{"id": 0, "bbox": [0,0,1,1]}])"),
       with(R"(, "lesions": [], "prominences": [{"name": "patella"}])"),
       with(R"(, "lesions": [], "prominences": [{"name": "patella", "xy": "here"}])"),
       with(
           R"(, "lesions": [], "prominences": [{"name": "patella", "xy": [1, 1]}, {"name": "patella", "xy": null}])"),
       with(R"(, "lesions": [], "region": "tail")"), with(R"(, "lesions": [], "pattern": 5)"),
       with(R"(, "lesions": [{"id":1,"bbox":[0,0,1,1]},{"id":1,"bbox":[0,0,1,1]}])")})
    EXPECT_EQ(refused(text).code, ErrorCode::BadTruth) << text;
  EXPECT_EQ(refused(with(R"(, "lesions": [])")).message, "read");
  EXPECT_EQ(
      refused(with(R"(, "lesions": [], "prominences": [{"name": "patella", "xy": null}])")).message,
      "read");
}

TEST(Pairing, MaskOfAnotherSizeIsAnError) {
  FilmSet set;
  set.add(FilmTruth{"a", {{{50, 50}, 6}}});
  (void)write_png(set.truth() / "a.lesions.png", cv::Mat1b(10, 10, uchar{0}));
  const auto truth = read_truth(set.truth() / "a.truth.json");
  ASSERT_FALSE(truth);
  EXPECT_EQ(truth.error().code, ErrorCode::BadTruth);
}

} // namespace
} // namespace calx::evaluation::test

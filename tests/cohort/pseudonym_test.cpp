#include "cohort/cohort_example.hpp"
#include "cohort/examine.hpp"
#include "cohort/pseudonym.hpp"
#include "support/dicom_maker.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;
using calx::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

fs::path key_file(const TemporaryFolder& folder, const std::string& key) {
  const fs::path file = folder / "key";
  std::ofstream(file) << key;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  return file;
}

Pseudonyms example(const std::string& key = "0123456789abcdef0123456789abcdef") {
  const TemporaryFolder folder;
  return Pseudonyms::read_key(key_file(folder, key)).value();
}

TEST(Pseudonyms, AreUidsThatNothingButTheKeyTells) {
  const std::string uid = example().uid("1.2.840.1");
  EXPECT_THAT(uid, MatchesRegex("2\\.25\\.[1-9][0-9]+"));
  EXPECT_LE(uid.size(), 64U);
  EXPECT_EQ(uid, example().uid("1.2.840.1"));
  EXPECT_NE(uid, example().uid("1.2.840.2"));
  EXPECT_NE(uid, example("another key of thirty-two bytes!").uid("1.2.840.1"));
  EXPECT_EQ(example().uid(""), "");
  EXPECT_NE(example().digest("x"), example().path("x"));
}

TEST(Pseudonyms, AreHmacSha256) {
  // printf 'calx path\nx' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
  EXPECT_EQ(example().path("x"), "path-37d2b00cf314e21e58c01b0ea84ad82e");
}

TEST(Pseudonyms, NeedALongKeyThatOthersCannotRead) {
  const TemporaryFolder folder;
  const auto tooshort = Pseudonyms::read_key(key_file(folder, "only thirty-one bytes of key...\n"));
  ASSERT_FALSE(tooshort);
  EXPECT_EQ(tooshort.error().code, ErrorCode::BadKey);
  EXPECT_THAT(tooshort.error().message, Not(HasSubstr("thirty")));
  const fs::path file = key_file(folder, std::string(64, 'k'));
  EXPECT_FALSE(Pseudonyms::read_key(file)->key_is_exposed());
  fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
  EXPECT_TRUE(Pseudonyms::read_key(file)->key_is_exposed());
  EXPECT_EQ(Pseudonyms::read_key(folder / "none").error().code, ErrorCode::FileNotFound);
  EXPECT_EQ(Pseudonyms::read_key(folder.path()).error().code, ErrorCode::BadKey);
}

TEST(Pseudonyms, LeaveNothingOfTheFileInARecord) {
  const Record plain = test::done("Doe^Jane/hand.dcm");
  const Record hidden = example().record(plain);
  const std::string json = record_json(hidden);
  for (const std::string& told :
       {std::string("Doe"), std::string("hand.dcm"), std::string("/data/films"),
        plain.key.content_sha256, plain.uids->sop_instance, std::string("\"1.2.4\"")})
    EXPECT_THAT(json, Not(HasSubstr(told)));
  EXPECT_NE(record_name(hidden), record_name(plain));
  const auto findings = nlohmann::json::parse(hidden.findings);
  EXPECT_EQ(findings["image"]["sop_instance_uid"], hidden.uids->sop_instance);
  EXPECT_EQ(findings["image"]["path"], hidden.input.path);
  EXPECT_EQ(findings["lesions"].size(), 3U);
  const auto read = parse_record(json);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(read->pseudonym_key_id, example().key_id());
  EXPECT_THAT(record_json(example().record(test::failed("Doe^Jane.dcm"))), Not(HasSubstr("Doe")));
}

TEST(Pseudonyms, KeepADuplicateWithItsOriginal) {
  const Record original = test::done("a.dcm");
  const Record copy = duplicate_of(original, {"b.dcm", "/data/films", 1, 2, 3});
  EXPECT_EQ(example().record(copy).duplicate_of, record_name(example().record(original)));
}

TEST(Pseudonyms, AreInPlaceBeforeARecordIsMade) {
  const TemporaryFolder folder;
  calx::testing::DicomSpec spec;
  spec.rows = spec.columns = 300;
  spec.text = {{"PatientName", "Doe^Jane"},
               {"SOPInstanceUID", "1.2.3.4.5"},
               {"SeriesInstanceUID", "1.2.3.4.6"}};
  calx::testing::write_dicom(folder / "Doe.dcm", spec);
  const FileEntry file{folder.path().string(), "Doe.dcm", 1, 2, 3};
  Settings settings;
  settings.pseudonyms = std::make_shared<const Pseudonyms>(example());
  const Look look = look_at(file, settings);
  const Analysed analysed = analyse_film(file, settings, look.record);
  for (const Record& record : {blank_record(file, settings), look.record, analysed.record}) {
    for (const char* told : {"Doe", "1.2.3.4.", folder.path().c_str()})
      EXPECT_THAT(record_json(record), Not(HasSubstr(told)));
    EXPECT_EQ(record.pseudonym_key_id, example().key_id());
    EXPECT_EQ(record.input.path, record_input(file, settings).path);
  }
  ASSERT_EQ(analysed.record.outcome, Outcome::Done);
  const auto image = nlohmann::json::parse(analysed.record.findings)["image"];
  EXPECT_EQ(image["sop_instance_uid"], example().uid("1.2.3.4.5"));
  EXPECT_EQ(image["path"], example().path("Doe.dcm"));
}

} // namespace
} // namespace calx::cohort

// `calx run` and what goes with it as a user has them: the program itself, its options, its exit
// statuses, and all that it leaves on the disk and says.
#include "cohort/cohort_example.hpp"
#include "cohort/digest.hpp"
#include "cohort/small_cohort.hpp"
#include "support/program.hpp"

#include <dcmtk/config/osconfig.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <dcmtk/dcmdata/dctk.h>
#include <fcntl.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sqlite3.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <zlib.h>

namespace calx::cohort {
namespace {

namespace fs = std::filesystem;
using calx::test::Ran;
using calx::test::run_calx;
using calx::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

/// Starts `calx ARGUMENTS`, of which none has a blank, as a terminal would: in a group of its own.
pid_t start_calx(const fs::path& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), CALX_PROGRAM);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  const pid_t process = ::fork();
  if (process != 0) return process;
  ::setpgid(0, 0);
  const int err = ::open((folder / ".stderr").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (::chdir(folder.c_str()) != 0 || err < 0) ::_exit(127);
  ::dup2(err, STDERR_FILENO);
  ::execv(words[0], words.data());
  ::_exit(127);
}

/// The first cells of a table's rows, without its header.
std::vector<std::string> first_cells(const fs::path& table) {
  std::vector<std::string> cells;
  std::ifstream stream(table);
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) cells.push_back(line.substr(0, line.find(',')));
  return cells;
}

std::size_t records_in(const fs::path& out) {
  std::error_code failed;
  std::size_t records = 0;
  for (fs::recursive_directory_iterator at(out / "records", failed), end; !failed && at != end;
       at.increment(failed))
    records += at->path().extension() == ".json";
  return records;
}

TEST(RunProgram, AnalysesWhatAConditionOnNumbersAndDatesSelects) {
  const TemporaryFolder folder;
  const auto film = [&](const char* name, int seed, const char* kv, const char* date) {
    test::write_film(folder / "films" / name, seed,
                     test::FilmExtras{.text = {{"KVP", kv}, {"StudyDate", date}}});
  };
  film("early", 1, "55", "20191231");
  film("first", 2, "50", "20200101");
  film("last", 3, "70.0", "20201231");
  film("late", 4, "55", "20210101");
  film("hard", 5, "70.5", "20200601");
  film("soft", 6, "49", "20200601");
  film("undated", 7, "55", "");
  const Ran ran =
      run_calx(folder.path(), "run films -o out --no-overlay"
                              " --where 'KVP in 50..70 and StudyDate in 20200101..2020-12-31'");
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(first_cells(folder / "out" / "images.csv"), ElementsAre("first", "last"));
  EXPECT_EQ(records_in(folder / "out"), 2U); // what is not selected leaves no trace
  EXPECT_THAT(ran.out, HasSubstr("7 files"));

  const Ran wrong = run_calx(folder.path(), "run films -o other --where 'StudyDate >= 2020-13-01'");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("2020-13-01"));
  EXPECT_FALSE(fs::exists(folder / "other"));
}

TEST(RunProgram, IsStoppedByCtrlCAndGoesOnWhereItWas) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "films", 24);
  // A duplicate is recorded at once, and again where its original was not done by then.
  fs::remove(folder / "films" / "deep/copy");
  ASSERT_EQ(run_calx(folder.path(), "run films -o undisturbed -q").status, 0);
  const pid_t run = start_calx(folder.path(), {"run", "films", "-o", "out", "-q", "-j", "1"});
  while (records_in(folder / "out") < 3 && ::waitpid(run, nullptr, WNOHANG) == 0)
    std::this_thread::sleep_for(1ms);
  const Ran status = run_calx(folder.path(), "status out --json");
  ::kill(-run, SIGINT); // to the whole group, workers too, as a terminal sends it
  EXPECT_EQ(test::wait_for(run), 1);
  EXPECT_THAT(test::bytes_of(folder / ".stderr"),
              HasSubstr("stopped; the same command goes on from there and then makes the tables"));
  const std::size_t done = records_in(folder / "out");
  EXPECT_GE(done, 3U);
  EXPECT_LT(done, records_in(folder / "undisturbed"));
  EXPECT_FALSE(fs::exists(folder / "out" / "images.csv"));
  EXPECT_FALSE(fs::exists(folder / "out" / "tmp"));
  // Not one film that was under way is blamed for it.
  for (const auto& [path, outcome] : test::outcomes(folder / "out"))
    EXPECT_THAT(outcome, AllOf(Not(StartsWith("crashed")), Not(StartsWith("timeout")))) << path;
  EXPECT_TRUE(nlohmann::json::parse(status.out).at("running").get<bool>()) << status.out;

  const Ran unfinished = run_calx(folder.path(), "verify out");
  EXPECT_EQ(unfinished.status, 1);
  EXPECT_THAT(unfinished.err, HasSubstr("the run was not finished"));
  const Ran rest = run_calx(folder.path(), "run films -o out");
  EXPECT_EQ(rest.status, 0) << rest.err;
  EXPECT_THAT(rest.out, HasSubstr(std::to_string(records_in(folder / "out") - done) +
                                  " of them in this run"));
  EXPECT_EQ(test::tables_of(folder / "out"), test::tables_of(folder / "undisturbed"));
  EXPECT_EQ(run_calx(folder.path(), "verify out").status, 0);
}

TEST(StatusProgram, CountsOutcomesAndReasonsAsJson) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "films", 3);
  ASSERT_EQ(run_calx(folder.path(), "run films -o out -q --no-overlay").status, 0);
  const Ran said = run_calx(folder.path(), "status out --json");
  EXPECT_EQ(said.status, 0) << said.err;
  const auto json = nlohmann::json::parse(said.out);
  EXPECT_EQ(json.at("records"), 11);
  EXPECT_EQ(json.at("running"), false);
  EXPECT_EQ(json.at("broken"), 0);
  EXPECT_EQ(
      json.at("outcomes"),
      nlohmann::json({{"done", 3}, {"duplicate", 1}, {"failed", 3}, {"not-a-radiograph", 4}}));
  EXPECT_EQ(json.at("reasons"),
            nlohmann::json({{"empty-file", 1}, {"file-not-found", 1}, {"truncated-pixels", 1}}));
  EXPECT_GT(json.at("cpu_s").get<double>(), 0);
  const Ran none = run_calx(folder.path(), "status films --json");
  EXPECT_EQ(none.status, 2);
  EXPECT_EQ(none.out, "");
}

TEST(VerifyProgram, NamesWhatIsDamagedAndIsContentAfterTheNextRun) {
  const TemporaryFolder folder;
  test::write_cohort(folder / "films", 3);
  ASSERT_EQ(run_calx(folder.path(), "run films -o out -q").status, 0);
  const Ran whole = run_calx(folder.path(), "verify out");
  EXPECT_EQ(whole.status, 0) << whole.err;
  EXPECT_EQ(whole.out, "out: whole\n");
  const std::string tables = test::tables_of(folder / "out");
  const Record record = test::record_at(folder / "out", "deep/film1");
  fs::resize_file(folder / "out" / record_file(record_name(record)), 99);
  fs::remove(folder / "out" / "index.tsv"); // as after a power cut
  const Ran damaged = run_calx(folder.path(), "verify out");
  EXPECT_EQ(damaged.status, 1);
  EXPECT_THAT(damaged.err, HasSubstr(record_name(record)));
  const Ran mended = run_calx(folder.path(), "run films -o out");
  EXPECT_EQ(mended.status, 0) << mended.err;
  EXPECT_THAT(mended.out, HasSubstr("1 of them in this run"));
  EXPECT_EQ(run_calx(folder.path(), "verify out").status, 0);
  EXPECT_EQ(test::tables_of(folder / "out"), tables);
  EXPECT_EQ(run_calx(folder.path(), "verify films").status, 2);
}

// Symptom: with the usual umask everyone on the machine could read records, tables and overlays,
// which say which patients' films (by UID and path) show what. Cause: only workers, which write no
// file, had a umask of their own. Expected: who analysed may read, and nobody else.
TEST(RunProgram, LeavesNothingThatOthersMayRead) {
  const TemporaryFolder folder;
  test::write_film(folder / "films" / "a", 1);
  const Ran ran = run_calx(folder.path(), "run films -o out --mask");
  ASSERT_EQ(ran.status, 0) << ran.err;
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "out")) {
    const auto others =
        entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all);
    EXPECT_EQ(others, fs::perms::none) << entry.path();
    files += entry.is_regular_file();
  }
  EXPECT_GE(files, 13U); // tables, checksums, index, a record, two pictures
}

// ---- what names a patient

/// One person, and the words by which they would be known.
struct Person {
  std::map<std::string, std::string> text;
  std::vector<std::string> words;
};

// Latin-1 in one file and UTF-8 in the other: the umlaut is left out of the words.
Person person() {
  return {{{"PatientName", "Quillfeather^Zebedee"},
           {"PatientID", "PID-7730415"},
           {"PatientBirthDate", "19370228"},
           {"PatientBirthTime", "043217"},
           {"PatientBirthName", "Vanderquist^Zebedee"},
           {"OtherPatientNames", "Oldnamington^Zeb"},
           {"RETIRED_OtherPatientIDs", "OTHER-5519"},
           {"PatientMotherBirthName", "Mothersfield^Ann"},
           {"PatientAddress", "Elmstreetish 17"},
           {"PatientTelephoneNumbers", "0555-771882"},
           {"PatientComments", "Commentworthy"},
           {"ReferringPhysicianName", "Doctorovich^Ref"},
           {"OperatorsName", "Operatorsen^Op"},
           {"InstitutionName", "Saint Nowhere Infirmary"},
           {"AccessionNumber", "ACC-882144"},
           {"StudyID", "STUDY-90817"},
           {"SOPInstanceUID", "1.2.826.0.1.3680043.777.31.1"},
           {"SeriesInstanceUID", "1.2.826.0.1.3680043.777.31.2"},
           {"StudyInstanceUID", "1.2.826.0.1.3680043.777.31.3"}},
          {"Quillfeather", "Zebedee",      "7730415",     "19370228",      "1937-02-28",
           "28.02.1937",   "043217",       "Vanderquist", "Oldnamington",  "OTHER-5519",
           "Mothersfield", "Elmstreetish", "771882",      "Commentworthy", "Doctorovich",
           "Operatorsen",  "Nowhere",      "882144",      "90817",         "Seqidentity",
           "Privatename"}};
}

/// Also where a reader of the attributes at the top would not look.
void hide_in_depth(void* dataset) {
  auto* const data = static_cast<DcmDataset*>(dataset);
  DcmItem* item = nullptr;
  data->findOrCreateSequenceItem(DCM_OtherPatientIDsSequence, item);
  item->putAndInsertString(DCM_PatientID, "Seqidentity");
  item = nullptr;
  data->findOrCreateSequenceItem(DCM_RequestAttributesSequence, item);
  item->putAndInsertString(DCM_PatientName, "Quillfeather^Zebedee");
  data->putAndInsertString(DcmTag(0x0009, 0x0010, EVR_LO), "CALX TEST");
  data->putAndInsertString(DcmTag(0x0009, 0x1001, EVR_LO), "Privatename");
}

/// Films of the person, and files of the person that are none: each kind of record, each message.
void write_person(const fs::path& folder) {
  test::FilmExtras extras{.text = person().text, .edit = hide_in_depth};
  test::write_film(folder / "a", 1, extras);
  fs::copy_file(folder / "a", folder / "copy");
  extras.text["SpecificCharacterSet"] = "ISO_IR 100";
  extras.text["PatientName"] = "Quillfeather-M\xfcller^Zebedee";
  test::write_film(folder / "latin", 2, extras);
  extras.text["SpecificCharacterSet"] = "ISO_IR 192";
  extras.text["PatientName"] = "Quillfeather-M\xc3\xbcller^Zebedee";
  extras.text["SOPInstanceUID"] = "Quillfeather"; // where a UID should be
  extras.text["SeriesInstanceUID"] = "PID-7730415";
  test::write_film(folder / "no-uid", 3, extras);
  test::write_film(folder / "cut", 4, extras);
  fs::resize_file(folder / "cut", fs::file_size(folder / "cut") / 2);
  extras.text["Modality"] = "CT";
  test::write_film(folder / "ct", 5, extras);
  std::ofstream(folder / "notes") << "Quillfeather^Zebedee 19370228";
}

std::string inflated(std::string_view packed) {
  std::string out(1 << 20, '\0');
  uLongf size = out.size();
  const int status = ::uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                                  reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  EXPECT_EQ(status, Z_OK);
  out.resize(status == Z_OK ? size : 0);
  return out;
}

/// The chunks of a PNG that hold text, packed text unpacked; all names of chunks go to `names`.
std::string text_of_png(const std::string& png, std::set<std::string>& names) {
  std::string text;
  std::size_t at = 8;
  while (at + 12 <= png.size()) {
    std::uint32_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(png[at + i]);
    const std::string name = png.substr(at + 4, 4), data = png.substr(at + 8, size);
    at += 12 + std::size_t(size);
    names.insert(name);
    const std::size_t keyword = data.find('\0');
    if (name == "zTXt") text += inflated(std::string_view(data).substr(keyword + 2));
    if (name == "iTXt" && data.at(keyword + 1) == 1) {
      const std::size_t language = data.find('\0', keyword + 3);
      text += inflated(std::string_view(data).substr(data.find('\0', language + 1) + 1));
    }
    text += data.substr(0, name == "IDAT" ? 0 : data.npos);
  }
  EXPECT_EQ(at, png.size());
  return text;
}

/// Every cell of every table: within the file a text may be parted between pages.
std::string cells_of(const fs::path& file) {
  std::string all;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const auto take = [](void* to, int count, char** cells, char**) {
    for (int i = 0; i < count; ++i)
      if (cells[i]) *static_cast<std::string*>(to) += std::string(cells[i]) + "\n";
    return 0;
  };
  std::string tables;
  sqlite3_exec(database, "SELECT name FROM sqlite_schema WHERE type = 'table'", take, &tables,
               nullptr);
  std::istringstream names(tables);
  for (std::string name; std::getline(names, name);)
    EXPECT_EQ(sqlite3_exec(database, ("SELECT * FROM " + name).c_str(), take, &all, nullptr),
              SQLITE_OK);
  sqlite3_close(database);
  return all;
}

/// All that a run leaves, by where it is.
struct Traces {
  std::map<std::string, std::string> text;
  std::set<std::string> png_chunks;
};

Traces traces_of(const fs::path& out, const std::vector<Ran>& said) {
  Traces traces;
  for (const auto& entry : fs::recursive_directory_iterator(out)) {
    const std::string name = entry.path().lexically_relative(out).string();
    std::string& text = traces.text[name];
    text = name + "\n";
    if (!entry.is_regular_file()) continue;
    const std::string bytes = test::bytes_of(entry.path());
    text += bytes;
    if (entry.path().extension() == ".png") text += text_of_png(bytes, traces.png_chunks);
    if (entry.path().extension() == ".sqlite") text += cells_of(entry.path());
  }
  for (const Ran& ended : said) traces.text["what calx said"] += ended.out + ended.err;
  return traces;
}

bool holds(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  return !std::ranges::search(text, word, same).empty();
}

/// Words that are somewhere, with the place.
std::vector<std::string> found(const Traces& traces, const std::vector<std::string>& words) {
  std::vector<std::string> all;
  for (const auto& [place, text] : traces.text)
    for (const std::string& word : words)
      if (holds(text, word)) all.push_back(place + ": " + word);
  return all;
}

TEST(RunProgram, RepeatsNothingThatNamesAPatient) {
  const TemporaryFolder folder;
  write_person(folder / "films");
  EXPECT_TRUE(holds(test::bytes_of(folder / "films" / "a"), "quillfeather")); // the search works
  const std::vector<Ran> said{run_calx(folder.path(), "run films -o out"),
                              run_calx(folder.path(), "run films -o out --retry failed"),
                              run_calx(folder.path(), "status out"),
                              run_calx(folder.path(), "status out --json"),
                              run_calx(folder.path(), "verify out")};
  for (const Ran& ended : said) EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(first_cells(folder / "out" / "images.csv").size(), 3U);
  EXPECT_THAT(first_cells(folder / "out" / "failures.csv"), ElementsAre("cut"));
  EXPECT_THAT(first_cells(folder / "out" / "skipped.csv"), ElementsAre("copy", "ct", "notes"));
  const Traces traces = traces_of(folder / "out", said);
  EXPECT_THAT(found(traces, person().words), IsEmpty());
  EXPECT_TRUE(traces.png_chunks.contains("IDAT")); // there are overlays
  EXPECT_TRUE(traces.png_chunks.contains("tEXt")) << "the disclaimer is no plain text any more";
  // UIDs are told, as documented; this finds texts in each of these files.
  const auto uids = found(traces, {person().text.at("SOPInstanceUID")});
  for (const char* file : {"images.csv", "images.ndjson", "skipped.csv", "calx.sqlite"})
    EXPECT_THAT(uids, ::testing::Contains(StartsWith(file)));
}

/// The pictures, whatever they are called.
std::multiset<std::string> pictures_in(const fs::path& out) {
  std::multiset<std::string> pictures;
  for (const auto& entry : fs::recursive_directory_iterator(out))
    if (entry.path().extension() == ".png") pictures.insert(test::bytes_of(entry.path()));
  return pictures;
}

TEST(RunProgram, PseudonymizesEverythingThatLeadsBack) {
  const TemporaryFolder folder;
  const fs::path films = folder / "Quillfeather^Zebedee" / "19370228";
  write_person(films);
  fs::rename(films / "latin", films / "PID-7730415.dcm");
  const std::string key = "0123456789abcdef0123456789abcdef";
  std::ofstream(folder / "key") << key;
  fs::permissions(folder / "key", fs::perms::owner_read);
  const std::vector<Ran> said{
      run_calx(folder.path(), "run 'Quillfeather^Zebedee' -o out --pseudonymize key"),
      run_calx(folder.path(),
               "run 'Quillfeather^Zebedee' -o out --pseudonymize key --retry failed"),
      run_calx(folder.path(), "status out"), run_calx(folder.path(), "verify out")};
  for (const Ran& ended : said) EXPECT_EQ(ended.status, 0) << ended.err;
  const Traces traces = traces_of(folder / "out", said);
  std::vector<std::string> words = person().words;
  words.insert(words.end(), {"1.2.826.0.1.3680043.777.31", "PID-", "no-uid", "\"cut\"", "notes",
                             folder.path().filename().string(), key});
  for (const auto& entry : fs::directory_iterator(films)) {
    const FileEntry file = look_up(films.string(), entry.path().filename().string());
    words.push_back(std::to_string(file.modified_ns));
    words.push_back(sha256_file(entry.path()).value());
  }
  EXPECT_THAT(found(traces, words), IsEmpty());
  EXPECT_EQ(first_cells(folder / "out" / "images.csv").size(), 3U);
  EXPECT_THAT(test::bytes_of(folder / "out" / "images.csv"), HasSubstr("2.25."));
  // No word that differs is drawn into a picture: they are those of a run that hides nothing.
  ASSERT_EQ(run_calx(folder.path(), "run 'Quillfeather^Zebedee' -o plain -q").status, 0);
  EXPECT_EQ(pictures_in(folder / "out").size(), 3U);
  EXPECT_TRUE(pictures_in(folder / "out") == pictures_in(folder / "plain"));
}

} // namespace
} // namespace calx::cohort

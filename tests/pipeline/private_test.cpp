// What names a patient stays in the file, whatever calx is asked for and however it ends.
#include "pipeline/drawn_file.hpp"
#include "support/program.hpp"

#include <algorithm>
#include <array>
#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>
#include <gtest/gtest.h>
#include <map>

namespace calx {
namespace {

using test::content_of;
using test::run_calx;
using testing::DicomSpec;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// One person, and the words by which that person would be known in an output.
struct Person {
  std::map<std::string, std::string> tags;
  std::string other_id; ///< in OtherPatientIDsSequence
  std::vector<std::string> words;
};

const Person kOne{{{"PatientName", "Zyxwvut^Qponmlk"},
                   {"PatientID", "PID7391XQ"},
                   {"PatientBirthDate", "19370412"},
                   {"OtherPatientNames", "Formerlyzz^Qqmaiden"},
                   {"RETIRED_OtherPatientIDs", "OPI5528VW"},
                   {"PatientBirthName", "Bornasxx^Qq"},
                   {"PatientAddress", "Kvlane 17 Wzzton"},
                   {"PatientTelephoneNumbers", "+99 555 8837264"},
                   {"AccessionNumber", "ACC66201JK"},
                   {"InstitutionName", "Hxhospital Ggville"},
                   {"ReferringPhysicianName", "Drxreferrer^Bb"},
                   {"OperatorsName", "Opxradiographer^Cc"},
                   {"PatientComments", "Cmmxremark"}},
                  "OPS1190TT",
                  {"zyxwvut",    "qponmlk",    "pid7391xq",   "19370412",        "1937-04-12",
                   "12.04.1937", "formerlyzz", "qqmaiden",    "opi5528vw",       "ops1190tt",
                   "bornasxx",   "kvlane",     "wzzton",      "8837264",         "acc66201jk",
                   "hxhospital", "ggville",    "drxreferrer", "opxradiographer", "cmmxremark"}};

const Person kOther{
    {{"PatientName", "A"}, {"PatientID", "1"}, {"PatientBirthDate", "20010101"}}, "2", {}};

DicomSpec film_of(const Person& person) {
  test::DrawnFilm drawn;
  drawn.spots = {{28, 60, 3}, {61, 75, 5}};
  DicomSpec spec = test::as_dicom(drawn.radiograph());
  spec.text.insert(person.tags.begin(), person.tags.end());
  spec.text["BodyPartExamined"] = "FOREARM";
  spec.edit = [other_id = person.other_id](void* dataset) {
    DcmItem* item = nullptr;
    static_cast<DcmItem*>(dataset)->findOrCreateSequenceItem(DCM_OtherPatientIDsSequence, item);
    item->putAndInsertString(DCM_PatientID, other_id.c_str());
  };
  return spec;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// The person's words that are in the bytes.
std::vector<std::string> words_in(const std::string& bytes, const Person& person) {
  const std::string text = lower(bytes);
  std::vector<std::string> found;
  for (const std::string& word : person.words)
    if (text.find(word) != text.npos) found.push_back(word);
  return found;
}

/// Every file in the folder but the films put there, by name.
std::map<std::string, std::string> outputs_in(const fs::path& folder) {
  std::map<std::string, std::string> outputs;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().extension() != ".dcm")
      outputs[fs::relative(entry.path(), folder).string()] = content_of(entry.path());
  return outputs;
}

void expect_no_word(const fs::path& folder, const Person& person) {
  for (const auto& [name, bytes] : outputs_in(folder)) {
    EXPECT_EQ(words_in(bytes, person), std::vector<std::string>{}) << "in " << name;
    EXPECT_EQ(words_in(name, person), std::vector<std::string>{}) << "as a name";
  }
}

/// Everything that can be asked of one film. What each command prints is kept beside its files.
std::map<std::string, std::string> all_outputs(const fs::path& folder, const Person& person) {
  testing::write_dicom(folder / "film.dcm", film_of(person));
  const std::array<std::string, 4> commands{
      "analyze film.dcm -o learned --csv --mask --anatomy-masks --debug-dir learned/debug",
      "analyze film.dcm -o classical --csv --mask --debug-dir classical/debug --detector classical",
      "info --json film.dcm", "info film.dcm"};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto ran = run_calx(folder, commands.at(i));
    EXPECT_EQ(ran.status, 0) << commands.at(i) << ": " << ran.err;
    EXPECT_FALSE(ran.out.empty()) << commands.at(i);
    for (const char* stream : {"stdout", "stderr"})
      fs::rename(folder / stream, folder / (stream + std::to_string(i)));
  }
  return outputs_in(folder);
}

TEST(Private, NothingOfThePatientIsInAnyOutput) {
  const TemporaryFolder folder;
  const auto outputs = all_outputs(folder.path(), kOne);
  for (const char* name :
       {"learned/film.findings.json", "learned/film.overlay.png", "learned/film.mask.png",
        "learned/film.body.png", "learned/deposits.csv", "classical/film.findings.json"})
    EXPECT_TRUE(outputs.contains(name)) << name;
  EXPECT_GT(std::ranges::count_if(
                outputs, [](const auto& o) { return o.first.starts_with("learned/debug/"); }),
            8);
  expect_no_word(folder.path(), kOne);
  // The words would be found where they are: in the film itself, all but the other ways to write
  // the birth date.
  EXPECT_EQ(words_in(content_of(folder / "film.dcm"), kOne).size(), kOne.words.size() - 2);
}

/// Pictures are packed, and letters in them are pixels: so another person's film has to give the
/// same bytes.
TEST(Private, AnotherPersonsFilmGivesTheSameBytes) {
  const TemporaryFolder folder, other_folder;
  const auto outputs = all_outputs(folder.path(), kOne);
  const auto other = all_outputs(other_folder.path(), kOther);
  ASSERT_EQ(outputs.size(), other.size());
  for (const auto& [name, bytes] : outputs) {
    ASSERT_TRUE(other.contains(name)) << name;
    EXPECT_TRUE(other.at(name) == bytes) << name << " differs";
  }
}

/// A film that is refused or damaged after its header was read, and the code that it ends with.
struct Failing {
  const char* code;
  std::function<void(DicomSpec&)> change;
  std::uintmax_t cut_bytes = 0;
  std::string options = {};
};

TEST(Private, NothingOfThePatientIsInAnError) {
  const auto unchanged = [](DicomSpec&) {};
  const std::vector<Failing> all{
      {"truncated-pixels", unchanged, 5000},
      {"frame-out-of-range", unchanged, 0, " --frame 3"},
      {"too-large", [](DicomSpec& s) { s.text["Rows"] = s.text["Columns"] = "20000"; }},
      {"not-a-radiograph", [](DicomSpec& s) { s.modality = "US"; }},
      {"no-pixel-data", [](DicomSpec& s) { s.write_pixels = false; }},
      {"corrupt-header", [](DicomSpec& s) { s.text["Rows"] = "0"; }},
      {"bad-spacing", [](DicomSpec& s) { s.text["ImagerPixelSpacing"] = "0\\0"; }},
  };
  for (const Failing& failing : all) {
    const TemporaryFolder folder;
    DicomSpec spec = film_of(kOne);
    failing.change(spec);
    const fs::path film = folder / "film.dcm";
    testing::write_dicom(film, spec);
    if (failing.cut_bytes > 0) fs::resize_file(film, fs::file_size(film) - failing.cut_bytes);
    ASSERT_FALSE(words_in(content_of(film), kOne).empty());
    const auto ran = run_calx(folder.path(), "analyze film.dcm -o out --csv --mask --debug-dir d" +
                                                 failing.options);
    EXPECT_EQ(ran.status, 1) << failing.code;
    EXPECT_NE(ran.err.find(failing.code), std::string::npos) << failing.code << ": " << ran.err;
    expect_no_word(folder.path(), kOne);
    run_calx(folder.path(), "info --json film.dcm");
    expect_no_word(folder.path(), kOne);
    EXPECT_FALSE(fs::exists(folder / "out" / "film.findings.json")) << failing.code;
  }
}

/// The stream breaks inside, where DCMTK's decoder meets it with the header in hand.
TEST(Private, NothingOfThePatientIsInADecodersError) {
  for (const testing::Syntax syntax :
       {testing::Syntax::JpegLossless70, testing::Syntax::JpegLsLossless,
        testing::Syntax::Jpeg2000Lossless, testing::Syntax::Rle}) {
    const TemporaryFolder folder;
    const fs::path film = folder / "film.dcm";
    testing::write_dicom(film, film_of(kOne), syntax);
    auto bytes = testing::read_file(film);
    const auto middle = static_cast<std::ptrdiff_t>(bytes.size() / 2);
    std::fill(bytes.begin() + middle, bytes.begin() + middle + 2000, std::uint8_t{0xff});
    testing::write_file(film, bytes);
    const auto ran = run_calx(folder.path(), "analyze film.dcm -o out --csv --debug-dir d");
    EXPECT_EQ(ran.status, 1) << testing::syntax_name(syntax);
    EXPECT_NE(ran.err.find("-pixels"), std::string::npos)
        << testing::syntax_name(syntax) << ": " << ran.err;
    expect_no_word(folder.path(), kOne);
  }
}

} // namespace
} // namespace calx

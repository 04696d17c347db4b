#include "load/dicom_query.hpp"

#include "core/vocabulary.hpp"
#include "load/dicom_dataset.hpp"
#include "load/dicom_logging.hpp"
#include "load/dicom_tags.hpp"
#include "load/format.hpp"

#include <algorithm>
#include <array>

namespace calx {
namespace {

using namespace load;
namespace fs = std::filesystem;

constexpr std::uint64_t kMostInflatedBytes = std::uint64_t(1) << 31;

std::optional<DcmTagKey> find_keyword(std::string_view keyword) {
  const std::string name(keyword);
  const DcmDataDictionary& dictionary = dcmDataDict.rdlock();
  const DcmDictEntry* entry = dictionary.findEntry(name.c_str());
  std::optional<DcmTagKey> key;
  // The dictionary also finds "gggg,eeee" and names in other cases: those are no keywords.
  if (entry && entry->getTagName() == name) key = entry->getKey();
  dcmDataDict.rdunlock();
  return key;
}

std::string_view without_padding(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\0'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string> values_of(DcmItem& dataset, const DcmTagKey& key) {
  OFString all;
  if (dataset.findAndGetOFStringArray(key, all).bad()) return {};
  std::vector<std::string> values;
  std::string_view rest(all.c_str(), all.length());
  while (true) {
    const auto bar = rest.find('\\');
    const std::string_view value = without_padding(rest.substr(0, bar));
    if (!value.empty()) values.emplace_back(value);
    if (bar == rest.npos) return values;
    rest.remove_prefix(bar + 1);
  }
}

/// Parses up to the pixel data, after the walk has found the structure sound.
Result<void> parse_header(const fs::path& file, DicomDataset& dataset) {
  auto input = InputFile::open(file);
  if (!input) return tl::unexpected(std::move(input).error());
  const auto kind = detect_format(*input);
  if (!kind) return tl::unexpected(kind.error());
  if (*kind != FileFormat::Dicom) return fail(ErrorCode::NotAnImage, "not a DICOM file");
  prepare_dcmtk();
  auto walk = walk_dicom(*input, kMostInflatedBytes);
  if (!walk) return tl::unexpected(std::move(walk).error());
  return dataset.parse(file, *walk);
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// PS3.10 8.5 has file names in capitals; disks often have them in small letters or with ".dcm".
fs::path as_on_disk(const fs::path& folder, const std::string& name) {
  std::error_code failed;
  if (fs::exists(folder / name, failed)) return folder / name;
  std::vector<fs::path> like;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string here = at->path().filename().string();
    if (same_but_for_case(here, name) || same_but_for_case(here, name + ".dcm"))
      like.push_back(at->path());
  }
  return like.empty() ? folder / name : *std::ranges::min_element(like);
}

std::optional<fs::path> referenced_file(const fs::path& folder, DcmItem& record) {
  const auto parts = values_of(record, DCM_ReferencedFileID);
  fs::path file = folder;
  for (const std::string& part : parts) {
    if (part == "." || part == ".." || part.find('/') != part.npos) return std::nullopt;
    file = as_on_disk(file, part);
  }
  return parts.empty() ? std::nullopt : std::optional(file);
}

} // namespace

std::optional<TagKind> dicom_tag_kind(std::string_view keyword) {
  const auto key = find_keyword(keyword);
  if (!key) return std::nullopt;
  switch (DcmTag(*key).getEVR()) {
  case EVR_DA:
    return TagKind::Date;
  case EVR_AS:
    return TagKind::Age;
  case EVR_DS:
  case EVR_IS:
  case EVR_US:
  case EVR_SS:
  case EVR_xs: // US or SS
  case EVR_UL:
  case EVR_SL:
  case EVR_FL:
  case EVR_FD:
    return TagKind::Number;
  case EVR_SQ:
  case EVR_OB:
  case EVR_OW:
  case EVR_ox:
  case EVR_px:
  case EVR_OD:
  case EVR_OF:
  case EVR_OL:
  case EVR_UN:
    return std::nullopt;
  default:
    return TagKind::Text;
  }
}

std::string nearest_dicom_keyword(std::string_view word) {
  // What people select by; the whole dictionary would offer the most outlandish words.
  constexpr std::array<std::string_view, 24> kUsual{"Modality",
                                                    "BodyPartExamined",
                                                    "PatientAge",
                                                    "PatientSex",
                                                    "StudyDate",
                                                    "SeriesDate",
                                                    "AcquisitionDate",
                                                    "ViewPosition",
                                                    "Laterality",
                                                    "ImageLaterality",
                                                    "SOPClassUID",
                                                    "SeriesDescription",
                                                    "StudyDescription",
                                                    "Manufacturer",
                                                    "ManufacturerModelName",
                                                    "StationName",
                                                    "KVP",
                                                    "Rows",
                                                    "Columns",
                                                    "BitsStored",
                                                    "SeriesInstanceUID",
                                                    "StudyInstanceUID",
                                                    "SOPInstanceUID",
                                                    "ProtocolName"};
  for (const std::string_view usual : kUsual)
    if (same_but_for_case(usual, word)) return std::string(usual);
  return std::string(nearest_word(word, kUsual));
}

bool is_dicom_file(const fs::path& file) {
  const auto input = InputFile::open(file);
  if (!input) return false;
  const auto format = detect_format(*input);
  return format && *format == FileFormat::Dicom;
}

Result<TagValues> read_dicom_tags(const fs::path& file, std::span<const std::string> keywords) {
  DicomDataset dataset;
  if (auto parsed = parse_header(file, dataset); !parsed)
    return tl::unexpected(std::move(parsed).error());
  TagValues values;
  for (const std::string& keyword : keywords)
    if (const auto key = find_keyword(keyword))
      if (auto found = values_of(dataset.items(), *key); !found.empty())
        values.emplace(keyword, std::move(found));
  return values;
}

Result<std::vector<fs::path>> read_dicomdir(const fs::path& file) {
  DicomDataset dataset;
  if (auto parsed = parse_header(file, dataset); !parsed)
    return tl::unexpected(std::move(parsed).error());
  DcmSequenceOfItems* records = nullptr;
  if (dataset.items().findAndGetSequence(DCM_DirectoryRecordSequence, records).bad() || !records)
    return fail(ErrorCode::NotAnImage, "not a DICOMDIR");
  std::vector<fs::path> files;
  // The sequence is a list: the links between its items are of no use to find the files.
  for (DcmObject* item = records->nextInContainer(nullptr); item;
       item = records->nextInContainer(item))
    if (auto found = referenced_file(file.parent_path(), static_cast<DcmItem&>(*item)))
      files.push_back(std::move(*found));
  return files;
}

} // namespace calx

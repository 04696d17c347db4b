#include "cohort/examine.hpp"

#include "cohort/digest.hpp"
#include "cohort/path_text.hpp"
#include "report/png.hpp"
#include "report/report.hpp"

#include <array>
#include <new>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

namespace calx::cohort {
namespace {

std::string word(std::string_view text) {
  return std::string(text);
}

RecordHeader header_of(const ImageHeader& h) {
  const Acquisition& a = h.acquisition;
  RecordHeader out;
  out.format = a.format;
  out.transfer_syntax = a.transfer_syntax;
  out.modality = a.modality;
  out.sop_class_uid = a.sop_class_uid;
  if (!a.region_source.empty()) out.region = word(to_string(a.region));
  out.region_source = a.region_source;
  out.view = word(to_string(a.view));
  out.laterality = word(to_string(a.laterality));
  out.sex = word(to_string(a.sex));
  out.age_years = a.age_years;
  out.rows = h.rows;
  out.columns = h.columns;
  out.bits_stored = a.bits_stored;
  out.frames = a.frames;
  out.spacing = h.spacing;
  out.spacing_source = word(to_string(h.spacing_source));
  return out;
}

/// A UID is digits and dots; anything else in its place is not repeated.
std::string checked_uid(const std::string& text) {
  const bool sane = text.size() <= 64 && text.find_first_not_of("0123456789.") == text.npos;
  return sane ? text : std::string();
}

std::string first_value(const TagValues& tags, const char* keyword) {
  const auto at = tags.find(keyword);
  return at == tags.end() ? std::string() : checked_uid(at->second.front());
}

constexpr std::array kUidKeywords{"SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"};

struct Tags {
  TagValues values;
  bool readable = false;
};

/// The identifiers, and what the selection asks for.
Tags read_tags(const std::filesystem::path& path, const Settings& settings) {
  std::vector<std::string> keywords(kUidKeywords.begin(), kUidKeywords.end());
  if (settings.where)
    keywords.insert(keywords.end(), settings.where->keywords().begin(),
                    settings.where->keywords().end());
  auto values = read_dicom_tags(path, keywords);
  if (!values) return {};
  return {std::move(*values), true};
}

void take_uids(const TagValues& tags, Record& record) {
  const RecordUids uids{first_value(tags, kUidKeywords[0]), first_value(tags, kUidKeywords[1]),
                        first_value(tags, kUidKeywords[2])};
  if (!uids.sop_instance.empty() || !uids.series_instance.empty() || !uids.study_instance.empty())
    record.uids = uids;
}

void take_error(const Error& error, Record& record) {
  const bool no_film =
      error.code == ErrorCode::NotARadiograph || error.code == ErrorCode::NotAnImage;
  record.outcome = no_film ? Outcome::NotARadiograph : Outcome::Failed;
  // The context names the file, which the record does on its own.
  record.reason = Reason{word(error_code_name(error.code)), error.message};
}

void leave_picture(Record& record) {
  record.outcome = Outcome::NotARadiograph;
  record.reason =
      Reason{word(kPictureReason), "a picture, not DICOM; --pictures has such files analysed too"};
}

/// Nothing to be had from the bytes: there are none, or they are no image's.
bool is_worth_hashing(const Record& record) {
  if (!record.reason) return true;
  for (const ErrorCode code : {ErrorCode::NotAnImage, ErrorCode::EmptyFile, ErrorCode::Unreadable,
                               ErrorCode::FileNotFound, ErrorCode::IsDirectory})
    if (record.reason->code == error_code_name(code)) return false;
  return true;
}

RecordInput plain_input(const FileEntry& file) {
  return {path_to_text(file.path), path_to_text(file.root), file.bytes, file.modified_ns,
          file.inode};
}

Record plain_record(const FileEntry& file, const Settings& settings) {
  Record record;
  record.input = plain_input(file);
  record.key = {"", parameters_sha256(settings), version_text()};
  return record;
}

bool is_memory_error(const cv::Exception& error) {
  return error.code == cv::Error::StsNoMem;
}

Look look_plainly(const FileEntry& file, const Settings& settings) {
  const auto path = file.full_path();
  Look look;
  look.record = plain_record(file, settings);
  Record& record = look.record;
  const bool dicom = is_dicom_file(path);
  const Tags tags = dicom ? read_tags(path, settings) : Tags{};
  if (settings.where && (tags.readable || !dicom) && !settings.where->matches(tags.values)) {
    look.kind = Look::Kind::Left;
    return look;
  }
  take_uids(tags.values, record);
  const auto header = read_header(path, settings.load);
  if (!header) {
    take_error(header.error(), record);
  } else {
    record.header = header_of(*header);
    if (dicom || settings.pictures)
      look.kind = Look::Kind::Film;
    else
      leave_picture(record);
  }
  if (!is_worth_hashing(record)) return look;
  auto content = sha256_file(path);
  if (content) {
    record.key.content_sha256 = std::move(*content);
  } else {
    look.kind = Look::Kind::Final;
    take_error(content.error(), record);
  }
  return look;
}

Findings find(const Radiograph& film, const Settings& settings, const Record& looked) {
  AnalyseOptions options = settings.analyse;
  options.want_label_map = settings.mask;
  Findings findings = analyse(film, settings.params, options);
  // The record's names, which may be pseudonyms.
  const RecordUids uids = looked.uids.value_or(RecordUids{});
  findings.path = looked.input.path;
  findings.acquisition.sop_instance_uid = uids.sop_instance;
  findings.acquisition.series_instance_uid = uids.series_instance;
  return findings;
}

Analysed write_up(const Radiograph& film, const Findings& findings, const Settings& settings,
                  Record looked) {
  Analysed out;
  out.record = std::move(looked);
  out.record.outcome = Outcome::Done;
  out.record.findings = nlohmann::ordered_json::parse(findings_json(findings)).dump();
  if (settings.overlay) out.overlay_png = png_bytes(draw_overlay(film, findings));
  if (settings.mask) out.mask_png = png_bytes(findings.label_map);
  return out;
}

} // namespace

RecordInput record_input(const FileEntry& file, const Settings& settings) {
  const RecordInput input = plain_input(file);
  return settings.pseudonyms ? settings.pseudonyms->input(input) : input;
}

Record blank_record(const FileEntry& file, const Settings& settings) {
  const Record record = plain_record(file, settings);
  return settings.pseudonyms ? settings.pseudonyms->record(record) : record;
}

Reason out_of_memory() {
  return {"memory-limit", "the film needs more memory than --memory allows; raise it if the film "
                          "is real"};
}

Look look_at(const FileEntry& file, const Settings& settings) {
  Look look = look_plainly(file, settings);
  if (settings.pseudonyms) look.record = settings.pseudonyms->record(look.record);
  return look;
}

Analysed analyse_film(const FileEntry& file, const Settings& settings, Record looked) {
  try {
    const auto film = load_radiograph(file.full_path(), settings.load);
    if (film) {
      const Findings findings = find(*film, settings, looked);
      return write_up(*film, findings, settings, std::move(looked));
    }
    take_error(film.error(), looked);
  } catch (const cv::Exception& e) {
    if (is_memory_error(e)) throw std::bad_alloc();
    take_error({ErrorCode::Internal, e.err, {}}, looked);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    take_error({ErrorCode::Internal, e.what(), {}}, looked);
  }
  if (settings.pseudonyms) looked.reason = settings.pseudonyms->reason(*looked.reason);
  return {std::move(looked), {}, {}};
}

} // namespace calx::cohort

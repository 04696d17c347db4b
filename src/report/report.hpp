// The findings of one film as files and as a table on the terminal. Every output says that it is
// for research use, not for diagnosis; none names the patient.
#pragma once

#include "core/error.hpp"
#include "core/radiograph.hpp"
#include "report/findings.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace calx {

/// "calx.findings/1", pretty-printed, UTF-8, one trailing newline; the same findings give the same
/// bytes.
std::string findings_json(const Findings&);

/// The JSON Schema of findings_json, as installed (share/calx/calx.findings-1.schema.json).
std::string_view findings_schema();

/// One header row and one row for each lesion of each film (a film without lesions has no row).
std::string findings_csv(std::span<const Findings>);
/// The parts of findings_csv, for a run that does not hold all its findings at once.
std::string findings_csv_header();
std::string findings_csv_rows(const Findings&);

/// A short table for the terminal.
std::string findings_table(const Findings&);

struct OverlayOptions {
  int max_side_px = 2048; ///< larger films are shown smaller, so that the text stays legible
};

/// The film with outlines coloured by kind, ids, prominences with names, distance lines, scale bar
/// and legend. CV_8UC3, RGB order.
cv::Mat3b draw_overlay(const Radiograph&, const Findings&, const OverlayOptions& = {});

/// Writes under a temporary name in the same folder, waits until the bytes are on the disk, then
/// renames: never a partial file.
Result<void> write_file(const std::filesystem::path&, std::string_view bytes);

/// A new name of a temporary file in the target's folder, for what comes to be by other means.
std::filesystem::path temporary_name(const std::filesystem::path& target);
/// Is this the name of a temporary file, such as a killed process leaves?
bool is_temporary_name(std::string_view file_name);

/// 8-bit grey, 16-bit grey or RGB PNG, with the disclaimer as a text chunk; written like
/// write_file.
Result<void> write_png(const std::filesystem::path&, const cv::Mat&);

} // namespace calx

// Questions to a DICOM header by keyword, for choosing files before they are analysed.
//
// Nothing here looks at pixels. The header is walked and bounded as in `read_header` before DCMTK
// parses it. What is read may identify a patient: answer the question with it and let it go.
#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calx {

/// How the values of an attribute compare.
enum class TagKind { Text, Number, Date, Age };

/// The kind of a keyword of DICOM's dictionary (PS3.6) such as "BodyPartExamined"; nothing for a
/// word that is none, and for sequences, pixels and other binary attributes.
std::optional<TagKind> dicom_tag_kind(std::string_view keyword);

/// A keyword that differs little from this word; may be empty.
std::string nearest_dicom_keyword(std::string_view word);

/// Is it DICOM by its first bytes? False for what cannot be read, too.
bool is_dicom_file(const std::filesystem::path& file);

/// Keyword to values, without padding; absent attributes are left out. A keyword that is not in the
/// data set itself is not looked for in its sequences. Errors: as `read_header` for what cannot be
/// parsed.
using TagValues = std::map<std::string, std::vector<std::string>, std::less<>>;
Result<TagValues> read_dicom_tags(const std::filesystem::path& file,
                                  std::span<const std::string> keywords);

/// The files that a DICOMDIR (PS3.3 annex F) refers to, in its order; existing ones have the
/// spelling that the disk has, where that differs in case only. None lies outside its folder.
/// Errors: as `read_dicom_tags`; not-an-image where it is no DICOMDIR.
Result<std::vector<std::filesystem::path>> read_dicomdir(const std::filesystem::path& file);

} // namespace calx

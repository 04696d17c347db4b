// Reading single attributes out of DCMTK's data set; for the loader's DICOM files only.
#pragma once

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace calx::load {

/// The text of an attribute without its padding, upper case; empty where it is absent. Never use it
/// on an attribute that can identify a patient.
std::string tag_word(DcmItem& item, const DcmTagKey& tag, unsigned long index = 0);
/// As tag_word, but as the file has it (for UIDs).
std::string tag_text(DcmItem& item, const DcmTagKey& tag);

/// A decimal that must be one from end to end, in the C locale; nothing otherwise.
std::optional<double> parse_decimal(std::string_view text);

/// The numbers of a DS or IS attribute; NaN for a value that is no number. Empty where absent.
std::vector<double> tag_decimals(DcmItem& item, const DcmTagKey& tag);
/// The first of them.
std::optional<double> tag_decimal(DcmItem& item, const DcmTagKey& tag);

/// A US or SS attribute, sign taken from `is_signed` whatever the file calls it.
std::optional<int> tag_short(DcmItem& item, const DcmTagKey& tag, bool is_signed = false);

/// The first item of a sequence, or null.
DcmItem* tag_item(DcmItem& item, const DcmTagKey& tag);

} // namespace calx::load

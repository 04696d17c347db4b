#include "cli/commands.hpp"
#include "load/load.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace calx {
namespace {

using Json = nlohmann::ordered_json;

/// Names from DICOM PS3.6 table A-1, shortened to what tells them apart.
std::string_view transfer_syntax_name(std::string_view uid) {
  struct Named {
    std::string_view uid, name;
  };
  constexpr std::array kNames{
      Named{"1.2.840.10008.1.2", "implicit VR little endian"},
      Named{"1.2.840.10008.1.2.1", "explicit VR little endian"},
      Named{"1.2.840.10008.1.2.1.99", "deflated explicit VR little endian"},
      Named{"1.2.840.10008.1.2.2", "explicit VR big endian"},
      Named{"1.2.840.10008.1.2.4.50", "JPEG baseline, 8 bits"},
      Named{"1.2.840.10008.1.2.4.51", "JPEG extended, 12 bits"},
      Named{"1.2.840.10008.1.2.4.57", "JPEG lossless"},
      Named{"1.2.840.10008.1.2.4.70", "JPEG lossless, first-order prediction"},
      Named{"1.2.840.10008.1.2.4.80", "JPEG-LS lossless"},
      Named{"1.2.840.10008.1.2.4.81", "JPEG-LS near-lossless"},
      Named{"1.2.840.10008.1.2.4.90", "JPEG 2000 lossless"},
      Named{"1.2.840.10008.1.2.4.91", "JPEG 2000"},
      Named{"1.2.840.10008.1.2.5", "RLE lossless"},
  };
  const auto at = std::ranges::find(kNames, uid, &Named::uid);
  return at == kNames.end() ? "" : at->name;
}

Json word_or_null(std::string_view word) {
  return word.empty() ? Json(nullptr) : Json(word);
}

Json number_or_null(std::optional<double> value) {
  return value ? Json(*value) : Json(nullptr);
}

bool has_window(const ImageHeader& h) {
  return h.display.white > h.display.black;
}

std::string info_json(const std::string& path, const ImageHeader& h) {
  const Acquisition& a = h.acquisition;
  const bool region_known = !a.region_source.empty();
  const Json json = {
      {"path", path},
      {"format", a.format},
      {"transfer_syntax", word_or_null(a.transfer_syntax)},
      {"transfer_syntax_name", word_or_null(transfer_syntax_name(a.transfer_syntax))},
      {"modality", word_or_null(a.modality)},
      {"sop_class_uid", word_or_null(a.sop_class_uid)},
      {"sop_instance_uid", word_or_null(a.sop_instance_uid)},
      {"series_instance_uid", word_or_null(a.series_instance_uid)},
      {"rows", h.rows},
      {"columns", h.columns},
      {"bits_stored", a.bits_stored},
      {"frames", a.frames},
      {"polarity_as_stored", to_string(a.polarity_as_stored)},
      {"spacing_mm", h.spacing ? Json{h.spacing->y_mm, h.spacing->x_mm} : Json(nullptr)},
      {"spacing_source", to_string(h.spacing_source)},
      {"spacing_note", h.spacing_note},
      {"window", has_window(h) ? Json{h.display.black, h.display.white} : Json(nullptr)},
      {"region",
       {{"name", region_known ? Json(to_string(a.region)) : Json(nullptr)},
        {"source", word_or_null(a.region_source)}}},
      {"view", to_string(a.view)},
      {"laterality", to_string(a.laterality)},
      {"sex", to_string(a.sex)},
      {"age_years", number_or_null(a.age_years)},
      {"kvp", number_or_null(a.kvp)},
      {"warnings", a.warnings},
  };
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string format_text(const Acquisition& a) {
  std::string text = a.format;
  if (!a.modality.empty()) text += " " + a.modality;
  if (!a.transfer_syntax.empty()) {
    const std::string_view name = transfer_syntax_name(a.transfer_syntax);
    text +=
        name.empty() ? ", " + a.transfer_syntax : fmt::format(", {} ({})", name, a.transfer_syntax);
  }
  return text;
}

std::string spacing_line(const ImageHeader& h) {
  std::string text{to_string(h.spacing_source)};
  if (h.spacing)
    text = h.spacing->x_mm == h.spacing->y_mm
               ? fmt::format("{} mm, {}", h.spacing->x_mm, text)
               : fmt::format("{} mm between rows, {} mm between columns, {}", h.spacing->y_mm,
                             h.spacing->x_mm, text);
  return h.spacing_note.empty() ? text : fmt::format("{}: {}", text, h.spacing_note);
}

std::string subject_text(const Acquisition& a) {
  const std::string age =
      a.age_years ? fmt::format("{:.4g} years", *a.age_years) : std::string("age unknown");
  return fmt::format("{}, sex {}", age, to_string(a.sex));
}

std::string info_text(const std::string& path, const ImageHeader& h) {
  const Acquisition& a = h.acquisition;
  std::string text = path + "\n";
  const auto line = [&text](std::string_view name, std::string_view value) {
    text += fmt::format("  {:<10} {}\n", name, value);
  };
  line("format", format_text(a));
  line("size", fmt::format("{} x {} pixels, {} bits, {} frame{}", h.columns, h.rows, a.bits_stored,
                           a.frames, a.frames == 1 ? "" : "s"));
  line("polarity", fmt::format("{} as stored", to_string(a.polarity_as_stored)));
  line("spacing", spacing_line(h));
  line("window", has_window(h) ? fmt::format("{} to {}", h.display.black, h.display.white)
                               : std::string("from the pixels"));
  line("region", a.region_source.empty()
                     ? std::string("unknown")
                     : fmt::format("{} ({})", to_string(a.region), a.region_source));
  line("view", fmt::format("{}, side {}", to_string(a.view), to_string(a.laterality)));
  line("subject", subject_text(a));
  for (const std::string& warning : a.warnings) line("warning", warning);
  return text;
}

} // namespace

int run_info(const InfoArguments& arguments, Console& console) {
  int exit_code = kAllDone;
  LoadOptions options;
  options.max_megapixels = arguments.max_megapixels;
  for (const std::string& path : arguments.files) {
    const auto header = read_header(path, options);
    if (header) {
      console.print(arguments.json ? info_json(path, *header) : info_text(path, *header));
    } else {
      console.complain(path, header.error());
      exit_code = kSomeFailed;
    }
  }
  return exit_code;
}

} // namespace calx

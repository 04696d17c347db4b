#include "load/dicom_read.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace calx::load {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::ranges::find(list, word) != list.end();
}

// --- what kind of object
// --------------------------------------------------------------------------

constexpr std::array<std::string_view, 6> kFilms{"CR", "DX", "RG", "IO", "PX", "XR"};
constexpr std::array<std::string_view, 3> kUnnamed{"", "OT", "SC"};

/// Storage classes that are volumes or no images although their modality may sound like a film's.
constexpr std::array<std::string_view, 9> kRefusedClasses{
    "1.2.840.10008.1.3.10",             // DICOMDIR
    "1.2.840.10008.5.1.4.1.1.13.1.1",   // X-Ray 3D angiographic
    "1.2.840.10008.5.1.4.1.1.13.1.2",   // X-Ray 3D craniofacial
    "1.2.840.10008.5.1.4.1.1.13.1.3",   // breast tomosynthesis
    "1.2.840.10008.5.1.4.1.1.104.1",    // encapsulated PDF
    "1.2.840.10008.5.1.4.1.1.66.4",     // segmentation
    "1.2.840.10008.5.1.4.1.1.30",       // parametric map
    "1.2.840.10008.5.1.4.1.1.7.1",      // 1-bit secondary capture
    "1.2.840.10008.5.1.4.1.1.77.1.5.4", // ophthalmic tomography
};
/// Whole families: reports, presentation states, visible light.
constexpr std::array<std::string_view, 4> kRefusedFamilies{
    "1.2.840.10008.5.1.4.1.1.88.", "1.2.840.10008.5.1.4.1.1.11.", "1.2.840.10008.5.1.4.1.1.77.1.",
    "1.2.840.10008.5.1.4.1.1.104."};

bool refused_class(std::string_view uid) {
  return is_one_of(uid, kRefusedClasses) ||
         std::ranges::any_of(kRefusedFamilies,
                             [&](std::string_view family) { return uid.starts_with(family); });
}

auto not_a_radiograph(const std::string& modality) {
  return fail(ErrorCode::NotARadiograph,
              modality.empty()
                  ? std::string("the object is no plain radiograph; give CR or DX images")
                  : fmt::format("the modality is {}, no plain radiograph; give CR or "
                                "DX images",
                                modality));
}

// --- words for regions, views and sides
// -----------------------------------------------------------

template <class Value>
struct Word {
  std::string_view word;
  Value value;
};

/// Body parts as PS3.16 annex L and technicians spell them.
constexpr std::array kRegionWords{
    Word{"HAND", Region::Hand},          Word{"HANDS", Region::Hand},
    Word{"FINGER", Region::Hand},        Word{"FINGERS", Region::Hand},
    Word{"THUMB", Region::Hand},         Word{"METACARPAL", Region::Hand},
    Word{"HANDWURZEL", Region::Wrist},   Word{"WRIST", Region::Wrist},
    Word{"CARPUS", Region::Wrist},       Word{"SCAPHOID", Region::Wrist},
    Word{"POIGNET", Region::Wrist},      Word{"HANDGELENK", Region::Wrist},
    Word{"FOREARM", Region::Forearm},    Word{"RADIUS", Region::Forearm},
    Word{"ULNA", Region::Forearm},       Word{"UNTERARM", Region::Forearm},
    Word{"ELBOW", Region::Elbow},        Word{"OLECRANON", Region::Elbow},
    Word{"COUDE", Region::Elbow},        Word{"ELLBOGEN", Region::Elbow},
    Word{"HUMERUS", Region::UpperArm},   Word{"UPPERARM", Region::UpperArm},
    Word{"UPARM", Region::UpperArm},     Word{"OBERARM", Region::UpperArm},
    Word{"SHOULDER", Region::Shoulder},  Word{"CLAVICLE", Region::Shoulder},
    Word{"SCAPULA", Region::Shoulder},   Word{"ACJOINT", Region::Shoulder},
    Word{"SCHULTER", Region::Shoulder},  Word{"EPAULE", Region::Shoulder},
    Word{"PELVIS", Region::Pelvis},      Word{"SIJOINT", Region::Pelvis},
    Word{"SACRUM", Region::Pelvis},      Word{"BECKEN", Region::Pelvis},
    Word{"BASSIN", Region::Pelvis},      Word{"HIP", Region::Hip},
    Word{"HIPS", Region::Hip},           Word{"HANCHE", Region::Hip},
    Word{"HUEFTE", Region::Hip},         Word{"FEMUR", Region::Thigh},
    Word{"THIGH", Region::Thigh},        Word{"UPLEG", Region::Thigh},
    Word{"OBERSCHENKEL", Region::Thigh}, Word{"KNEE", Region::Knee},
    Word{"KNEES", Region::Knee},         Word{"PATELLA", Region::Knee},
    Word{"KNIE", Region::Knee},          Word{"GENOU", Region::Knee},
    Word{"TIBIA", Region::Leg},          Word{"FIBULA", Region::Leg},
    Word{"TIBFIB", Region::Leg},         Word{"LOWLEG", Region::Leg},
    Word{"UNTERSCHENKEL", Region::Leg},  Word{"ANKLE", Region::Ankle},
    Word{"CHEVILLE", Region::Ankle},     Word{"SPRUNGGELENK", Region::Ankle},
    Word{"FOOT", Region::Foot},          Word{"FEET", Region::Foot},
    Word{"TOE", Region::Foot},           Word{"TOES", Region::Foot},
    Word{"CALCANEUS", Region::Foot},     Word{"HEEL", Region::Foot},
    Word{"FUSS", Region::Foot},          Word{"PIED", Region::Foot},
    Word{"SCROTUM", Region::Scrotum},    Word{"TESTIS", Region::Scrotum},
    Word{"CHEST", Region::Other},        Word{"THORAX", Region::Other},
    Word{"ABDOMEN", Region::Other},      Word{"SKULL", Region::Other},
    Word{"HEAD", Region::Other},         Word{"JAW", Region::Other},
    Word{"BREAST", Region::Other},       Word{"SPINE", Region::Other},
    Word{"CSPINE", Region::Other},       Word{"TSPINE", Region::Other},
    Word{"LSPINE", Region::Other},       Word{"NECK", Region::Other},
    Word{"RIB", Region::Other},          Word{"RIBS", Region::Other},
    Word{"HEART", Region::Other},        Word{"DENTAL", Region::Other},
};

/// Anatomic regions of PS3.16 CID 4031 in SNOMED CT.
constexpr std::array kRegionCodes{
    Word{"85562004", Region::Hand},     Word{"7569003", Region::Hand},
    Word{"76505004", Region::Hand},     Word{"74670003", Region::Wrist},
    Word{"14975008", Region::Forearm},  Word{"62413002", Region::Forearm},
    Word{"23416004", Region::Forearm},  Word{"16953009", Region::Elbow},
    Word{"40983000", Region::UpperArm}, Word{"85050009", Region::UpperArm},
    Word{"16982005", Region::Shoulder}, Word{"51299004", Region::Shoulder},
    Word{"79601000", Region::Shoulder}, Word{"12921003", Region::Pelvis},
    Word{"816092008", Region::Pelvis},  Word{"24136001", Region::Hip},
    Word{"68367000", Region::Thigh},    Word{"71341001", Region::Thigh},
    Word{"72696002", Region::Knee},     Word{"49076000", Region::Knee},
    Word{"64234005", Region::Knee},     Word{"30021000", Region::Leg},
    Word{"12611008", Region::Leg},      Word{"87342007", Region::Leg},
    Word{"70258002", Region::Ankle},    Word{"56459004", Region::Foot},
    Word{"29707007", Region::Foot},     Word{"80144004", Region::Foot},
    Word{"20233005", Region::Scrotum},
};

constexpr std::array kViewWords{
    Word{"PA", View::Pa},
    Word{"POSTEROANTERIOR", View::Pa},
    Word{"AP", View::Ap},
    Word{"ANTEROPOSTERIOR", View::Ap},
    Word{"LL", View::Lateral},
    Word{"RL", View::Lateral},
    Word{"LAT", View::Lateral},
    Word{"LATERAL", View::Lateral},
    Word{"MEDIOLATERAL", View::Lateral},
    Word{"LATEROMEDIAL", View::Lateral},
    Word{"RAO", View::Oblique},
    Word{"LAO", View::Oblique},
    Word{"RPO", View::Oblique},
    Word{"LPO", View::Oblique},
    Word{"RLO", View::Oblique},
    Word{"LLO", View::Oblique},
    Word{"AXIAL", View::Axial},
    Word{"SKYLINE", View::Axial},
};

constexpr std::array kSideWords{
    Word{"LEFT", Laterality::Left},      Word{"LT", Laterality::Left},
    Word{"RIGHT", Laterality::Right},    Word{"RT", Laterality::Right},
    Word{"BILATERAL", Laterality::Both}, Word{"BOTH", Laterality::Both},
};

/// The text's words of letters and digits; a hyphen joins, as in antero-posterior.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (char c : text) {
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
      words.back() += c;
    else if (c != '-' && !words.back().empty())
      words.emplace_back();
  }
  return words;
}

template <class Value, std::size_t N>
std::optional<Value> first_match(std::string_view text, const std::array<Word<Value>, N>& table) {
  for (const std::string& word : words_of(text))
    for (const auto& entry : table)
      if (word == entry.word) return entry.value;
  return std::nullopt;
}

std::optional<Region> region_in(std::string_view text) {
  // Two words that mean one part.
  if (contains(text, "UPPER ARM")) return Region::UpperArm;
  if (contains(text, "LOWER LEG")) return Region::Leg;
  if (const auto region = first_match(text, kRegionWords)) return region;
  if (text == "ARM") return Region::UpperArm;
  if (text == "LEG") return Region::Leg;
  return std::nullopt;
}

std::optional<View> view_in(std::string_view text) {
  if (contains(text, "OBLIQ")) return View::Oblique;
  return first_match(text, kViewWords);
}

/// Descriptions may hold a name: they are searched for known words and never kept.
struct Description {
  DcmTagKey tag;
  std::string_view keyword;
};
const std::array<Description, 3>& descriptions() {
  static const std::array<Description, 3> all{
      Description{DCM_SeriesDescription, "SeriesDescription"},
      Description{DCM_ProtocolName, "ProtocolName"},
      Description{DCM_StudyDescription, "StudyDescription"}};
  return all;
}

// --- the attributes
// -------------------------------------------------------------------------------

void read_region(DcmItem& dataset, Acquisition& acquisition) {
  const auto take = [&](std::optional<Region> region, std::string_view source) {
    if (!region) return false;
    acquisition.region = *region;
    acquisition.region_source = source;
    return true;
  };
  if (DcmItem* code = tag_item(dataset, DCM_AnatomicRegionSequence)) {
    if (take(first_match(tag_word(*code, DCM_CodeValue), kRegionCodes), "AnatomicRegionSequence") ||
        take(region_in(tag_word(*code, DCM_CodeMeaning)), "AnatomicRegionSequence"))
      return;
  }
  if (take(region_in(tag_word(dataset, DCM_BodyPartExamined)), "BodyPartExamined")) return;
  for (const auto& [tag, keyword] : descriptions())
    if (take(region_in(tag_word(dataset, tag)), keyword)) return;
}

View read_view(DcmItem& dataset) {
  if (const auto view = view_in(tag_word(dataset, DCM_ViewPosition))) return *view;
  if (DcmItem* code = tag_item(dataset, DCM_ViewCodeSequence)) {
    std::string meaning = tag_word(*code, DCM_CodeMeaning);
    if (DcmItem* modifier = tag_item(*code, DCM_ViewModifierCodeSequence))
      meaning += " " + tag_word(*modifier, DCM_CodeMeaning);
    if (const auto view = view_in(meaning)) return *view;
  }
  for (const auto& description : descriptions())
    if (const auto view = view_in(tag_word(dataset, description.tag))) return *view;
  return View::Unknown;
}

Laterality read_laterality(DcmItem& dataset) {
  for (const DcmTagKey& tag : {DCM_ImageLaterality, DCM_Laterality}) {
    const std::string side = tag_word(dataset, tag);
    if (side == "L") return Laterality::Left;
    if (side == "R") return Laterality::Right;
    if (side == "B") return Laterality::Both;
  }
  for (const auto& description : descriptions())
    if (const auto side = first_match(tag_word(dataset, description.tag), kSideWords)) return *side;
  return Laterality::Unknown;
}

/// PatientAge: three digits and a unit (PS3.5 6.2, VR AS).
std::optional<double> read_age(DcmItem& dataset) {
  const std::string text = tag_word(dataset, DCM_PatientAge);
  if (text.size() < 2) return std::nullopt;
  const auto number = parse_decimal(std::string_view(text).substr(0, text.size() - 1));
  if (!number || !(*number >= 0 && *number <= 999)) return std::nullopt;
  double years = 0;
  switch (text.back()) {
  case 'Y':
    years = *number;
    break;
  case 'M':
    years = *number / 12;
    break;
  case 'W':
    years = *number / 52.1775;
    break;
  case 'D':
    years = *number / 365.25;
    break;
  default:
    return std::nullopt;
  }
  return years > 89 ? 90 : years;
}

Sex read_sex(DcmItem& dataset) {
  const std::string sex = tag_word(dataset, DCM_PatientSex);
  if (sex == "F") return Sex::Female;
  if (sex == "M") return Sex::Male;
  if (sex == "O") return Sex::Other;
  return Sex::Unknown;
}

} // namespace

Result<void> check_modality(DcmItem& dataset, Acquisition& acquisition) {
  acquisition.modality = tag_word(dataset, DCM_Modality);
  acquisition.sop_class_uid = tag_text(dataset, DCM_SOPClassUID);
  const std::string& modality = acquisition.modality;
  // A modality is a word of capitals; anything else is not repeated to the user.
  const bool sane = modality.size() <= 16 && std::ranges::all_of(modality, [](char c) {
                      return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                    });
  if (!sane) acquisition.modality.clear();
  if (refused_class(acquisition.sop_class_uid)) return not_a_radiograph(acquisition.modality);
  if (is_one_of(modality, kFilms)) return {};
  if (modality == "XA" || modality == "RF") {
    acquisition.warnings.push_back(
        fmt::format("this is fluoroscopy (modality {}), not a plain film", modality));
    return {};
  }
  if (modality == "MG") {
    acquisition.warnings.push_back("this is a mammogram, which calx was not made for");
    return {};
  }
  if (!is_one_of(modality, kUnnamed)) return not_a_radiograph(acquisition.modality);
  const std::string photometric = tag_word(dataset, DCM_PhotometricInterpretation);
  if (!photometric.empty() && !photometric.starts_with("MONOCHROME"))
    return fail(ErrorCode::NotARadiograph,
                "a colour page of no radiographic modality (a result page or screen shot); give "
                "the radiograph itself");
  acquisition.warnings.push_back(
      fmt::format("the file does not say that it is a radiograph (modality {})",
                  acquisition.modality.empty() ? "absent" : acquisition.modality));
  return {};
}

void read_acquisition(DcmItem& dataset, Acquisition& acquisition) {
  acquisition.sop_instance_uid = tag_text(dataset, DCM_SOPInstanceUID);
  acquisition.series_instance_uid = tag_text(dataset, DCM_SeriesInstanceUID);
  read_region(dataset, acquisition);
  acquisition.laterality = read_laterality(dataset);
  acquisition.view = read_view(dataset);
  acquisition.sex = read_sex(dataset);
  acquisition.age_years = read_age(dataset);
  if (const auto kvp = tag_decimal(dataset, DCM_KVP); kvp && *kvp >= 10 && *kvp <= 500)
    acquisition.kvp = kvp;
}

} // namespace calx::load

#include "simulate/write_film.hpp"

#include <array>
#include <cstdint>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>
#include <png.h>
#include <stdexcept>

namespace calx::phantom {
namespace {

using Json = nlohmann::ordered_json;

struct RegionWords {
  const char *body_part, *code, *meaning, *view; ///< the code is SNOMED CT
};

RegionWords words_of(Region region) {
  switch (region) {
  case Region::Hip:
    return {"HIP", "24136001", "Hip joint", "AP"};
  case Region::Leg:
    return {"LEG", "30021000", "Lower leg", "AP"};
  default:
    return {"HAND", "85562004", "Hand", "PA"};
  }
}

std::string name_of(const PhantomSpec& spec) {
  return fmt::format("{}/{}/{}/{}/{:.4f}", to_string(spec.region), to_string(spec.pattern),
                     spec.mimics, spec.seed, spec.spacing_mm);
}

/// 2.25 takes any number as if it were a UUID: here the FNV-1a hash of what the phantom is.
std::string uid(const PhantomSpec& spec, const std::string& of) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name_of(spec) + of) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return fmt::format("2.25.{}", hash);
}

void must(const OFCondition& condition) {
  if (condition.bad()) throw std::runtime_error(condition.text());
}

void put(DcmItem& item, const DcmTagKey& tag, const std::string& value) {
  must(item.putAndInsertString(tag, value.c_str()));
}

/// No person: the patient is called PHANTOM, and what type 2 asks for is empty.
void put_identity(DcmDataset& d, const PhantomSpec& spec) {
  put(d, DCM_SOPClassUID, UID_DigitalXRayImageStorageForPresentation);
  put(d, DCM_SOPInstanceUID, uid(spec, "image"));
  put(d, DCM_StudyInstanceUID, uid(spec, "study"));
  put(d, DCM_SeriesInstanceUID, uid(spec, "series"));
  put(d, DCM_PatientName, "PHANTOM");
  put(d, DCM_PatientID, "PHANTOM");
  for (const DcmTagKey& empty : {DCM_PatientBirthDate, DCM_PatientSex, DCM_StudyDate, DCM_StudyTime,
                                 DCM_ReferringPhysicianName, DCM_StudyID, DCM_AccessionNumber})
    put(d, empty, "");
  put(d, DCM_SeriesNumber, "1");
  put(d, DCM_InstanceNumber, "1");
  put(d, DCM_Manufacturer, "calx");
  put(d, DCM_ManufacturerModelName, "calx-phantom");
  put(d, DCM_DerivationDescription, "computed; no patient");
}

void put_acquisition(DcmDataset& d, const PhantomFilm& film, const PhantomSpec& spec) {
  const RegionWords words = words_of(spec.region);
  put(d, DCM_Modality, "DX");
  put(d, DCM_PresentationIntentType, "FOR PRESENTATION");
  put(d, DCM_ImageType, "DERIVED\\PRIMARY");
  put(d, DCM_BodyPartExamined, words.body_part);
  put(d, DCM_ViewPosition, words.view);
  put(d, DCM_ImageLaterality, "L");
  put(d, DCM_PatientOrientation, "");
  put(d, DCM_KVP, fmt::format("{:g}", film.kvp));
  put(d, DCM_DetectorType, "");
  put(d, DCM_BurnedInAnnotation, "NO");
  const std::string spacing = fmt::format("{:.6f}", film.spacing_mm * film.magnification);
  put(d, DCM_ImagerPixelSpacing, spacing + "\\" + spacing);
  put(d, DCM_EstimatedRadiographicMagnificationFactor, fmt::format("{:g}", film.magnification));
  DcmItem* region = nullptr;
  must(d.findOrCreateSequenceItem(DCM_AnatomicRegionSequence, region));
  put(*region, DCM_CodeValue, words.code);
  put(*region, DCM_CodingSchemeDesignator, "SCT");
  put(*region, DCM_CodeMeaning, words.meaning);
}

void put_pixels(DcmDataset& d, const cv::Mat1w& pixels) {
  const std::array<std::pair<DcmTagKey, int>, 7> numbers{{{DCM_SamplesPerPixel, 1},
                                                          {DCM_Rows, pixels.rows},
                                                          {DCM_Columns, pixels.cols},
                                                          {DCM_BitsAllocated, 16},
                                                          {DCM_BitsStored, 12},
                                                          {DCM_HighBit, 11},
                                                          {DCM_PixelRepresentation, 0}}};
  for (const auto& [tag, value] : numbers)
    must(d.putAndInsertUint16(tag, static_cast<Uint16>(value)));
  put(d, DCM_PhotometricInterpretation, "MONOCHROME2");
  put(d, DCM_PixelIntensityRelationship, "LOG");
  must(d.putAndInsertSint16(DCM_PixelIntensityRelationshipSign, -1));
  put(d, DCM_RescaleIntercept, "0");
  put(d, DCM_RescaleSlope, "1");
  put(d, DCM_RescaleType, "US");
  put(d, DCM_PresentationLUTShape, "IDENTITY");
  put(d, DCM_LossyImageCompression, "00");
  put(d, DCM_WindowCenter, "2048");
  put(d, DCM_WindowWidth, "4096");
  must(d.putAndInsertUint16Array(DCM_PixelData, pixels.ptr<Uint16>(), pixels.total()));
}

void write_dicom(const PhantomFilm& film, const PhantomSpec& spec, bool rle,
                 const std::filesystem::path& file) {
  DcmFileFormat format;
  DcmDataset& d = *format.getDataset();
  put_identity(d, spec);
  put_acquisition(d, film, spec);
  put_pixels(d, film.pixels);
  const E_TransferSyntax syntax = rle ? EXS_RLELossless : EXS_LittleEndianExplicit;
  if (rle) {
    DcmRLEEncoderRegistration::registerCodecs();
    must(d.chooseRepresentation(syntax, nullptr));
  }
  must(format.saveFile(file.c_str(), syntax));
}

Json point(cv::Point2d p) {
  return {std::round(p.x * 10) / 10, std::round(p.y * 10) / 10};
}

Json lesion_json(const PhantomLesion& lesion, const cv::Mat1w& labels, double spacing_mm) {
  const cv::Mat1b mask = labels == lesion.label;
  const cv::Moments m = cv::moments(mask, true);
  const cv::Rect box = cv::boundingRect(mask);
  std::vector<std::vector<cv::Point>> outlines;
  cv::findContours(mask, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
  Json rings = Json::array();
  for (const auto& outline : outlines) {
    Json ring = Json::array();
    for (const cv::Point& p : outline) ring.push_back({p.x, p.y});
    rings.push_back(std::move(ring));
  }
  return {{"id", lesion.label},
          {"kind", to_string(lesion.kind)},
          {"bbox", {box.x, box.y, box.width, box.height}},
          {"centroid", point({m.m10 / m.m00, m.m01 / m.m00})},
          {"area_px", m.m00},
          {"area_mm2", std::round(m.m00 * spacing_mm * spacing_mm * 100) / 100},
          {"longest_ray_mm", std::round(lesion.peak_mm * 100) / 100},
          {"outlines", std::move(rings)}};
}

} // namespace

void write_film(const PhantomFilm& film, const PhantomSpec& spec, FilmFormat format,
                const std::filesystem::path& file) {
  if (format != FilmFormat::Png) {
    write_dicom(film, spec, format == FilmFormat::DicomRle, file);
    return;
  }
  cv::Mat1b grey;
  film.pixels.convertTo(grey, CV_8U, 255 / 4095.0);
  write_png(grey, file);
}

std::string truth_json(const PhantomFilm& film, const PhantomSpec& spec) {
  Json lesions = Json::array(), prominences = Json::array();
  for (const PhantomLesion& lesion : film.lesions)
    lesions.push_back(lesion_json(lesion, film.labels, film.spacing_mm));
  for (const PhantomProminence& p : film.prominences)
    prominences.push_back({{"name", p.name}, {"xy", point(p.xy)}});
  const Json truth{{"schema", "calx.truth/1"},
                   {"rows", film.pixels.rows},
                   {"columns", film.pixels.cols},
                   {"spacing_mm", {film.spacing_mm, film.spacing_mm}},
                   {"region", to_string(spec.region)},
                   {"laterality", "left"},
                   {"view", spec.region == Region::Hand ? "pa" : "ap"},
                   {"pattern", to_string(spec.pattern)},
                   {"seed", spec.seed},
                   {"body_area_px", cv::countNonZero(film.body)},
                   {"bone_area_px", cv::countNonZero(film.bone)},
                   {"prominences", prominences},
                   {"lesions", lesions}};
  return truth.dump() + "\n";
}

void write_png(const cv::Mat& image, const std::filesystem::path& file) {
  png_image head{};
  head.version = PNG_IMAGE_VERSION;
  head.width = static_cast<png_uint_32>(image.cols);
  head.height = static_cast<png_uint_32>(image.rows);
  // The linear format is how libpng spells 16 bits; the values pass through unchanged.
  head.format = image.depth() == CV_16U ? PNG_FORMAT_LINEAR_Y : PNG_FORMAT_GRAY;
  const cv::Mat dense = image.isContinuous() ? image : image.clone();
  if (png_image_write_to_file(&head, file.c_str(), 0, dense.data, 0, nullptr) == 0)
    throw std::runtime_error(head.message);
}

} // namespace calx::phantom

#include "simulate/film/dicom_film.hpp"

#include <array>
#include <cmath>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <fmt/format.h>
#include <mutex>
#include <stdexcept>

namespace calx::simulate {

namespace {

using Format = Presentation::Format;
using Tone = Presentation::Tone;

void must(const OFCondition& condition) {
  if (condition.bad()) throw std::runtime_error(condition.text());
}

void put(DcmItem& item, const DcmTagKey& tag, std::string_view value) {
  must(item.putAndInsertString(tag, std::string(value).c_str()));
}

/// A decimal string of at most 16 characters.
std::string decimal(double value) {
  return fmt::format("{:.9g}", value);
}

std::string pair_of(double value) {
  return fmt::format("{0}\\{0}", decimal(value));
}

/// A number for what the film is: its seed, what was asked for, and its pixels.
std::uint64_t content_hash(const Film& film) {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ film.spec.seed; // FNV-1a
  const auto add = [&hash](std::uint64_t word) { hash = (hash ^ word) * 0x100000001b3ULL; };
  add(static_cast<std::uint64_t>(film.anatomy.region));
  for (const std::uint16_t pixel : film.stored.pixels) add(pixel);
  return hash;
}

/// 2.25 takes any number as if it were a UUID.
std::string uid(std::uint64_t content, std::string_view of) {
  return fmt::format("2.25.{}", Random(content).stream(of).bits());
}

void put_identity(DcmDataset& d, const Film& film, const Header& header) {
  const std::uint64_t content = content_hash(film);
  put(d, DCM_SOPClassUID,
      header.cr ? UID_ComputedRadiographyImageStorage : UID_DigitalXRayImageStorageForPresentation);
  put(d, DCM_SOPInstanceUID, uid(content, "image"));
  put(d, DCM_StudyInstanceUID, uid(content, "study"));
  put(d, DCM_SeriesInstanceUID, uid(content, "series"));
  put(d, DCM_PatientName, "SIMULATED");
  put(d, DCM_PatientID, "SIMULATED");
  const Patient& patient = film.anatomy.patient;
  put(d, DCM_PatientAge, age_string(patient.age_years));
  put(d, DCM_PatientSex, patient.sex == Sex::Female ? "F" : patient.sex == Sex::Male ? "M" : "");
  for (const DcmTagKey& empty : {DCM_PatientBirthDate, DCM_StudyDate, DCM_StudyTime,
                                 DCM_ReferringPhysicianName, DCM_StudyID, DCM_AccessionNumber})
    put(d, empty, "");
  put(d, DCM_SeriesNumber, "1");
  put(d, DCM_InstanceNumber, "1");
  put(d, DCM_Manufacturer, "calx");
  put(d, DCM_ManufacturerModelName, "calx-simulate");
  put(d, DCM_DerivationDescription,
      header.inserted ? "computed deposits in a real film; for research use, not for diagnosis"
                      : "computed, no patient; for research use, not for diagnosis");
}

std::string_view view_word(View view) {
  switch (view) {
  case View::Pa:
    return "PA";
  case View::Ap:
    return "AP";
  case View::Lateral:
    return "LATERAL";
  case View::Oblique:
    return "OBLIQUE";
  case View::Axial:
    return "AXIAL";
  case View::Unknown:
    break;
  }
  return "";
}

std::string_view side_letter(Laterality laterality) {
  switch (laterality) {
  case Laterality::Left:
    return "L";
  case Laterality::Right:
    return "R";
  case Laterality::Both:
    return "B";
  case Laterality::Unknown:
    break;
  }
  return "";
}

void put_anatomy(DcmDataset& d, const Film& film, const Header& header) {
  const RegionWords words = words_of(film.anatomy.region);
  put(d, DCM_BodyPartExamined, header.body_part ? words.body_part : "");
  put(d, DCM_ViewPosition, header.shows_view ? view_word(film.anatomy.view) : "");
  put(d, header.cr ? DCM_Laterality : DCM_ImageLaterality,
      header.shows_side ? side_letter(film.anatomy.laterality) : "");
  put(d, DCM_PatientOrientation, "");
  if (!header.region_code) return;
  DcmItem* region = nullptr;
  must(d.findOrCreateSequenceItem(DCM_AnatomicRegionSequence, region));
  put(*region, DCM_CodeValue, words.code);
  put(*region, DCM_CodingSchemeDesignator, "SCT");
  put(*region, DCM_CodeMeaning, words.meaning);
}

void put_spacing(DcmDataset& d, const Film& film, SpacingTags tags) {
  if (tags == SpacingTags::Absent) return;
  const double pitch = film.geometry.pitch_mm;
  put(d, DCM_ImagerPixelSpacing, pair_of(pitch));
  if (tags == SpacingTags::ImagerOnly) return;
  if (tags == SpacingTags::Geometry || tags == SpacingTags::Fiducial) {
    put(d, DCM_PixelSpacing, pair_of(film.spacing_mm));
    put(d, DCM_PixelSpacingCalibrationType,
        tags == SpacingTags::Fiducial ? "FIDUCIAL" : "GEOMETRY");
    return;
  }
  const double magnification = pitch / film.spacing_mm;
  put(d, DCM_DistanceSourceToDetector, decimal(film.geometry.sid_mm));
  put(d, DCM_DistanceSourceToPatient, decimal(film.geometry.sid_mm / magnification));
  if (tags == SpacingTags::Magnification)
    put(d, DCM_EstimatedRadiographicMagnificationFactor, decimal(magnification));
}

void put_acquisition(DcmDataset& d, const Film& film, const Header& header) {
  put(d, DCM_Modality, header.cr ? "CR" : "DX");
  put(d, DCM_ImageType, "DERIVED\\PRIMARY");
  if (!header.cr) {
    put(d, DCM_PresentationIntentType, "FOR PRESENTATION");
    put(d, DCM_DetectorType, film.detector.powder ? "STORAGE" : "SCINTILLATOR");
  }
  put(d, DCM_BurnedInAnnotation, film.stored.presentation.burned_text.empty() ? "NO" : "YES");
  if (header.inserted) return;
  put(d, DCM_KVP, decimal(std::round(film.beam.kvp * 10) / 10));
  put(d, DCM_Grid, film.beam.grid ? "FOCUSED" : "NONE");
  // IEC 62494-1: a hundred times the kerma at the detector in uGy.
  put(d, DCM_ExposureIndex, decimal(std::round(100 * film.beam.detector_dose_ugy)));
}

void put_voi_lut(DcmDataset& d, const cv::Mat1w& lut) {
  DcmItem* item = nullptr;
  must(d.findOrCreateSequenceItem(DCM_VOILUTSequence, item));
  const std::array<Uint16, 3> descriptor{static_cast<Uint16>(lut.total() & 0xffff), 0,
                                         static_cast<Uint16>(voi_lut_bits)};
  must(item->putAndInsertUint16Array(DCM_LUTDescriptor, descriptor.data(), descriptor.size()));
  must(item->putAndInsertUint16Array(DCM_LUTData, lut.ptr<Uint16>(), lut.total()));
}

void put_grey_scale(DcmDataset& d, const StoredFilm& film) {
  const Presentation& p = film.presentation;
  const bool raw = p.tone == Tone::Unprocessed && p.raw_linear;
  put(d, DCM_PixelIntensityRelationship, raw ? "LIN" : "LOG");
  must(d.putAndInsertSint16(DCM_PixelIntensityRelationshipSign, p.monochrome1 ? 1 : -1));
  put(d, DCM_RescaleIntercept, "0");
  put(d, DCM_RescaleSlope, "1");
  put(d, DCM_RescaleType, "US");
  put(d, DCM_PresentationLUTShape, p.monochrome1 ? "INVERSE" : "IDENTITY");
  if (p.tone == Tone::VoiLut) {
    put_voi_lut(d, film.voi_lut);
    return;
  }
  const double whole = 1 << p.bits;
  const bool windowed = p.tone != Tone::BurnedIn;
  put(d, DCM_WindowCenter, decimal(windowed ? film.window_centre : whole / 2));
  put(d, DCM_WindowWidth, decimal(windowed ? film.window_width : whole));
  if (p.tone == Tone::Sigmoid) put(d, DCM_VOILUTFunction, "SIGMOID");
  if (p.tone == Tone::LinearExact) put(d, DCM_VOILUTFunction, "LINEAR_EXACT");
}

void put_pixels(DcmDataset& d, const StoredFilm& film) {
  const int bits = film.presentation.bits, allocated = bits == 8 ? 8 : 16;
  const std::array<std::pair<DcmTagKey, int>, 7> numbers{{{DCM_SamplesPerPixel, 1},
                                                          {DCM_Rows, film.pixels.rows},
                                                          {DCM_Columns, film.pixels.cols},
                                                          {DCM_BitsAllocated, allocated},
                                                          {DCM_BitsStored, bits},
                                                          {DCM_HighBit, bits - 1},
                                                          {DCM_PixelRepresentation, 0}}};
  for (const auto& [tag, value] : numbers)
    must(d.putAndInsertUint16(tag, static_cast<Uint16>(value)));
  put(d, DCM_PhotometricInterpretation,
      film.presentation.monochrome1 ? "MONOCHROME1" : "MONOCHROME2");
  put(d, DCM_LossyImageCompression, "00");
  if (allocated == 16) {
    must(d.putAndInsertUint16Array(DCM_PixelData, film.pixels.ptr<Uint16>(), film.pixels.total()));
    return;
  }
  cv::Mat1b bytes;
  film.pixels.convertTo(bytes, CV_8U);
  must(d.putAndInsertUint8Array(DCM_PixelData, bytes.ptr<Uint8>(), bytes.total()));
}

void register_codecs() {
  static std::once_flag once;
  std::call_once(once, [] {
    DcmRLEEncoderRegistration::registerCodecs();
    // Pixel values stay what they are: no scaling to the range that happens to occur, no new UID.
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never, OFFalse, 0, 0, 0, OFTrue,
                                          ESS_444, OFFalse, OFFalse, 0, 0, 0.0, 0.0, 0, 0, 0, 0,
                                          OFFalse);
  });
}

E_TransferSyntax compress(DcmDataset& d, const Presentation& p) {
  register_codecs();
  const DJ_RPLossless lossless(1, 0);
  const DJ_RPLossy lossy(p.jpeg_quality);
  E_TransferSyntax syntax = EXS_LittleEndianExplicit;
  const DcmRepresentationParameter* parameter = nullptr;
  if (p.format == Format::DicomRle) syntax = EXS_RLELossless;
  if (p.format == Format::DicomJpegLossless) syntax = EXS_JPEGProcess14SV1, parameter = &lossless;
  if (p.format == Format::DicomJpeg)
    syntax = p.bits == 8 ? EXS_JPEGProcess1 : EXS_JPEGProcess2_4, parameter = &lossy;
  if (syntax == EXS_LittleEndianExplicit) return syntax;
  must(d.chooseRepresentation(syntax, parameter));
  if (!d.canWriteXfer(syntax)) throw std::runtime_error("the pixels could not be compressed");
  return syntax;
}

std::string serialised(DcmFileFormat& file, E_TransferSyntax syntax) {
  must(file.validateMetaInfo(syntax));
  constexpr std::size_t header_room = 1 << 16;
  std::string bytes(file.calcElementLength(syntax, EET_ExplicitLength) + header_room, '\0');
  DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  file.transferInit();
  must(file.write(stream, syntax, EET_ExplicitLength, nullptr));
  file.transferEnd();
  void* start = nullptr;
  offile_off_t length = 0;
  stream.flushBuffer(start, length);
  bytes.resize(static_cast<std::size_t>(length));
  return bytes;
}

} // namespace

Result<std::string> dicom_bytes(const Film& film, const Header& header) {
  try {
    DcmFileFormat file;
    DcmDataset& d = *file.getDataset();
    put_identity(d, film, header);
    put_acquisition(d, film, header);
    put_anatomy(d, film, header);
    put_spacing(d, film, header.spacing);
    put_grey_scale(d, film.stored);
    put_pixels(d, film.stored);
    const E_TransferSyntax syntax = compress(d, film.stored.presentation);
    return serialised(file, syntax);
  } catch (const std::runtime_error& e) {
    return fail(ErrorCode::Internal, fmt::format("DCMTK: {}", e.what()));
  }
}

} // namespace calx::simulate

#include "load/dicom_read.hpp"

#include <cmath>
#include <fmt/format.h>

namespace calx::load {
namespace {

auto contradiction(const char* what) {
  return fail(ErrorCode::CorruptHeader, std::string(what) + "; fetch the file again");
}

auto unsupported(std::string what) {
  return fail(ErrorCode::UnsupportedFormat, std::move(what) + "; export the image again as "
                                                              "MONOCHROME2 with 8 or 16 bits");
}

Result<int> read_frames(DcmItem& dataset) {
  const auto frames = tag_decimal(dataset, DCM_NumberOfFrames);
  if (!frames) return 1;
  if (!(*frames >= 1 && *frames <= 2147483647.0) || *frames != std::floor(*frames))
    return contradiction("the header's number of frames is no such number");
  return static_cast<int>(*frames);
}

Result<void> check_colours(PixelDescription& pixel) {
  const std::string& photometric = pixel.photometric;
  const bool grey = photometric == "MONOCHROME1" || photometric == "MONOCHROME2";
  const bool colour = photometric == "RGB" || photometric.starts_with("YBR_");
  if (photometric == "PALETTE COLOR")
    return fail(ErrorCode::NotARadiograph, "a palette colour image, no plain radiograph");
  if (!grey && !colour)
    return unsupported("the header's photometric interpretation is not one that calx reads");
  if (pixel.samples_per_pixel != (grey ? 1 : 3))
    return contradiction("the header contradicts itself on grey or colour");
  if (colour && pixel.bits_allocated != 8) return unsupported("colour with more than 8 bits");
  return {};
}

Result<void> check_bits(const PixelDescription& pixel) {
  if (pixel.bits_allocated != 8 && pixel.bits_allocated != 16)
    return unsupported(fmt::format("{} bits a sample", pixel.bits_allocated));
  if (pixel.bits_stored < 1 || pixel.bits_stored > pixel.bits_allocated ||
      pixel.high_bit >= pixel.bits_allocated || pixel.high_bit < pixel.bits_stored - 1)
    return contradiction("the header contradicts itself on the bits of a sample");
  if (pixel.bits_stored < 6)
    return fail(ErrorCode::NotARadiograph,
                fmt::format("the image has {} bits, too few for a radiograph", pixel.bits_stored));
  return {};
}

std::optional<Spacing> read_pair(DcmItem& dataset, const DcmTagKey& tag) {
  const auto values = tag_decimals(dataset, tag);
  if (values.empty()) return std::nullopt;
  // DICOM gives the distance of rows (down) first, then of columns (across).
  if (values.size() != 2) return Spacing{std::nan(""), std::nan("")};
  return Spacing{values[1], values[0]};
}

/// The words of a US, SS or OW attribute.
std::vector<Uint16> read_words(DcmItem& item, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (item.findAndGetElement(tag, element).bad() || !element) return {};
  const std::size_t count = element->getLength() / 2;
  Uint16* words = nullptr;
  if (count == 0) return {};
  if (element->getUint16Array(words).good() && words) return {words, words + count};
  Sint16* shorts = nullptr;
  if (element->getSint16Array(shorts).good() && shorts) return {shorts, shorts + count};
  return {};
}

/// PS3.3 C.11.1.1: descriptor = entries (0 means 65536), first input, bits; 8-bit entries may come
/// two to a word.
std::optional<LookupTable> read_table(DcmItem& item, bool signed_input) {
  const auto descriptor = read_words(item, DCM_LUTDescriptor);
  const auto data = read_words(item, DCM_LUTData);
  if (descriptor.size() != 3 || data.empty()) return std::nullopt;
  const std::size_t entries = descriptor[0] == 0 ? 65536 : descriptor[0];
  LookupTable table;
  table.first = signed_input ? static_cast<Sint16>(descriptor[1]) : descriptor[1];
  if (data.size() >= entries) {
    table.values.assign(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(entries));
  } else if (descriptor[2] == 8 && data.size() == (entries + 1) / 2) {
    for (std::size_t i = 0; i < entries; ++i)
      table.values.push_back(static_cast<Uint16>(i % 2 ? data[i / 2] >> 8 : data[i / 2] & 0xff));
  } else {
    return std::nullopt;
  }
  return table;
}

/// PS3.3 C.8.7.1.1.2: there the Modality LUT leads back to beam intensity and is not for display.
bool modality_lut_is_for_measuring(DcmItem& dataset) {
  const std::string modality = tag_word(dataset, DCM_Modality);
  const std::string relationship = tag_word(dataset, DCM_PixelIntensityRelationship);
  return (modality == "XA" || modality == "RF") &&
         (relationship == "LOG" || relationship == "DISP");
}

void read_modality_transform(DcmItem& dataset, const PixelDescription& pixel, GreyTags& grey,
                             std::vector<std::string>& warnings) {
  if (DcmItem* item = tag_item(dataset, DCM_ModalityLUTSequence)) {
    if (modality_lut_is_for_measuring(dataset)) return;
    grey.modality_lut = read_table(*item, pixel.is_signed);
    if (grey.modality_lut) return;
    warnings.push_back("the Modality LUT is not a valid table and was not used");
  }
  const double slope = tag_decimal(dataset, DCM_RescaleSlope).value_or(1);
  const double intercept = tag_decimal(dataset, DCM_RescaleIntercept).value_or(0);
  const bool usable = std::isfinite(slope) && slope != 0 && std::abs(slope) < 1e6 &&
                      std::isfinite(intercept) && std::abs(intercept) < 1e9;
  if (usable) {
    grey.slope = slope;
    grey.intercept = intercept;
  } else {
    warnings.push_back("the rescale slope or intercept is not a usable number and was not used");
  }
}

double lowest_input_of_voi(const PixelDescription& pixel, const GreyTags& grey) {
  if (grey.modality_lut) return 0;
  const double a = grey.slope * pixel.lowest_stored() + grey.intercept;
  const double b = grey.slope * pixel.highest_stored() + grey.intercept;
  return std::min(a, b);
}

void read_voi(DcmItem& dataset, const PixelDescription& pixel, GreyTags& grey,
              std::vector<std::string>& warnings) {
  if (DcmItem* item = tag_item(dataset, DCM_VOILUTSequence)) {
    grey.voi_lut = read_table(*item, lowest_input_of_voi(pixel, grey) < 0);
    if (grey.voi_lut) return;
    warnings.push_back("the VOI LUT is not a valid table and was not used");
  }
  const auto centre = tag_decimal(dataset, DCM_WindowCenter);
  const auto width = tag_decimal(dataset, DCM_WindowWidth);
  if (!centre || !width) return;
  const std::string function = tag_word(dataset, DCM_VOILUTFunction);
  grey.function = function == "SIGMOID"        ? VoiFunction::Sigmoid
                  : function == "LINEAR_EXACT" ? VoiFunction::LinearExact
                                               : VoiFunction::Linear;
  // C.11.2.1.2: a LINEAR window of width 1 is a threshold, which is no way to show a film.
  const double narrowest = grey.function == VoiFunction::Linear ? 1 : 0;
  if (std::isfinite(*centre) && std::abs(*centre) < 1e9 && *width > narrowest && *width < 1e9)
    grey.window = Window{*centre, *width};
  else
    warnings.push_back("the window is not a usable pair of numbers and was not used");
}

std::optional<PaddingRange> read_padding(DcmItem& dataset, const PixelDescription& pixel) {
  const auto value = tag_short(dataset, DCM_PixelPaddingValue, pixel.is_signed);
  if (!value) return std::nullopt;
  const auto limit = tag_short(dataset, DCM_PixelPaddingRangeLimit, pixel.is_signed);
  return PaddingRange{std::min(*value, limit.value_or(*value)),
                      std::max(*value, limit.value_or(*value))};
}

/// Shutter coordinates are IS; what is absurd becomes a coordinate far outside.
int shutter_coordinate(double value) {
  return static_cast<int>(std::clamp(value, -1e6, 1e6));
}

std::optional<std::vector<int>> read_coordinates(DcmItem& dataset, const DcmTagKey& tag) {
  std::vector<int> result;
  for (double value : tag_decimals(dataset, tag)) {
    if (!std::isfinite(value)) return std::nullopt;
    result.push_back(shutter_coordinate(value));
  }
  return result;
}

} // namespace

Result<PixelDescription> read_pixel_description(DcmItem& dataset) {
  const auto required = [&](const DcmTagKey& tag) { return tag_short(dataset, tag).value_or(-1); };
  PixelDescription pixel;
  pixel.rows = required(DCM_Rows);
  pixel.columns = required(DCM_Columns);
  pixel.bits_allocated = required(DCM_BitsAllocated);
  pixel.bits_stored = tag_short(dataset, DCM_BitsStored).value_or(pixel.bits_allocated);
  pixel.high_bit = tag_short(dataset, DCM_HighBit).value_or(pixel.bits_stored - 1);
  pixel.samples_per_pixel = tag_short(dataset, DCM_SamplesPerPixel).value_or(1);
  pixel.is_signed = tag_short(dataset, DCM_PixelRepresentation).value_or(0) == 1;
  pixel.planar = tag_short(dataset, DCM_PlanarConfiguration).value_or(0) == 1;
  pixel.photometric = tag_word(dataset, DCM_PhotometricInterpretation);
  if (pixel.rows < 1 || pixel.columns < 1)
    return contradiction("the header does not give the image's rows and columns");
  if (auto bits = check_bits(pixel); !bits) return tl::unexpected(bits.error());
  if (auto colours = check_colours(pixel); !colours) return tl::unexpected(colours.error());
  const auto frames = read_frames(dataset);
  if (!frames) return tl::unexpected(frames.error());
  pixel.frames = *frames;
  return pixel;
}

SpacingTags read_spacing_tags(DcmItem& dataset) {
  SpacingTags tags;
  tags.pixel = read_pair(dataset, DCM_PixelSpacing);
  tags.imager = read_pair(dataset, DCM_ImagerPixelSpacing);
  tags.nominal_scanned = read_pair(dataset, DCM_NominalScannedPixelSpacing);
  const std::string type = tag_word(dataset, DCM_PixelSpacingCalibrationType);
  tags.calibration = type == "FIDUCIAL"   ? CalibrationType::Fiducial
                     : type == "GEOMETRY" ? CalibrationType::Geometry
                                          : CalibrationType::None;
  tags.magnification = tag_decimals(dataset, DCM_EstimatedRadiographicMagnificationFactor);
  tags.source_to_detector_mm = tag_decimal(dataset, DCM_DistanceSourceToDetector);
  tags.source_to_patient_mm = tag_decimal(dataset, DCM_DistanceSourceToPatient);
  return tags;
}

GreyTags read_grey_tags(DcmItem& dataset, const PixelDescription& pixel,
                        std::vector<std::string>& warnings) {
  GreyTags grey;
  if (pixel.samples_per_pixel > 1) return grey;
  read_modality_transform(dataset, pixel, grey, warnings);
  read_voi(dataset, pixel, grey, warnings);
  grey.padding = read_padding(dataset, pixel);
  return grey;
}

ShutterTags read_shutter_tags(DcmItem& dataset, std::vector<std::string>& warnings) {
  ShutterTags shutter;
  const auto bad = [&] { warnings.push_back("the display shutter is not valid and was not used"); };
  for (unsigned long i = 0; i < 3; ++i) {
    const std::string shape = tag_word(dataset, DCM_ShutterShape, i);
    if (shape == "RECTANGULAR") {
      const auto left = read_coordinates(dataset, DCM_ShutterLeftVerticalEdge);
      const auto right = read_coordinates(dataset, DCM_ShutterRightVerticalEdge);
      const auto upper = read_coordinates(dataset, DCM_ShutterUpperHorizontalEdge);
      const auto lower = read_coordinates(dataset, DCM_ShutterLowerHorizontalEdge);
      if (left && right && upper && lower && left->size() == 1 && right->size() == 1 &&
          upper->size() == 1 && lower->size() == 1)
        shutter.rectangle = {(*left)[0], (*right)[0], (*upper)[0], (*lower)[0]};
      else
        bad();
    } else if (shape == "CIRCULAR") {
      const auto centre = read_coordinates(dataset, DCM_CenterOfCircularShutter);
      const auto radius = read_coordinates(dataset, DCM_RadiusOfCircularShutter);
      if (centre && radius && centre->size() == 2 && radius->size() == 1 && (*radius)[0] > 0)
        shutter.circle = {(*centre)[0], (*centre)[1], (*radius)[0]};
      else
        bad();
    } else if (shape == "POLYGONAL") {
      const auto vertices = read_coordinates(dataset, DCM_VerticesOfThePolygonalShutter);
      if (vertices && vertices->size() >= 6 && vertices->size() % 2 == 0 &&
          vertices->size() <= 2048)
        for (std::size_t v = 0; v < vertices->size(); v += 2)
          shutter.polygon.push_back({(*vertices)[v], (*vertices)[v + 1]});
      else
        bad();
    }
  }
  return shutter;
}

} // namespace calx::load

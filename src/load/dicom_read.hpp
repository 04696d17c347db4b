// From DCMTK's data set to a DicomHeader, one module at a time; for the loader's DICOM files only.
#pragma once

#include "core/error.hpp"
#include "load/dicom_header.hpp"
#include "load/dicom_tags.hpp"

namespace calx::load {

/// Is it a plain radiograph at all? Refuses other modalities and storage classes
/// (not-a-radiograph); warns about those that are projections but not what calx is for.
Result<void> check_modality(DcmItem& dataset, Acquisition& acquisition);

/// The image pixel module, consistent or corrupt-header / unsupported-format.
Result<PixelDescription> read_pixel_description(DcmItem& dataset);

/// Region, side, view, age, sex, kVp, identifiers. Never fails: what cannot be read is unknown.
void read_acquisition(DcmItem& dataset, Acquisition& acquisition);

SpacingTags read_spacing_tags(DcmItem& dataset);

/// LUTs, rescale, window, padding; oddities become warnings.
GreyTags read_grey_tags(DcmItem& dataset, const PixelDescription& pixel,
                        std::vector<std::string>& warnings);

ShutterTags read_shutter_tags(DcmItem& dataset, std::vector<std::string>& warnings);

} // namespace calx::load

#include "load/spacing.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace calx::load {
namespace {

// A detector pixel is 0.02 to 0.2 mm; thumbnails reach a few mm. Beyond these no film is meant.
constexpr double kSmallest_mm = 0.001;
constexpr double kLargest_mm = 10;
constexpr double kMostAnisotropic = 10;
// Magnification views reach 2; below 1 the patient would be behind the detector.
constexpr double kLeastMagnification = 0.99;
constexpr double kMostMagnification = 5;
// Both are rounded to three or four digits in practice.
constexpr double kMagnificationTolerance = 0.02;
constexpr double kSameSpacing = 0.005;

bool plausible(const Spacing& s) {
  const auto one = [](double mm) { return mm >= kSmallest_mm && mm <= kLargest_mm; };
  return one(s.x_mm) && one(s.y_mm) &&
         std::max(s.x_mm, s.y_mm) <= kMostAnisotropic * std::min(s.x_mm, s.y_mm);
}

bool plausible_magnification(double m) {
  return m >= kLeastMagnification && m <= kMostMagnification;
}

bool close(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
}
bool close(const Spacing& a, const Spacing& b, double tolerance) {
  return close(a.x_mm, b.x_mm, tolerance) && close(a.y_mm, b.y_mm, tolerance);
}

/// What is wrong with the tags, or nothing.
std::string complaint(const SpacingTags& tags) {
  const std::pair<const std::optional<Spacing>&, const char*> all[] = {
      {tags.pixel, "PixelSpacing"},
      {tags.imager, "ImagerPixelSpacing"},
      {tags.nominal_scanned, "NominalScannedPixelSpacing"},
      {tags.file_header, "the header's spacing"}};
  for (const auto& [spacing, name] : all)
    if (spacing && !plausible(*spacing))
      return fmt::format("{} is {} \\ {} mm, which no film has", name, spacing->y_mm,
                         spacing->x_mm);
  for (double m : tags.magnification)
    if (!plausible_magnification(m))
      return fmt::format("EstimatedRadiographicMagnificationFactor is {}", m);
  return {};
}

/// SID / SOD, where both are given and make sense as distances.
std::optional<double> magnification_from_distances(const SpacingTags& tags,
                                                   std::vector<std::string>& warnings) {
  if (!tags.source_to_detector_mm || !tags.source_to_patient_mm) return std::nullopt;
  const double sid = *tags.source_to_detector_mm, sod = *tags.source_to_patient_mm;
  if (sid == 0 || sod == 0) return std::nullopt; // a common way to write "not known"
  const double ratio = sid / sod;
  if (sid > 0 && sod > 0 && plausible_magnification(ratio)) return ratio;
  warnings.push_back("the source distances of the file are not plausible and were not used");
  return std::nullopt;
}

struct Magnification {
  std::optional<double> factor;
  std::string origin;
  bool contradictory = false;
};

Magnification find_magnification(const SpacingTags& tags, std::vector<std::string>& warnings) {
  Magnification found;
  std::vector<double> all = tags.magnification;
  if (!all.empty()) found.origin = "EstimatedRadiographicMagnificationFactor";
  if (const auto ratio = magnification_from_distances(tags, warnings)) {
    if (all.empty()) found.origin = "DistanceSourceToDetector over DistanceSourceToPatient";
    all.push_back(*ratio);
  }
  if (all.empty()) return found;
  found.factor = all.front();
  found.contradictory = std::ranges::any_of(
      all, [&](double m) { return !close(m, all.front(), kMagnificationTolerance); });
  return found;
}

SpacingFinding from_imager(const SpacingTags& tags, const Magnification& magnification,
                           SpacingFinding finding) {
  const Spacing imager = *tags.imager;
  finding.spacing = imager;
  finding.source = SpacingSource::DetectorPlane;
  finding.note = "ImagerPixelSpacing: true at the detector, too large in the body";
  if (magnification.factor) {
    const double m = *magnification.factor;
    finding.spacing = Spacing{imager.x_mm / m, imager.y_mm / m};
    finding.source = SpacingSource::MagnificationCorrected;
    finding.note = fmt::format("ImagerPixelSpacing divided by the magnification {:.4g} ({})", m,
                               magnification.origin);
  }
  if (tags.pixel && !close(*tags.pixel, imager, kSameSpacing) &&
      !close(*tags.pixel, *finding.spacing, kMagnificationTolerance))
    finding.warnings.push_back("PixelSpacing differs from ImagerPixelSpacing but the file does not "
                               "say how it was calibrated; it was not used");
  return finding;
}

SpacingFinding without_imager(const SpacingTags& tags, SpacingFinding finding) {
  if (tags.nominal_scanned) {
    finding.spacing = tags.nominal_scanned;
    finding.source = SpacingSource::DetectorPlane;
    finding.note = "NominalScannedPixelSpacing: true on the digitised film, too large in the body";
  } else if (tags.file_header && (tags.file_header->x_mm != 1 || tags.file_header->y_mm != 1)) {
    finding.spacing = tags.file_header;
    finding.source = SpacingSource::DetectorPlane;
    finding.note = "the file header's spacing, of unknown calibration";
    finding.warnings.push_back("the spacing comes from a file header that does not say how it was "
                               "calibrated; it is taken as that of the detector");
  } else if (tags.file_header) {
    finding.note = "the header's 1 x 1 mm is what writers put where they know no spacing";
  } else if (tags.pixel) {
    finding.note = "PixelSpacing is there but the file does not say how it was calibrated; give "
                   "--spacing if you know it";
  } else {
    finding.note = "the file has no pixel spacing; give --spacing if you know it";
  }
  return finding;
}

Result<SpacingFinding> from_user(const SpacingTags& tags, const Spacing& user) {
  if (!plausible(user))
    return fail(ErrorCode::BadSpacing,
                fmt::format("the given spacing of {} x {} mm is not that of a film; give the "
                            "distance of pixel centres, between {} and {} mm",
                            user.x_mm, user.y_mm, kSmallest_mm, kLargest_mm));
  SpacingFinding finding{user, SpacingSource::User, "given by the user", {}};
  if (const auto wrong = complaint(tags); !wrong.empty())
    finding.warnings.push_back(wrong + "; the given spacing is used");
  return finding;
}

} // namespace

Result<SpacingFinding> decide_spacing(const SpacingTags& tags, const std::optional<Spacing>& user) {
  if (user) return from_user(tags, *user);
  if (const auto wrong = complaint(tags); !wrong.empty())
    return fail(ErrorCode::BadSpacing, wrong + "; give the true one with --spacing");
  SpacingFinding finding;
  const auto magnification = find_magnification(tags, finding.warnings);
  if (magnification.contradictory)
    return fail(ErrorCode::BadSpacing, "the file gives two magnifications that disagree; give the "
                                       "true spacing with --spacing");
  if (tags.pixel && tags.calibration == CalibrationType::Fiducial) {
    finding.spacing = tags.pixel;
    finding.source = SpacingSource::Calibrated;
    finding.note = "PixelSpacing, calibrated with an object of known size (FIDUCIAL)";
    return finding;
  }
  if (tags.pixel && tags.calibration == CalibrationType::Geometry) {
    finding.spacing = tags.pixel;
    finding.source = SpacingSource::MagnificationCorrected;
    finding.note = "PixelSpacing, corrected for magnification (GEOMETRY)";
    return finding;
  }
  if (tags.imager) return from_imager(tags, magnification, std::move(finding));
  return without_imager(tags, std::move(finding));
}

} // namespace calx::load

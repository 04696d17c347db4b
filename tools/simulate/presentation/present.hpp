// The picture a workstation stores: logarithm, exposure recognition, multiscale processing, tone.
#pragma once

#include "core/vocabulary.hpp"
#include "simulate/core/random.hpp"

#include <nlohmann/json_fwd.hpp>
#include <opencv2/core.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace calx::simulate {

/// How a department shows its films. Grey goes from 0 (black) to 1 (white).
struct Presentation {
  // Multiscale processing.
  double detail_power = 0.75;     ///< p of the multiscale amplification; 1: none
  double latitude_gain = 0.65;    ///< of the low-pass residual; 1: the film's own latitude
  double edge_gain = 1;           ///< of the levels below about 1 mm; under 1 is soft
  double noise_suppression = 0.3; ///< 0 to 1: how much of what is within the noise is taken out
  // Tone.
  double sigmoid_slope = 1;              ///< flat (0.2) to hard (1.8)
  double gamma = 1;                      ///< before the S-curve; over 1 is darker
  double skin_cut = 0;                   ///< where black is: 0 at direct exposure, 1 at the skin
  double black_grey = 0, white_grey = 1; ///< greys of direct exposure and of dense bone
  // Storage.
  int bits = 12; ///< stored
  bool monochrome1 = false;
  enum class Tone {
    BurnedIn,
    Window,
    Sigmoid,
    LinearExact,
    VoiLut,
    Unprocessed
  } tone = Tone::BurnedIn;
  bool raw_linear = false; ///< Tone::Unprocessed: the detector's own scale, not its logarithm
  // What is not the patient.
  enum class Shutter {
    None,
    Black,
    White
  } shutter = Shutter::None; ///< outside the collimated field
  double shutter_gap_mm = 0; ///< how far the shutter stays outside the field: a bright rim
  bool cr_border = false;    ///< a white frame
  int jpeg_quality = 0;      ///< 0: none; else the pixels went through JPEG once
  std::string burned_text;   ///< letters in the picture that are no lead; no identity
  bool scale_bar = false;    ///< a ruler along one side
  bool arrow = false;        ///< drawn by a teacher; points anywhere
  double softness_px = 0;    ///< blur of a picture that was resized on its way, standard deviation
  double vignetting = 0;     ///< loss of light towards the corners, of a film scanner or a camera
  bool photographed = false; ///< a camera's picture of a film on a light box
  enum class Format {
    DicomExplicit,
    DicomRle,
    DicomJpegLossless,
    DicomJpeg,
    Png,
    Jpeg
  } format = Format::DicomExplicit;
};

/// "dicom", "dicom-rle", "dicom-jpeg-lossless", "dicom-jpeg", "png", "jpeg".
std::string_view to_string(Presentation::Format);
std::optional<Presentation::Format> parse_format(std::string_view word);
std::span<const std::string_view> format_words();
inline bool is_dicom(Presentation::Format format) {
  return format != Presentation::Format::Png && format != Presentation::Format::Jpeg;
}

/// What the caller has settled already.
struct PresentationWish {
  bool dicom_only = false;
  std::optional<Presentation::Format> format = {}; ///< in place of a drawn one
  Laterality laterality = Laterality::Unknown;     ///< for a letter on the picture
};

/// Random, as varied as clinics.
Presentation choose_presentation(Region region, const PresentationWish& wish, const Random& random);

inline constexpr int voi_lut_bits = 12; ///< of StoredFilm::voi_lut's entries

/// What is stored: grey values and how to read them.
struct StoredFilm {
  cv::Mat1w pixels; ///< as in the file: with MONOCHROME1 dense is low
  Presentation presentation;
  double window_centre = 0, window_width = 0; ///< for Tone::Window, Sigmoid and LinearExact
  cv::Mat1w voi_lut; ///< for Tone::VoiLut: one row, an entry for each stored value
};

/// `signal`: 1 in the open field. `field`: 255 inside the collimated field.
StoredFilm present(const cv::Mat1f& signal, const cv::Mat1b& field, double pitch_mm,
                   const Presentation& presentation, const Random& random);

/// The film as a screen shows it, 8 bits, dense bright.
cv::Mat1b displayed(const StoredFilm& film);

nlohmann::json to_json(const Presentation& presentation);

} // namespace calx::simulate

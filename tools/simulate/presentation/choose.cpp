// How departments, archives and the web show films. The shares and ranges were set by looking at
// some 200 public radiographs of limbs and by the comparison in docs/realism.md.
#include "simulate/presentation/present.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace calx::simulate {

namespace {

using Tone = Presentation::Tone;
using Shutter = Presentation::Shutter;
using Format = Presentation::Format;

constexpr std::array<std::string_view, 6> format_names{
    "dicom", "dicom-rle", "dicom-jpeg-lossless", "dicom-jpeg", "png", "jpeg"};
constexpr std::array<std::string_view, 6> tone_names{"burned-in",    "window",  "sigmoid",
                                                     "linear-exact", "voi-lut", "unprocessed"};
constexpr std::array<std::string_view, 3> shutter_names{"none", "black", "white"};

template <class Choice>
struct Weighted {
  Choice choice;
  double weight;
};

template <class Choice, std::size_t N>
Choice draw(const std::array<Weighted<Choice>, N>& choices, Random& random) {
  double whole = 0;
  for (const auto& each : choices) whole += each.weight;
  double left = random.uniform(0, whole);
  for (const auto& each : choices)
    if ((left -= each.weight) < 0) return each.choice;
  return choices.back().choice;
}

Format choose_format(const PresentationWish& wish, Random random) {
  if (wish.format) return *wish.format;
  const double picture = wish.dicom_only ? 0 : 0.22;
  const std::array<Weighted<Format>, 6> shares{{{Format::DicomExplicit, 0.24},
                                                {Format::DicomRle, 0.08},
                                                {Format::DicomJpegLossless, 0.14},
                                                {Format::DicomJpeg, 0.1},
                                                {Format::Png, picture},
                                                {Format::Jpeg, picture}}};
  return draw(shares, random);
}

void choose_processing(Presentation& p, Random random) {
  // A tenth of the films have hardly any processing, a tenth have too much of it.
  const double strength = std::clamp(random.normal(0.5, 0.3), 0.0, 1.0);
  p.detail_power = 1 - 0.42 * strength * random.uniform(0.7, 1);
  p.latitude_gain = std::clamp(1 - 0.6 * strength * random.uniform(0.5, 1), 0.4, 1.0);
  p.edge_gain = std::clamp(random.normal(1 + 0.25 * strength, 0.35), 0.55, 2.4);
  p.noise_suppression = random.uniform(0.2, 0.95);
}

void choose_tone(Presentation& p, Random random) {
  p.sigmoid_slope = random.normal_within(0.9, 0.4, 0.1, 1.9);
  p.gamma = std::exp(random.normal_within(0.35, 0.3, -0.45, 1));
  p.skin_cut = random.normal_within(0.15, 0.3, -0.3, 0.9);
  // Open field is black on half the films, dark grey on most others, light grey on old plates.
  p.black_grey = random.chance(0.5)   ? random.uniform(0, 0.03)
                 : random.chance(0.7) ? random.uniform(0.02, 0.18)
                                      : random.uniform(0.15, 0.5);
  p.white_grey = random.chance(0.55) ? random.uniform(0.85, 1.05)
                                     : random.uniform(std::max(0.6, p.black_grey + 0.25), 1);
}

Tone choose_dicom_tone(Random& random) {
  constexpr std::array<Weighted<Tone>, 6> shares{{{Tone::BurnedIn, 0.3},
                                                  {Tone::Window, 0.3},
                                                  {Tone::Sigmoid, 0.1},
                                                  {Tone::LinearExact, 0.05},
                                                  {Tone::VoiLut, 0.15},
                                                  {Tone::Unprocessed, 0.1}}};
  return draw(shares, random);
}

void choose_storage(Presentation& p, Random random) {
  if (!is_dicom(p.format)) {
    p.bits = 8;
    p.tone = Tone::BurnedIn;
    p.jpeg_quality = p.format == Format::Jpeg || random.chance(0.3)
                         ? static_cast<int>(random.uniform(55, 96))
                         : 0;
    if (random.chance(0.65)) p.softness_px = random.uniform(0.3, 1.1);
    return;
  }
  p.tone = choose_dicom_tone(random);
  p.monochrome1 = random.chance(0.25);
  constexpr std::array<int, 8> depths{10, 10, 12, 12, 12, 14, 15, 16};
  p.bits = random.pick<int>(depths);
  if (p.tone == Tone::BurnedIn && random.chance(0.35)) p.bits = 8;
  if (p.tone == Tone::VoiLut) p.bits = std::min(p.bits, 14); // tables stay below 64 kB
  if (p.tone == Tone::Unprocessed && random.chance(0.35)) {
    p.raw_linear = true;
    p.monochrome1 = true;
    p.bits = std::max(p.bits, 14); // dense bone is the lowest per cent of the scale
  }
  if (p.format == Format::DicomJpeg) {
    p.bits = p.bits == 8 ? 8 : 12; // baseline or extended
    p.jpeg_quality = static_cast<int>(random.uniform(80, 98));
    if (p.raw_linear) p.raw_linear = false, p.monochrome1 = false;
  } else if (p.bits == 8 && random.chance(0.25)) {
    p.jpeg_quality = static_cast<int>(random.uniform(70, 96));
  }
}

std::string letter_of(Laterality laterality) {
  return laterality == Laterality::Left ? "L" : laterality == Laterality::Right ? "R" : "";
}

/// Words that technicians and teachers write. None is a person's.
std::string choose_text(const PresentationWish& wish, Random& random) {
  constexpr std::array<std::string_view, 16> words{
      "AP",    "PA",      "LAT",    "PORTABLE", "STANDING",        "WEIGHT BEARING",
      "ALERT", "RED DOT", "SUPINE", "OBL",      "HORIZONTAL BEAM", "NON WB",
      "KV 55", "1/2",     "PRE",    "POST"};
  const std::string letter = letter_of(wish.laterality);
  if (!letter.empty() && random.chance(0.5)) return letter;
  std::string text(random.pick<std::string_view>(words));
  if (random.chance(0.25))
    text = fmt::format("{:02}:{:02}", random.integer(7, 19), random.integer(0, 59));
  if (!letter.empty() && random.chance(0.3)) text = letter + "\n" + text;
  return text;
}

void choose_surroundings(Presentation& p, Region region, const PresentationWish& wish,
                         Random random) {
  constexpr std::array<Weighted<Shutter>, 3> shutters{
      {{Shutter::None, 0.28}, {Shutter::Black, 0.68}, {Shutter::White, 0.04}}};
  p.shutter = draw(shutters, random);
  p.shutter_gap_mm = random.chance(0.4) ? random.uniform(0.3, 3) : 0;
  // Plates lie free under small parts; larger ones are taken in a tray.
  const bool small_part = region == Region::Hand || region == Region::Wrist ||
                          region == Region::Foot || region == Region::Elbow;
  p.cr_border = random.chance(small_part ? 0.06 : 0.02);
  if (random.chance(0.25)) p.burned_text = choose_text(wish, random);
  p.scale_bar = random.chance(0.05);
  p.arrow = !is_dicom(p.format) && random.chance(0.05);
  if (is_dicom(p.format) && p.bits > 8) return;
  p.photographed = random.chance(0.04);
  if (p.photographed || random.chance(0.08)) p.vignetting = random.uniform(0.03, 0.3);
  if (p.photographed) p.black_grey += 0.06;
}

} // namespace

std::string_view to_string(Format format) {
  return format_names[static_cast<std::size_t>(format)];
}

std::optional<Format> parse_format(std::string_view word) {
  const auto found = std::ranges::find(format_names, word);
  if (found == format_names.end()) return std::nullopt;
  return static_cast<Format>(found - format_names.begin());
}

std::span<const std::string_view> format_words() {
  return format_names;
}

Presentation choose_presentation(Region region, const PresentationWish& wish,
                                 const Random& random) {
  Presentation p;
  p.format = choose_format(wish, random.stream("format"));
  choose_processing(p, random.stream("processing"));
  choose_tone(p, random.stream("tone"));
  choose_storage(p, random.stream("storage"));
  choose_surroundings(p, region, wish, random.stream("surroundings"));
  return p;
}

nlohmann::json to_json(const Presentation& p) {
  return {{"detail_power", p.detail_power},
          {"latitude_gain", p.latitude_gain},
          {"edge_gain", p.edge_gain},
          {"noise_suppression", p.noise_suppression},
          {"sigmoid_slope", p.sigmoid_slope},
          {"gamma", p.gamma},
          {"skin_cut", p.skin_cut},
          {"black_grey", p.black_grey},
          {"white_grey", p.white_grey},
          {"bits", p.bits},
          {"monochrome1", p.monochrome1},
          {"tone", tone_names[static_cast<std::size_t>(p.tone)]},
          {"raw_linear", p.raw_linear},
          {"shutter", shutter_names[static_cast<std::size_t>(p.shutter)]},
          {"shutter_gap_mm", p.shutter_gap_mm},
          {"cr_border", p.cr_border},
          {"jpeg_quality", p.jpeg_quality},
          {"burned_text", p.burned_text},
          {"scale_bar", p.scale_bar},
          {"arrow", p.arrow},
          {"vignetting", p.vignetting},
          {"softness_px", p.softness_px},
          {"photographed", p.photographed},
          {"format", to_string(p.format)}};
}

} // namespace calx::simulate

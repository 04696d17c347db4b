#include "simulate/film/film_files.hpp"

#include "report/report.hpp"
#include "simulate/film/dicom_film.hpp"
#include "simulate/film/truth_json.hpp"
#include "simulate/presentation/jpeg.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace calx::simulate {

namespace {

using Format = Presentation::Format;

constexpr std::array<std::string_view, 3> film_endings{".dcm", ".png", ".jpg"};

std::string_view ending_of(Format format) {
  return is_dicom(format)        ? film_endings[0]
         : format == Format::Png ? film_endings[1]
                                 : film_endings[2];
}

TruthNames names_of(const std::string& stem, Format format, bool masks) {
  TruthNames names;
  names.film = stem + std::string(ending_of(format));
  if (!masks) return names;
  names.lesions = stem + ".lesions.png";
  names.bone = stem + ".bone.png";
  names.bones = stem + ".bones.png";
  names.body = stem + ".body.png";
  return names;
}

/// 8 bits where the ids fit.
cv::Mat compact(const cv::Mat1w& labels) {
  double highest = 0;
  cv::minMaxIdx(labels, nullptr, &highest);
  cv::Mat result = labels;
  if (highest <= 255) labels.convertTo(result, CV_8U);
  return result;
}

Result<void> write_picture(const Film& film, const Header& header,
                           const std::filesystem::path& file) {
  const Presentation& p = film.stored.presentation;
  if (is_dicom(p.format)) {
    const auto bytes = dicom_bytes(film, header);
    if (!bytes) return tl::unexpected(bytes.error());
    return write_file(file, *bytes);
  }
  cv::Mat1b grey;
  film.stored.pixels.convertTo(grey, CV_8U);
  if (p.format == Format::Png) return write_png(file, grey);
  return write_file(file, jpeg_bytes(grey, p.jpeg_quality));
}

Result<void> write_masks(const Film& film, const std::filesystem::path& folder,
                         const TruthNames& names) {
  const std::array<std::pair<const std::string*, cv::Mat>, 4> masks{
      {{&names.lesions, compact(film.lesions)},
       {&names.bone, film.bone},
       {&names.bones, compact(film.bones)},
       {&names.body, film.body}}};
  for (const auto& [name, mask] : masks)
    if (auto written = write_png(folder / *name, mask); !written) return written;
  return {};
}

} // namespace

namespace {

Result<void> write_all(const Film& film, const Header& header, const std::filesystem::path& folder,
                       const TruthNames& names, nlohmann::ordered_json truth,
                       const std::string& stem) {
  if (auto written = write_picture(film, header, folder / names.film); !written) return written;
  if (!names.lesions.empty())
    if (auto written = write_masks(film, folder, names); !written) return written;
  return write_file(folder / (stem + std::string(truth_ending)), truth.dump(1) + "\n");
}

/// The changed pixels as a film to be stored as they are, dense bright.
StoredFilm stored_as_is(const cv::Mat1f& pixels, const DisplayRange& display, bool calibrated) {
  double highest = 0;
  cv::minMaxIdx(pixels, nullptr, &highest);
  StoredFilm stored;
  Presentation& p = stored.presentation;
  p.bits = highest <= 255 ? 8 : 16;
  p.format = calibrated || p.bits > 8 ? Format::DicomExplicit : Format::Png;
  if (p.bits > 8) {
    p.tone = Presentation::Tone::Window;
    stored.window_centre = (display.black + display.white) / 2;
    stored.window_width = std::max(2.0, display.white - display.black);
  }
  pixels.convertTo(stored.pixels, CV_16U);
  return stored;
}

/// The inserted film with what the background's file tells of it.
Film as_stored(const InsertedFilm& inserted, const Radiograph& background) {
  const Acquisition& told = background.acquisition;
  Film film = inserted.film;
  film.stored = stored_as_is(inserted.pixels, background.display, background.spacing.has_value());
  film.anatomy.view = told.view;
  film.anatomy.laterality = told.laterality;
  film.anatomy.patient.sex = told.sex;
  film.anatomy.patient.age_years =
      told.age_years.value_or(std::numeric_limits<double>::quiet_NaN());
  if (background.spacing) film.spacing_mm = film.geometry.pitch_mm = background.spacing->x_mm;
  return film;
}

} // namespace

Result<void> write_film(const Film& film, const std::filesystem::path& folder,
                        const std::string& stem, const FilmFileOptions& options) {
  const Header header = choose_header(film);
  const TruthNames names = names_of(stem, film.stored.presentation.format, options.masks);
  return write_all(film, header, folder, names, truth_json(film, header, names, options.order),
                   stem);
}

Result<Film> write_inserted(const InsertedFilm& inserted, const Radiograph& background,
                            const std::filesystem::path& folder, const std::string& stem,
                            const FilmFileOptions& options) {
  const Film film = as_stored(inserted, background);
  Header header;
  header.inserted = true;
  header.cr = background.acquisition.modality == "CR";
  header.spacing = !background.spacing ? SpacingTags::Absent
                   : background.spacing_source == SpacingSource::DetectorPlane
                       ? SpacingTags::ImagerOnly
                       : SpacingTags::Geometry;
  const TruthNames names = names_of(stem, film.stored.presentation.format, options.masks);
  nlohmann::ordered_json truth = truth_json(film, header, names, options.order);
  truth["exhaustive"] = false;
  truth["prominences"] = nullptr;
  truth["attribution"] = "deposits simulated; the film's own source and licence hold for the rest";
  truth["parameters"] = {{"blur_px", inserted.blur_px},
                         {"noise", inserted.noise},
                         {"spacing_assumed", inserted.spacing_assumed},
                         {"notes", inserted.notes}};
  if (!background.spacing) truth["image"]["spacing_mm"] = nullptr;
  const auto written = write_all(film, header, folder, names, std::move(truth), stem);
  if (!written) return tl::unexpected(written.error());
  return film;
}

bool film_is_written(const std::filesystem::path& folder, const std::string& stem) {
  std::error_code ignored;
  if (!std::filesystem::exists(folder / (stem + std::string(truth_ending)), ignored)) return false;
  return std::ranges::any_of(film_endings, [&](std::string_view ending) {
    return std::filesystem::exists(folder / (stem + std::string(ending)), ignored);
  });
}

} // namespace calx::simulate

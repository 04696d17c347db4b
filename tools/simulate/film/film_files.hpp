// A simulated film on disk: the picture, its masks and its truth side by side.
#pragma once

#include "simulate/insertion/insert.hpp"
#include "simulate/simulate.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace calx::simulate {

inline constexpr std::string_view truth_ending = ".truth.json";

struct FilmFileOptions {
  bool masks = true; ///< STEM.lesions.png, .bone.png, .bones.png and .body.png as well
  nlohmann::ordered_json order = nullptr; ///< what calx-simulate makes this film from again
};

/// Writes STEM.dcm, .png or .jpg as the film's presentation says, its masks, and STEM.truth.json
/// ("calx.truth/1") last, each under a temporary name that is renamed: a truth file stands for a
/// film that is whole. The same film gives the same bytes. Errors: cannot-write.
Result<void> write_film(const Film& film, const std::filesystem::path& folder,
                        const std::string& stem, const FilmFileOptions& options = {});

/// The same for a real film with deposits put into it: DICOM, or PNG for 8 bits without a spacing.
/// `exhaustive` is false: what the film had of its own is not in the truth. Of the background's
/// header only region, view, side, age, sex and spacing are written. Returns the film as written.
Result<Film> write_inserted(const InsertedFilm& inserted, const Radiograph& background,
                            const std::filesystem::path& folder, const std::string& stem,
                            const FilmFileOptions& options = {});

/// The truth file is there, and so is the film that it names.
bool film_is_written(const std::filesystem::path& folder, const std::string& stem);

} // namespace calx::simulate

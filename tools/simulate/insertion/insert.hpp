// Deposits put into a real film: the same bodies, projected onto it, in its own grey values.
//
// A film is one picture of unknown processing, so its depth, signal and tone are estimated: a body
// as thick as its outline and its region suggest, a tone curve through air, soft tissue and bone,
// and contrasts of the region's usual technique (Beer-Lambert at its effective energy, diluted by
// its scatter). What is added is thinner than real in places and thicker in others; where it lies,
// and its outline, are exact.
#pragma once

#include "core/radiograph.hpp"
#include "simulate/simulate.hpp"

namespace calx::simulate {

struct InsertSpec {
  InclusionSpec inclusions{Pattern::None, true, 0.5, false}; ///< no letter: the film has its own
  std::optional<Region> region;                              ///< in place of the film's own word
  std::uint64_t seed = 1;
};

struct InsertedFilm {
  /// The film with its deposits, in units of Radiograph::pixels: whole numbers, clipped where the
  /// film is clipped.
  cv::Mat1f pixels;
  /// Masks, estimated anatomy and truth of what was added; `stored`, beam and detector are unset.
  Film film;
  bool spacing_assumed = false;   ///< then nothing in mm is more than a guess
  double blur_px = 0;             ///< of the film's own edges, standard deviation
  double noise = 0;               ///< of its soft tissue, in units of Radiograph::pixels
  std::vector<std::string> notes; ///< what was assumed, in sentences
};

/// Deterministic in the seed. Errors: a film without a body in it, or without grey values between
/// soft tissue and white that a deposit could take.
Result<InsertedFilm> insert(const Radiograph& background, const InsertSpec& spec);

} // namespace calx::simulate

// What does not belong to the anatomy: deposits, mimics, foreign bodies and lead letters, in 3-D.
#pragma once

#include "simulate/anatomy/anatomy.hpp"
#include "simulate/physics/materials.hpp"

namespace calx::simulate {

/// A body of one added material, as mass of that material for a volume. What it displaces
/// (soft tissue of the same volume as the material's own) is taken out by the projection.
struct Inclusion {
  Kind kind = Kind::Deposit; ///< Unknown: of the body, as a fold of skin; no lesion of the truth
  Pattern pattern = Pattern::None; ///< of a deposit: the pattern it is a part of
  Material material = Material::Hydroxyapatite;
  Grid density_g_cm3;      ///< film frame, 0 outside; pitch fine enough for the smallest detail
  double ha_fraction = 0;  ///< volume fraction of hydroxyapatite where it is densest; 0 for others
  std::string description; ///< e.g. "lobulated mass beside greater_trochanter"
};

struct InclusionSpec {
  Pattern pattern = Pattern::None; ///< None: no deposit; not Indeterminate
  bool mimics = true;              ///< what is not calcinosis may be there as well
  double mimic_rate =
      0.5; ///< the mean number of mimics of each sort that fits the region, times its frequency
  bool marker = true;                ///< a lead letter for the side
  std::vector<Pattern> besides = {}; ///< more patterns on one film, as hardly any patient has them
};

/// Places deposits of the pattern and mimics; never inside bone, always inside the body (metal,
/// letters, rings and dressings excepted). Deterministic in `random`.
std::vector<Inclusion> place_inclusions(const Anatomy& anatomy, const InclusionSpec& spec,
                                        const Random& random);

/// The same, and the anatomy's skin bulges over masses and nodules that lie right under it, as it
/// does over large ones in patients.
std::vector<Inclusion> grow_inclusions(Anatomy& anatomy, const InclusionSpec& spec,
                                       const Random& random);

} // namespace calx::simulate

// What looks like calcinosis and is not, and what else lies on a film. One call makes one of its
// sort; nothing where the film has no place for it.
#pragma once

#include "simulate/deposits/inclusion.hpp"
#include "simulate/deposits/patterns.hpp"

namespace calx::simulate {

// Vessels
std::vector<Inclusion> make_artery(const Scene& scene, Random random);
std::vector<Inclusion> make_phlebolith(const Scene& scene, Random random);

// Tendons, joints and small bones
std::vector<Inclusion> make_tendon_deposit(const Scene& scene, Random random);
std::vector<Inclusion> make_enthesophyte(const Scene& scene, Random random);
std::vector<Inclusion> make_chondrocalcinosis(const Scene& scene, Random random);
std::vector<Inclusion> make_sesamoids(const Scene& scene, Random random);
std::vector<Inclusion> make_heterotopic_bone(const Scene& scene, Random random);

// Metal
std::vector<Inclusion> make_needle(const Scene& scene, Random random);
std::vector<Inclusion> make_clips(const Scene& scene, Random random);
std::vector<Inclusion> make_wire(const Scene& scene, Random random);
std::vector<Inclusion> make_screw(const Scene& scene, Random random);
std::vector<Inclusion> make_plate(const Scene& scene, Random random);
std::vector<Inclusion> make_stem(const Scene& scene, Random random);
std::vector<Inclusion> make_ring(const Scene& scene, Random random);

// Glass, stone, casts, dressings and folds of skin
std::vector<Inclusion> make_shard(const Scene& scene, Random random);
std::vector<Inclusion> make_gravel(const Scene& scene, Random random);
std::vector<Inclusion> make_cast(const Scene& scene, Random random);
std::vector<Inclusion> make_dressing(const Scene& scene, Random random);
std::vector<Inclusion> make_skin_fold(const Scene& scene, Random random);

// Lead
std::vector<Inclusion> make_side_letter(const Scene& scene, Random random);
std::vector<Inclusion> make_lead_mark(const Scene& scene, Random random);

} // namespace calx::simulate

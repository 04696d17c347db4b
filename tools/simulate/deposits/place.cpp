// Which mimics fit this part of this patient, and how often.
#include "simulate/deposits/inclusion.hpp"

#include "simulate/deposits/mimics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

namespace calx::simulate {

namespace {

using Maker = std::vector<Inclusion> (*)(const Scene&, Random);

struct Mimic {
  std::string_view name;
  Maker make;
  double (*frequency)(const Anatomy&); ///< mean number on a film where mimics are at rate 1
};

bool is_one_of(Region region, std::initializer_list<Region> regions) {
  return std::ranges::find(regions, region) != regions.end();
}

/// 0 for the young, 1 for the old, half way at `middle` years.
double aged(const Anatomy& anatomy, double middle) {
  return 1 / (1 + std::exp(-(anatomy.patient.age_years - middle) / 6));
}

double grown(const Anatomy& anatomy) {
  return aged(anatomy, 14);
}

// Far above what clinics see, so that a few thousand films show enough of each; their order of
// frequency, and the dependence on age and region, are kept.
constexpr std::array kMimics{
    Mimic{"artery", make_artery, [](const Anatomy& a) { return 0.55 * aged(a, 62); }},
    Mimic{"phlebolith", make_phlebolith,
          [](const Anatomy& a) {
            if (is_one_of(a.region, {Region::Pelvis, Region::Hip})) return 2.2 * aged(a, 38);
            return is_one_of(a.region, {Region::Leg, Region::Ankle, Region::Thigh, Region::Knee})
                       ? 0.25 * aged(a, 45)
                       : 0.02;
          }},
    Mimic{"tendon", make_tendon_deposit,
          [](const Anatomy& a) {
            return (is_one_of(a.region, {Region::Shoulder, Region::Hip}) ? 0.5 : 0.25) *
                   aged(a, 32);
          }},
    Mimic{"enthesophyte", make_enthesophyte, [](const Anatomy& a) { return 0.4 * aged(a, 45); }},
    Mimic{"chondrocalcinosis", make_chondrocalcinosis,
          [](const Anatomy& a) {
            return (is_one_of(a.region, {Region::Knee, Region::Wrist, Region::Hand, Region::Pelvis})
                        ? 0.5
                        : 0.1) *
                   aged(a, 65);
          }},
    Mimic{"sesamoids", make_sesamoids,
          [](const Anatomy& a) {
            return (is_one_of(a.region, {Region::Hand, Region::Foot, Region::Knee, Region::Ankle})
                        ? 1.2
                        : 0.25) *
                   grown(a);
          }},
    Mimic{"heterotopic-bone", make_heterotopic_bone,
          [](const Anatomy& a) {
            return (is_one_of(a.region, {Region::Hip, Region::Pelvis, Region::Elbow, Region::Knee,
                                         Region::Thigh})
                        ? 0.25
                        : 0.06) *
                   grown(a);
          }},
    Mimic{"needle", make_needle,
          [](const Anatomy& a) {
            return is_one_of(a.region, {Region::Hand, Region::Foot}) ? 0.12 : 0.04;
          }},
    Mimic{"clips", make_clips, [](const Anatomy&) { return 0.06; }},
    Mimic{"wire", make_wire, [](const Anatomy&) { return 0.06; }},
    Mimic{"screw", make_screw, [](const Anatomy&) { return 0.06; }},
    Mimic{"plate", make_plate, [](const Anatomy& a) { return 0.06 * grown(a); }},
    Mimic{"stem", make_stem,
          [](const Anatomy& a) {
            return is_one_of(a.region, {Region::Hip, Region::Shoulder}) ? 0.06 * aged(a, 60) : 0;
          }},
    Mimic{"ring", make_ring,
          [](const Anatomy& a) { return a.region == Region::Hand ? 0.25 * grown(a) : 0; }},
    Mimic{"shard", make_shard,
          [](const Anatomy& a) {
            return is_one_of(a.region, {Region::Hand, Region::Foot}) ? 0.12 : 0.04;
          }},
    Mimic{"gravel", make_gravel, [](const Anatomy&) { return 0.06; }},
    Mimic{"cast", make_cast,
          [](const Anatomy& a) {
            return is_one_of(a.region, {Region::Wrist, Region::Forearm, Region::Leg, Region::Ankle,
                                        Region::Elbow})
                       ? 0.06
                       : 0.01;
          }},
    Mimic{"dressing", make_dressing, [](const Anatomy&) { return 0.06; }},
    Mimic{"lead-mark", make_lead_mark, [](const Anatomy&) { return 0.08; }},
    Mimic{"skin-fold", make_skin_fold,
          [](const Anatomy& a) {
            return is_one_of(a.region, {Region::Hip, Region::Pelvis, Region::Shoulder,
                                        Region::Elbow, Region::Knee, Region::UpperArm})
                       ? 0.25
                       : 0.06;
          }},
};

/// Knuth's method; the means are small.
int poisson(double mean, Random& random) {
  const double limit = std::exp(-mean);
  int count = 0;
  for (double product = random.uniform(0, 1); product > limit && count < 12; ++count)
    product *= random.uniform(0, 1);
  return count;
}

void append(std::vector<Inclusion>& all, std::vector<Inclusion> more) {
  std::ranges::move(more, std::back_inserter(all));
}

void add_mimics(std::vector<Inclusion>& all, double rate, const Scene& scene,
                const Random& random) {
  for (const Mimic& mimic : kMimics) {
    Random own = random.stream(mimic.name);
    const int count = poisson(rate * mimic.frequency(scene.space.anatomy()), own);
    for (int i = 0; i < count; ++i)
      append(all, mimic.make(scene, own.stream("one", static_cast<std::uint64_t>(i))));
  }
}

std::vector<Inclusion> place(const Anatomy& anatomy, Anatomy* yielding, const InclusionSpec& spec,
                             const Random& random) {
  const Surroundings space(anatomy);
  const Noise noise(random.stream("noise"));
  const Scene scene{space, noise, yielding};
  std::vector<Inclusion> all = place_pattern(spec.pattern, scene, random);
  for (std::uint64_t i = 0; i < spec.besides.size(); ++i)
    append(all, place_pattern(spec.besides[i], scene, random.stream("besides", i)));
  if (spec.mimics) add_mimics(all, spec.mimic_rate, scene, random.stream("mimics"));
  if (spec.marker && random.stream("has letter").chance(0.9))
    append(all, make_side_letter(scene, random.stream("letter")));
  return all;
}

} // namespace

std::vector<Inclusion> place_inclusions(const Anatomy& anatomy, const InclusionSpec& spec,
                                        const Random& random) {
  return place(anatomy, nullptr, spec, random);
}

std::vector<Inclusion> grow_inclusions(Anatomy& anatomy, const InclusionSpec& spec,
                                       const Random& random) {
  return place(anatomy, &anatomy, spec, random);
}

} // namespace calx::simulate

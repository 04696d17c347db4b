#include "simulate/film/header.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace calx::simulate {

namespace {

constexpr std::array<std::string_view, 6> spacing_names{"magnification", "distances", "imager-only",
                                                        "geometry",      "fiducial",  "absent"};

SpacingTags choose_spacing(Random random) {
  const double share = random.uniform(0, 1);
  return share < 0.5    ? SpacingTags::Magnification
         : share < 0.65 ? SpacingTags::Distances
         : share < 0.83 ? SpacingTags::ImagerOnly
         : share < 0.91 ? SpacingTags::Geometry
                        : SpacingTags::Fiducial;
}

} // namespace

Header choose_header(const Film& film) {
  const Random random = Random(film.spec.seed).stream("header");
  Random kind = random.stream("kind"), words = random.stream("words");
  Header header;
  header.cr = film.detector.powder ? kind.chance(0.9) : kind.chance(0.1);
  header.spacing = choose_spacing(random.stream("spacing"));
  header.body_part = words.chance(0.9);
  header.region_code = !header.body_part || words.chance(0.6);
  header.shows_view = words.chance(0.9);
  header.shows_side = words.chance(0.9);
  return header;
}

nlohmann::json to_json(const Header& header) {
  return {{"cr", header.cr},
          {"spacing", spacing_names[static_cast<std::size_t>(header.spacing)]},
          {"region_code", header.region_code},
          {"body_part", header.body_part},
          {"shows_view", header.shows_view},
          {"shows_side", header.shows_side}};
}

RegionWords words_of(Region region) {
  switch (region) {
  case Region::Hand:
    return {"HAND", "85562004", "Hand"};
  case Region::Wrist:
    return {"WRIST", "74670003", "Wrist joint"};
  case Region::Forearm:
    return {"FOREARM", "14975008", "Forearm"};
  case Region::Elbow:
    return {"ELBOW", "16953009", "Elbow joint"};
  case Region::UpperArm:
    return {"HUMERUS", "40983000", "Upper arm"};
  case Region::Shoulder:
    return {"SHOULDER", "16982005", "Shoulder"};
  case Region::Pelvis:
    return {"PELVIS", "12921003", "Pelvis"};
  case Region::Hip:
    return {"HIP", "24136001", "Hip joint"};
  case Region::Thigh:
    return {"FEMUR", "68367000", "Thigh"};
  case Region::Knee:
    return {"KNEE", "72696002", "Knee"};
  case Region::Leg:
    return {"LEG", "30021000", "Lower leg"};
  case Region::Ankle:
    return {"ANKLE", "70258002", "Ankle joint"};
  case Region::Foot:
    return {"FOOT", "56459004", "Foot"};
  case Region::Scrotum:
    return {"SCROTUM", "20233005", "Scrotum"};
  case Region::Other:
    break;
  }
  return {"EXTREMITY", "66019005", "Limb"};
}

std::string age_string(double age_years) {
  if (std::isnan(age_years)) return "";
  if (age_years < 2) return fmt::format("{:03.0f}M", std::floor(age_years * 12));
  return fmt::format("{:03.0f}Y", std::floor(age_years));
}

} // namespace calx::simulate

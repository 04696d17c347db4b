#include "normalise/normalise.hpp"

namespace calx {

double usual_long_side_mm(Region region) {
  switch (region) {
  case Region::Hand:
    return 240;
  case Region::Wrist:
    return 220;
  case Region::Forearm:
    return 300;
  case Region::Elbow:
    return 260;
  case Region::UpperArm:
    return 350;
  case Region::Shoulder:
    return 320;
  case Region::Pelvis:
    return 430;
  case Region::Hip:
    return 400;
  case Region::Thigh:
    return 430;
  case Region::Knee:
    return 320;
  case Region::Leg:
    return 430;
  case Region::Ankle:
    return 280;
  case Region::Foot:
    return 290;
  case Region::Scrotum:
    return 240;
  case Region::Other:
    break;
  }
  return 300;
}

} // namespace calx

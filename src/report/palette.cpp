#include "report/palette.hpp"

namespace calx {

KindStyle style_of(Kind kind) {
  switch (kind) {
  case Kind::Deposit:
    return {{255, 165, 0}};
  case Kind::Vascular:
    return {{240, 90, 40}};
  case Kind::Phlebolith:
    return {{225, 130, 185}};
  case Kind::Tendon:
    return {{0, 190, 140}};
  case Kind::Ossification:
    return {{86, 180, 233}};
  case Kind::Ossicle:
    return {{80, 130, 255}};
  case Kind::Chondrocalcinosis:
    return {{240, 228, 66}};
  case Kind::Metal:
    return {{180, 180, 180}};
  case Kind::ForeignBody:
    return {{180, 180, 180}, true};
  case Kind::Marker:
    return {{140, 140, 140}, true};
  case Kind::OtherCalcification:
    return {{170, 220, 230}};
  case Kind::Unknown:
    return {{255, 255, 255}};
  }
  return {{255, 255, 255}};
}

} // namespace calx

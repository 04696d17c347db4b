// The networks that are compiled in: models/calx-net.onnx and models/calx-regions.onnx, byte for
// byte.
#pragma once

#include <string_view>

namespace calx {

extern const std::string_view kFilmNetwork, kRegionNetwork;
/// "calx-net sha256:...", as the provenance of a result has it.
extern const std::string_view kFilmNetworkName, kRegionNetworkName;

} // namespace calx

// The network that is compiled in: models/calx-net.onnx, byte for byte.
#pragma once

#include <string_view>

namespace calx {

extern const std::string_view kStandardNetwork;
/// "calx-net sha256:...", as the provenance of a result has it.
extern const std::string_view kStandardNetworkDescription;

} // namespace calx

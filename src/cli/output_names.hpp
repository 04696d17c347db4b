// What the outputs of each input are called, settled before anything runs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace calx {

/// One name for each input, all different (also where upper and lower case are the same): the
/// file's name without its extension; where inputs share one, with the parent folder before it
/// ("a_hand"); then with the extension ("a_hand_dcm"); then numbered ("hand-2").
std::vector<std::string> output_names(const std::vector<std::filesystem::path>& inputs);

} // namespace calx

#include "cli/output_names.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace calx {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Only a known extension is one: DICOM files are often named by a UID, which is full of dots.
std::string image_extension(const std::string& name) {
  constexpr std::array<std::string_view, 16> kKnown{
      ".dcm",  ".dicom", ".dic",  ".ima",  ".png",    ".jpg", ".jpeg", ".tif",
      ".tiff", ".bmp",   ".nrrd", ".nhdr", ".nii.gz", ".nii", ".mha",  ".mhd"};
  const std::string small = lower(name);
  for (const std::string_view known : kKnown)
    if (small.size() > known.size() && small.ends_with(known))
      return name.substr(name.size() - known.size());
  return {};
}

/// Level 0: "hand"; 1: "folder_hand"; 2: "folder_hand_dcm".
std::string name_of(const fs::path& input, int level) {
  const std::string file = input.filename().string();
  const std::string extension = image_extension(file);
  std::string name = file.substr(0, file.size() - extension.size());
  if (name.empty()) name = "film";
  const std::string folder = input.parent_path().filename().string();
  if (level >= 1 && !folder.empty() && folder != "." && folder != "..") name = folder + "_" + name;
  if (level >= 2 && !extension.empty()) name += "_" + extension.substr(1);
  return name;
}

std::map<std::string, int> counts(const std::vector<std::string>& names) {
  std::map<std::string, int> count;
  for (const std::string& name : names) ++count[lower(name)];
  return count;
}

/// Gives the inputs that share a name their longer names, where those are not the same again.
void tell_apart(std::vector<std::string>& names, const std::vector<fs::path>& inputs, int level) {
  std::map<std::string, std::set<std::string>> longer;
  for (std::size_t i = 0; i < names.size(); ++i)
    longer[lower(names[i])].insert(lower(name_of(inputs[i], level)));
  const auto count = counts(names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name = lower(names[i]);
    if (count.at(name) > 1 && longer.at(name).size() > 1) names[i] = name_of(inputs[i], level);
  }
}

/// Numbers what is still double, in the order of the inputs.
void number_the_rest(std::vector<std::string>& names) {
  std::set<std::string> taken;
  for (const auto& [name, count] : counts(names)) taken.insert(name);
  std::set<std::string> seen;
  for (std::string& name : names) {
    if (seen.insert(lower(name)).second) continue;
    int number = 2;
    while (taken.contains(lower(name) + "-" + std::to_string(number))) ++number;
    name += "-" + std::to_string(number);
    taken.insert(lower(name));
    seen.insert(lower(name));
  }
}

} // namespace

std::vector<std::string> output_names(const std::vector<fs::path>& inputs) {
  std::vector<std::string> names;
  for (const fs::path& input : inputs) names.push_back(name_of(input, 0));
  for (const int level : {1, 2}) tell_apart(names, inputs, level);
  number_the_rest(names);
  return names;
}

} // namespace calx

// A stage's adjustable numbers, each described once: name, unit, range and reason.
//
// Each stage has one plain struct of parameters with defaults and a `describe` function that lists
// them. From that list come the strict JSON reader, --set, `calx params`, the documentation table
// and the provenance block of every result.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace calx {

/// One described field of a live parameter struct; `target` points into that struct.
struct Parameter {
  std::string name; ///< "lesions.min_area_mm2"
  std::string unit; ///< "mm", "1", ...
  double minimum = 0;
  double maximum = 0;
  std::string help; ///< what it does and why the default is what it is
  std::variant<double*, int*, bool*> target;
};

/// Collects a struct's fields: `list.add("min_area_mm2", p.min_area_mm2, "mm^2", 0.05, 50, "...")`.
class ParameterList {
public:
  /// Starts a stage; names added next read "stage.field".
  void stage(std::string name) { prefix_ = std::move(name) + "."; }

  template <class T>
  void add(std::string name, T& field, std::string unit, double minimum, double maximum,
           std::string help) {
    all_.push_back(
        {prefix_ + std::move(name), std::move(unit), minimum, maximum, std::move(help), &field});
  }
  void add(std::string name, bool& field, std::string help) {
    all_.push_back({prefix_ + std::move(name), "", 0, 1, std::move(help), &field});
  }

  const std::vector<Parameter>& all() const { return all_; }

private:
  std::string prefix_;
  std::vector<Parameter> all_;
};

} // namespace calx

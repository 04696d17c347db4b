// How measures.cpp and measures_of_words.cpp put the list of figures together.
#pragma once

#include "evaluate/measures.hpp"

namespace calx::evaluation {

using Films = std::vector<FilmScore>;

/// Collects measures under a heading.
class MeasureList {
public:
  void group(std::string name) { group_ = std::move(name); }
  void proportion(std::string id, std::string label, Better better, Counted counted) {
    add(std::move(id), std::move(label), "1", better, std::move(counted), true);
  }
  void value(std::string id, std::string label, std::string unit, Better better, Counted counted) {
    add(std::move(id), std::move(label), std::move(unit), better, std::move(counted), false);
  }
  std::vector<Measure> take() { return std::move(all_); }

private:
  void add(std::string id, std::string label, std::string unit, Better better, Counted counted,
           bool proportion) {
    Figure figure{std::move(id), group_, std::move(label), std::move(unit), better, {}, {}, 0, 0};
    all_.push_back({std::move(figure), std::move(counted), proportion});
  }
  std::string group_;
  std::vector<Measure> all_;
};

/// Figures of what has a name: kinds of regions, the film's suggestion, its body region.
void add_words(MeasureList& list, const Films& films);

} // namespace calx::evaluation

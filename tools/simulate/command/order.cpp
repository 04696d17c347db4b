#include "simulate/command/order.hpp"

#include "subtype/strict_json.hpp"

#include <array>
#include <variant>

namespace calx::simulate {

namespace {

using Field = std::variant<std::string Order::*, int Order::*, double Order::*, bool Order::*>;

struct Key {
  std::string_view name;
  Field field;
  double least = 0, most = 0; ///< of a number
};

constexpr double most_films = 1e6;

const std::array<Key, 19>& keys() {
  static const std::array<Key, 19> all{{
      {"anatomy", &Order::anatomy},
      {"cache", &Order::cache},
      {"out", &Order::out},
      {"name", &Order::name},
      {"montage", &Order::montage},
      {"region", &Order::region},
      {"view", &Order::view},
      {"side", &Order::side},
      {"pattern", &Order::pattern},
      {"skeleton", &Order::skeleton},
      {"format", &Order::format},
      {"first", &Order::first, 0, most_films},
      {"count", &Order::count, 1, most_films},
      {"jobs", &Order::jobs, 1, 1024},
      {"normal-share", &Order::normal_share, 0, 1},
      {"pitch", &Order::pitch_mm, 0.05, 2},
      {"mimics", &Order::mimics},
      {"masks", &Order::masks},
      {"outlines", &Order::outlines},
  }};
  return all;
}

void read_field(const Key& key, const strict::Node& node, Order& order) {
  if (const auto* text = std::get_if<std::string Order::*>(&key.field))
    order.*(*text) = node.text();
  else if (const auto* flag = std::get_if<bool Order::*>(&key.field))
    order.*(*flag) = node.flag();
  else if (const auto* number = std::get_if<double Order::*>(&key.field))
    order.*(*number) = node.number(key.least, key.most);
  else
    order.*std::get<int Order::*>(key.field) = static_cast<int>(node.number(key.least, key.most));
}

void read(const strict::Node& top, Order& order) {
  constexpr double largest_seed = 9007199254740992.0; // 2^53: every JSON reader keeps it
  std::vector<std::string_view> names{"seed", "background"};
  for (const Key& key : keys()) names.push_back(key.name);
  top.only(names);
  for (const Key& key : keys())
    if (top.has(key.name)) read_field(key, top.at(key.name), order);
  if (top.has("seed"))
    order.seed = static_cast<std::uint64_t>(top.at("seed").number(0, largest_seed));
  if (!top.has("background")) return;
  order.backgrounds.clear();
  for (const strict::Node& film : top.at("background").elements())
    order.backgrounds.push_back(film.text());
}

} // namespace

Asked<void> read_order(std::string_view json, Order& order) {
  try {
    const strict::Json document = strict::parse_document(json);
    read(strict::Node(document, ""), order);
    return {};
  } catch (const strict::Complaint& complaint) {
    return tl::unexpected(complaint.message);
  }
}

} // namespace calx::simulate

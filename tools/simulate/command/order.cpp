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
  bool of_film = false;       ///< says what a film is, not where it goes or how many there are
};

const std::array<Key, 19>& keys() {
  static const std::array<Key, 19> all{{
      {"anatomy", &Order::anatomy},
      {"cache", &Order::cache},
      {"out", &Order::out},
      {"name", &Order::name},
      {"montage", &Order::montage},
      {"region", &Order::region, 0, 0, true},
      {"view", &Order::view, 0, 0, true},
      {"side", &Order::side, 0, 0, true},
      {"pattern", &Order::pattern, 0, 0, true},
      {"skeleton", &Order::skeleton, 0, 0, true},
      {"format", &Order::format, 0, 0, true},
      {"first", &Order::first, 0, most_films},
      {"count", &Order::count, 1, most_films},
      {"jobs", &Order::jobs, 1, 1024},
      {"normal-share", &Order::normal_share, 0, 1, true},
      {"pitch", &Order::pitch_mm, 0.05, 2, true},
      {"mimics", &Order::mimics, 0, 0, true},
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
  std::vector<std::string_view> names{"seed", "background"};
  for (const Key& key : keys()) names.push_back(key.name);
  top.only(names);
  for (const Key& key : keys())
    if (top.has(key.name)) read_field(key, top.at(key.name), order);
  if (top.has("seed"))
    order.seed =
        static_cast<std::uint64_t>(top.at("seed").number(0, static_cast<double>(largest_seed)));
  if (!top.has("background")) return;
  order.backgrounds.clear();
  for (const strict::Node& film : top.at("background").elements())
    order.backgrounds.push_back(film.text());
}

template <class Value>
void write_unless_default(const Key& key, Value Order::* field, const Order& order,
                          nlohmann::ordered_json& json) {
  if (order.*field != Order().*field) json[key.name] = order.*field;
}

} // namespace

nlohmann::ordered_json order_of_film(const Order& order, int number) {
  nlohmann::ordered_json json{{"seed", order.seed}, {"first", number}};
  for (const Key& key : keys())
    if (key.of_film)
      std::visit([&](auto field) { write_unless_default(key, field, order, json); }, key.field);
  return json;
}

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

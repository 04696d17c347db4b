// calx-phantom: writes one simulated film with its truth.
#include "simulate/write_film.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

namespace {

using calx::phantom::FilmFormat;

struct Order {
  calx::PhantomSpec spec;
  std::string region = "hand", pattern = "none";
  FilmFormat format = FilmFormat::DicomExplicit;
  bool masks = false;
  std::filesystem::path base;
};

template <class E>
std::vector<std::string> vocabulary() {
  const auto all = calx::words<E>();
  return {all.begin(), all.end()};
}

void make(Order order) {
  order.spec.region = *calx::parse<calx::Region>(order.region);
  order.spec.pattern = *calx::parse<calx::Pattern>(order.pattern);
  const calx::PhantomFilm film = calx::make_phantom(order.spec);
  const auto file = [&](const char* ending) { return std::filesystem::path(order.base) += ending; };
  calx::phantom::write_film(film, order.spec, order.format,
                            file(order.format == FilmFormat::Png ? ".png" : ".dcm"));
  std::ofstream truth(file(".truth.json"), std::ios::binary);
  if (!(truth << calx::phantom::truth_json(film, order.spec)))
    throw std::runtime_error("cannot write the truth");
  if (!order.masks) return;
  calx::phantom::write_png(film.labels, file(".labels.png"));
  calx::phantom::write_png(film.bone, file(".bone.png"));
  calx::phantom::write_png(film.body, file(".body.png"));
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Writes one simulated radiograph, NAME.dcm or NAME.png, and its truth, NAME.truth.json");
  Order order;
  const std::map<std::string, FilmFormat> formats{{"dicom", FilmFormat::DicomExplicit},
                                                  {"dicom-rle", FilmFormat::DicomRle},
                                                  {"png", FilmFormat::Png}};
  app.add_option("name", order.base, "path of the files to write, without an ending")->required();
  app.add_option("--region", order.region, "hand, hip or leg")
      ->check(CLI::IsMember(vocabulary<calx::Region>()));
  app.add_option("--pattern", order.pattern, "of the deposits; none: a normal limb")
      ->check(CLI::IsMember(vocabulary<calx::Pattern>()));
  app.add_flag("--mimics", order.spec.mimics, "calcified arteries and phleboliths as well");
  app.add_option("--seed", order.spec.seed, "the same seed makes the same film");
  app.add_option("--spacing", order.spec.spacing_mm, "mm between pixels, in the limb");
  app.add_option("--format", order.format, "dicom, dicom-rle or png (8 bits, no spacing)")
      ->transform(CLI::CheckedTransformer(formats));
  app.add_flag("--masks", order.masks, "labels, bone and body as PNG as well");
  CLI11_PARSE(app, argc, argv);
  try {
    make(std::move(order));
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "calx-phantom: %s\n", e.what());
    return 1;
  }
}

#include "simulate/simulate.hpp"

#include "simulate/physics/bone_texture.hpp"
#include "simulate/truth.hpp"

#include <future>

namespace calx::simulate {

namespace {

/// The drawn detector with pixels of another size: the same field.
void set_pitch(Geometry& geometry, double pitch_mm) {
  const double ratio = geometry.pitch_mm / pitch_mm;
  geometry.rows = cvRound(geometry.rows * ratio);
  geometry.columns = cvRound(geometry.columns * ratio);
  geometry.pitch_mm = pitch_mm;
}

/// Height at which the film's millimetres hold: the middle of the bones.
double middle_z_mm(const Anatomy& anatomy) {
  double z = 0;
  for (const Bone& bone : anatomy.bones) z += (bone.to_film * bone.solid->centre_mm)[2];
  return z / static_cast<double>(std::max<std::size_t>(1, anatomy.bones.size()));
}

/// With maps of its own: inclusions are added in place.
Projection copy_of(const Projection& body) {
  Projection copy = body;
  for (cv::Mat1f& map : copy.g_cm2) map = map.clone();
  return copy;
}

/// What all films of one body share.
struct Setting {
  Geometry geometry;
  Detector detector;
  std::vector<BoneShadow> bones;
};

Setting set_up(const Anatomy& anatomy, const FilmSpec& spec) {
  const Random random(spec.seed);
  Setting setting;
  setting.geometry = choose_geometry(anatomy, random.stream("geometry"));
  if (spec.pitch_mm) set_pitch(setting.geometry, *spec.pitch_mm);
  // The pitch depends on the detector: both are drawn from one stream.
  setting.detector = choose_detector(anatomy.region, random.stream("geometry"));
  setting.bones = trace_bones(anatomy, setting.geometry, random.stream("bone"));
  return setting;
}

/// `body`: as it is without inclusions. Without a setting yet it makes one.
Film film_of(Anatomy body, const FilmSpec& spec, std::optional<Setting>& setting) {
  const Random random(spec.seed);
  Film film;
  film.spec = spec;
  film.anatomy = std::move(body);
  const auto inclusions =
      grow_inclusions(film.anatomy, spec.inclusions, random.stream("inclusions"));

  if (!setting) setting = set_up(film.anatomy, spec);
  film.geometry = setting->geometry;
  film.detector = setting->detector;
  film.spacing_mm = film.geometry.pitch_mm / film.geometry.magnification(middle_z_mm(film.anatomy));
  film.beam = choose_beam(film.anatomy.region, random.stream("beam"));
  film.beam.collimation_mm =
      choose_collimation(film.anatomy, film.geometry, random.stream("collimation"));

  const Projection body_alone = project(film.anatomy, setting->bones, film.geometry);
  const auto patches = project_inclusions(film.anatomy, inclusions, film.geometry);
  const auto projected = [&](std::optional<Kind> but) {
    Projection projection = copy_of(body_alone);
    add_inclusions(projection, patches, film.geometry, but);
    return projection;
  };
  const auto exposed = [&](const Projection& projection) {
    return expose(projection, film.beam, film.detector, film.geometry);
  };
  const Projection whole = projected({});
  const cv::Mat1f with = exposed(whole);
  const Readout readout =
      read_out(with, whole, film.beam, film.detector, film.geometry, random.stream("noise"));
  const Signals signals{with, [&](Kind kind) { return exposed(projected(kind)); },
                        readout.open_field_quanta};

  const cv::Mat1b field = field_mask(film.beam, film.geometry);
  measure_truth(film, patches, whole, signals, field);
  film.stored = present(readout.signal, field, film.geometry.pitch_mm,
                        choose_presentation(film.anatomy.region,
                                            {spec.dicom_only, spec.format, film.anatomy.laterality},
                                            random.stream("choice")),
                        random.stream("presentation"));
  return film;
}

} // namespace

Result<std::vector<Film>> simulate_series(const std::vector<FilmSpec>& specs,
                                          SolidLibrary& solids) {
  if (specs.empty()) return std::vector<Film>{};
  // Takes as long as the anatomy does, for the first film of a program.
  const auto texture = std::async(std::launch::async, [] { trabecular_tile(); });
  Result<Anatomy> body =
      make_anatomy(specs.front().anatomy, solids, Random(specs.front().seed).stream("anatomy"));
  if (!body) return tl::unexpected(std::move(body.error()));
  std::vector<Film> films;
  std::optional<Setting> setting;
  for (const FilmSpec& spec : specs) films.push_back(film_of(*body, spec, setting));
  return films;
}

Result<Film> simulate(const FilmSpec& spec, SolidLibrary& solids) {
  auto films = simulate_series({spec}, solids);
  if (!films) return tl::unexpected(std::move(films.error()));
  return std::move(films->front());
}

} // namespace calx::simulate

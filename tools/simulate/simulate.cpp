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

} // namespace

Result<Film> simulate(const FilmSpec& spec, SolidLibrary& solids) {
  const Random random(spec.seed);
  // Takes as long as the anatomy does, for the first film of a program.
  const auto texture = std::async(std::launch::async, [] { trabecular_tile(); });
  Result<Anatomy> anatomy = make_anatomy(spec.anatomy, solids, random.stream("anatomy"));
  if (!anatomy) return tl::unexpected(std::move(anatomy.error()));
  Film film;
  film.spec = spec;
  film.anatomy = std::move(*anatomy);
  const auto inclusions =
      grow_inclusions(film.anatomy, spec.inclusions, random.stream("inclusions"));

  film.geometry = choose_geometry(film.anatomy, random.stream("geometry"));
  if (spec.pitch_mm) set_pitch(film.geometry, *spec.pitch_mm);
  film.spacing_mm = film.geometry.pitch_mm / film.geometry.magnification(middle_z_mm(film.anatomy));
  film.beam = choose_beam(film.anatomy.region, random.stream("beam"));
  film.beam.collimation_mm =
      choose_collimation(film.anatomy, film.geometry, random.stream("collimation"));
  // The pitch depends on the detector: both are drawn from one stream.
  film.detector = choose_detector(film.anatomy.region, random.stream("geometry"));

  const Projection body = project(film.anatomy, film.geometry, random.stream("bone"));
  const auto patches = project_inclusions(film.anatomy, inclusions, film.geometry);
  const auto projected = [&](std::optional<Kind> but) {
    Projection projection = copy_of(body);
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

} // namespace calx::simulate

// Blur by re-blurring (Zhuo and Sim, Pattern Recognition 2011;44:1852): at an edge of blur s, the
// gradient falls by sqrt(1 + s0^2 / s^2) when the film is blurred once more by s0.
#include "simulate/insertion/film_tone.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx::simulate {

namespace {

/// Value below which `share` of the masked pixels lie; nothing for an empty mask.
std::optional<double> quantile(const cv::Mat1f& image, const cv::Mat1b& mask, double share) {
  std::vector<float> values;
  for (int y = 0; y < image.rows; y += 2)
    for (int x = 0; x < image.cols; x += 2)
      if (mask(y, x)) values.push_back(image(y, x));
  if (values.size() < 50) return std::nullopt;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * double(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return static_cast<double>(*at);
}

cv::Mat1f gradient(const cv::Mat1f& image) {
  cv::Mat1f x, y, out;
  cv::Sobel(image, x, CV_32F, 1, 0);
  cv::Sobel(image, y, CV_32F, 0, 1);
  cv::magnitude(x, y, out);
  return out;
}

double edge_blur_px(const cv::Mat1f& image, const cv::Mat1b& body) {
  constexpr double again = 1.2;
  cv::Mat1f blurred;
  cv::GaussianBlur(image, blurred, {}, again);
  const cv::Mat1f before = gradient(image), after = gradient(blurred);
  const auto strong = quantile(before, body, 0.995);
  if (!strong) return 0.8;
  const cv::Mat1b edges = (before >= *strong) & body;
  // The sharpest edges show the film's own blur; the others are soft themselves.
  const auto ratio = quantile(before / cv::max(after, 1e-6F), edges, 0.9);
  if (!ratio || *ratio <= 1.02) return 2.2;
  return std::clamp(again / std::sqrt(*ratio * *ratio - 1), 0.45, 2.2);
}

double noise_of(const cv::Mat1f& image, const cv::Mat1b& soft) {
  // The second difference of Immerkaer (CVIU 1996;64:300): blind to planes and straight edges.
  const cv::Mat1f kernel = (cv::Mat1f(3, 3) << 1, -2, 1, -2, 4, -2, 1, -2, 1);
  cv::Mat1f response;
  cv::filter2D(image, response, CV_32F, kernel);
  const auto median = quantile(cv::abs(response), soft, 0.5);
  return median ? *median / 0.6745 / 6 : 0;
}

/// Contrast of bright bone against soft tissue in attenuation of the whole signal.
double bone_contrast(const RegionTechnique& technique) {
  const double kev = technique.effective_kev;
  const double per_mm =
      0.1 *
      (mass_attenuation_cm2_g(Material::CorticalBone, kev) * density_g_cm3(Material::CorticalBone) -
       mass_attenuation_cm2_g(Material::Muscle, kev) * density_g_cm3(Material::Muscle));
  const double primary = std::exp(-per_mm * technique.cortical_mm);
  return -std::log((primary + technique.scatter_ratio) / (1 + technique.scatter_ratio));
}

} // namespace

double FilmTone::grey(double attenuation) const {
  const double bone_attenuation = soft_attenuation + (bone - soft) / slope;
  if (attenuation < soft_attenuation) {
    const double toe = soft - black;
    return black + toe * std::exp(slope * (attenuation - soft_attenuation) / toe);
  }
  if (attenuation < bone_attenuation) return soft + slope * (attenuation - soft_attenuation);
  const double shoulder = white - bone;
  return white - shoulder * std::exp(-slope * (attenuation - bone_attenuation) / shoulder);
}

double FilmTone::attenuation(double grey_value) const {
  const double bone_attenuation = soft_attenuation + (bone - soft) / slope;
  constexpr double inside = 0.002;
  if (grey_value < soft) {
    const double toe = soft - black;
    return soft_attenuation + toe / slope * std::log(std::max((grey_value - black) / toe, inside));
  }
  if (grey_value < bone) return soft_attenuation + (grey_value - soft) / slope;
  const double shoulder = white - bone;
  return bone_attenuation -
         shoulder / slope * std::log(std::max((white - grey_value) / shoulder, inside));
}

Result<FilmQuality> estimate_quality(const Radiograph& film, const FilmAnatomy& anatomy) {
  const cv::Mat1b body = anatomy.body & anatomy.field, bone = anatomy.bone & body;
  const cv::Mat1b soft = body & ~bone, air = anatomy.field & ~anatomy.body;
  const RegionTechnique& technique = technique_of(anatomy.anatomy.region);
  FilmQuality out;
  FilmTone& tone = out.tone;
  const auto soft_grey = quantile(film.pixels, soft, 0.5);
  if (!soft_grey) return fail(ErrorCode::NotARadiograph, "no soft tissue is seen on the film");
  tone.soft = *soft_grey;
  tone.white = quantile(film.pixels, anatomy.field, 0.9995).value_or(film.display.white);
  const double darkest = quantile(film.pixels, body, 0.005).value_or(film.display.black);
  tone.black = std::min(quantile(film.pixels, air, 0.5).value_or(darkest), darkest);
  tone.bone =
      quantile(film.pixels, bone, 0.75).value_or(tone.soft + 0.6 * (tone.white - tone.soft));
  if (tone.bone - tone.soft < 0.02 * (tone.white - tone.black) || tone.soft <= tone.black)
    return fail(ErrorCode::NotARadiograph, "soft tissue and bone have the same grey on the film");
  tone.white = std::max(tone.white, tone.bone + 0.25 * (tone.bone - tone.soft));
  tone.slope = (tone.bone - tone.soft) / bone_contrast(technique);
  tone.soft_attenuation = 0.1 * 2 * technique.half_thickness_mm * density_g_cm3(Material::Muscle) *
                          mass_attenuation_cm2_g(Material::Muscle, technique.effective_kev) * 0.7;
  out.blur_px = edge_blur_px(film.pixels, body);
  out.noise = noise_of(film.pixels, soft);
  return out;
}

} // namespace calx::simulate

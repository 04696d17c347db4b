// Bone is parted from soft tissue by local intensity clustering: at each place the means of what is
// taken for bone and for soft tissue within a neighbourhood, and a threshold between them, repeated
// until it settles (the two-phase model of Lankton and Tannenbaum, IEEE Trans Image Process
// 2008;17:2029, with box filters in place of a level set). One threshold for the film fails
// wherever the soft tissue grows thicker along the limb.
#include "anatomy/masks.hpp"

#include "core/distance.hpp"
#include "core/pieces.hpp"
#include "core/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

cv::Mat disc(double radius_px) {
  const int r = std::max(1, static_cast<int>(std::lround(radius_px)));
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * r + 1, 2 * r + 1});
}

} // namespace

void drop_small(cv::Mat1b& mask, double min_area) {
  const Pieces pieces = number_pieces(mask);
  if (pieces.area.size() == 1) return;
  std::vector<uchar> kept(pieces.area.size(), 0);
  for (std::size_t i = 1; i < kept.size(); ++i) kept[i] = pieces.area[i] >= min_area ? 255 : 0;
  mask = kept_pieces(pieces.label, kept);
}

namespace {

/// Fills holes that are smaller than `max_area` pixels.
void fill_holes(cv::Mat1b& mask, double max_area) {
  cv::Mat1b background = ~mask;
  cv::Mat1b large = background.clone();
  drop_small(large, max_area);
  mask = ~large;
}

/// Fills the holes that `bright` covers for the most part: the inside of a wide bone, but not the
/// obturator foramen or the space between radius and ulna.
void fill_bright_holes(cv::Mat1b& mask, const cv::Mat1b& bright) {
  cv::Mat1i label;
  const int count = cv::connectedComponents(~mask, label, 4, CV_32S);
  std::vector<int> area(static_cast<std::size_t>(count), 0);
  std::vector<int> covered(static_cast<std::size_t>(count), 0);
  for (int y = 0; y < mask.rows; ++y) {
    const int* hole = label[y];
    const uchar* is_bright = bright[y];
    for (int x = 0; x < mask.cols; ++x) {
      ++area[static_cast<std::size_t>(hole[x])];
      covered[static_cast<std::size_t>(hole[x])] += is_bright[x] ? 1 : 0;
    }
  }
  for (int y = 0; y < mask.rows; ++y) {
    const int* hole = label[y];
    uchar* out = mask[y];
    for (int x = 0; x < mask.cols; ++x) {
      const auto i = static_cast<std::size_t>(hole[x]);
      if (covered[i] > 0.7 * area[i]) out[x] = 255;
    }
  }
}

/// Closing by a disc of any radius, by two distance transforms.
cv::Mat1b closed(const cv::Mat1b& mask, double radius_px) {
  const cv::Mat1b dilated = distance_to_zero(~mask) <= radius_px;
  return distance_to_zero(dilated) > radius_px;
}

/// Sums of an image and of a mask's pixels within a square neighbourhood; local means follow.
struct LocalSum {
  cv::Mat1f value;
  cv::Mat1f weight;

  LocalSum(const cv::Mat1f& image, const cv::Mat1b& mask, int side) {
    cv::Mat1f selected(image.size(), 0.0F);
    image.copyTo(selected, mask);
    cv::Mat1f one;
    mask.convertTo(one, CV_32F, 1.0 / 255);
    cv::boxFilter(selected, value, CV_32F, {side, side}, {-1, -1}, true, cv::BORDER_REPLICATE);
    cv::boxFilter(one, weight, CV_32F, {side, side}, {-1, -1}, true, cv::BORDER_REPLICATE);
  }
};

/// Change of tone per mm; 0 near the skin line, which is sharp as well but no bone's edge.
cv::Mat1f bone_gradient(const AnatomyFilm& film, const cv::Mat1b& inside) {
  cv::Mat1f across;
  cv::Mat1f down;
  cv::Scharr(film.density, across, CV_32F, 1, 0, 1 / (32 * film.pitch_mm));
  cv::Scharr(film.density, down, CV_32F, 0, 1, 1 / (32 * film.pitch_mm));
  cv::Mat1f magnitude;
  cv::magnitude(across, down, magnitude);
  cv::Mat1b deep;
  cv::erode(inside, deep, disc(1.5 / film.pitch_mm), {-1, -1}, 1, cv::BORDER_CONSTANT,
            cv::Scalar(255));
  magnitude.setTo(0, ~deep);
  return magnitude;
}

AnatomyFilm halved(const AnatomyFilm& film) {
  AnatomyFilm out = film;
  cv::resize(film.density, out.density, {}, 0.5, 0.5, cv::INTER_AREA);
  out.pitch_mm = film.pitch_mm * film.density.cols / out.density.cols;
  return out;
}

/// Keeps the pieces with an edge like bone's: one that climbs from soft tissue to bone within
/// millimetres along enough of its outline. A thick muscle is as bright, but fades out.
void keep_sharp(cv::Mat1b& bone, const cv::Mat1f& gap, const cv::Mat1f& gradient,
                const AnatomyParams& params) {
  cv::Mat1b inner;
  cv::erode(bone, inner, cv::Mat::ones(3, 3, CV_8U), {-1, -1}, 1, cv::BORDER_CONSTANT,
            cv::Scalar(255));
  const cv::Mat1b edge = bone & ~inner;
  const cv::Mat1b sharp = edge & (gradient * params.bone_edge_mm > gap);
  cv::Mat1i label;
  const int count = cv::connectedComponents(bone, label, 8, CV_32S);
  std::vector<int> edges(static_cast<std::size_t>(count), 0);
  std::vector<int> sharps(static_cast<std::size_t>(count), 0);
  for (int y = 0; y < bone.rows; ++y) {
    const int* piece = label[y];
    const uchar *on_edge = edge[y], *is_sharp = sharp[y];
    for (int x = 0; x < bone.cols; ++x)
      if (on_edge[x]) {
        ++edges[static_cast<std::size_t>(piece[x])];
        sharps[static_cast<std::size_t>(piece[x])] += is_sharp[x] ? 1 : 0;
      }
  }
  std::vector<uchar> kept(edges.size(), 0);
  for (std::size_t i = 1; i < kept.size(); ++i)
    kept[i] = sharps[i] < params.min_sharp_share * edges[i] ? 0 : 255;
  bone = kept_pieces(label, kept);
}

/// What is brighter than the local mean by half a step of contrast: the first guess at bone.
cv::Mat1b brighter_than_around(const AnatomyFilm& film, const cv::Mat1b& inside,
                               const LocalSum& body, float step) {
  cv::Mat1b bone(inside.size(), uchar(0));
  for (int y = 0; y < bone.rows; ++y) {
    const float *value = body.value[y], *weight = body.weight[y], *density = film.density[y];
    const uchar* within = inside[y];
    uchar* out = bone[y];
    for (int x = 0; x < bone.cols; ++x) {
      const float mean = value[x] / std::max(weight[x], 1e-4F);
      out[x] = within[x] && density[x] > mean + step / 2 ? 255 : 0;
    }
  }
  return bone;
}

/// One round of the clustering: what is brighter than a share of the way from the local mean of
/// soft tissue to that of bone becomes bone. `gap` is filled with that way's height.
void part_again(const AnatomyFilm& film, const cv::Mat1b& inside, const LocalSum& body,
                const LocalSum& hard, float step, float share, cv::Mat1b& bone, cv::Mat1f& gap) {
  for (int y = 0; y < bone.rows; ++y) {
    const float *body_value = body.value[y], *body_weight = body.weight[y];
    const float *hard_value = hard.value[y], *hard_weight = hard.weight[y];
    const float* density = film.density[y];
    const uchar* within = inside[y];
    float* height_out = gap[y];
    uchar* bone_out = bone[y];
    for (int x = 0; x < bone.cols; ++x) {
      const float bone_weight = hard_weight[x];
      const float soft =
          (body_value[x] - hard_value[x]) / std::max(body_weight[x] - bone_weight, 1e-4F);
      const bool known = bone_weight >= 0.01F;
      const float height = known ? std::max(hard_value[x] / bone_weight - soft, step) : step;
      height_out[x] = height;
      bone_out[x] = within[x] && known && density[x] > soft + share * height ? 255 : 0;
    }
  }
}

/// Bone as one neighbourhood sees it.
cv::Mat1b cluster_bone(const AnatomyFilm& film, const cv::Mat1b& inside, double half_side_mm,
                       const AnatomyParams& params) {
  const int side = 2 * static_cast<int>(half_side_mm / film.pitch_mm) + 1;
  const float step = static_cast<float>(params.min_bone_contrast);
  const float share = static_cast<float>(params.bone_share);
  const LocalSum body(film.density, inside, side);
  cv::Mat1b bone = brighter_than_around(film, inside, body, step);
  cv::Mat1f gap(bone.size());
  for (int round = 0; round < 2; ++round)
    part_again(film, inside, body, LocalSum(film.density, bone, side), step, share, bone, gap);
  cv::morphologyEx(bone, bone, cv::MORPH_OPEN, disc(0.5 / film.pitch_mm));
  keep_sharp(bone, gap, bone_gradient(film, inside), params);
  return bone;
}

} // namespace

AnatomyFilm shrink(const NormalisedFilm& film, const AnatomyParams& params) {
  const double factor = std::max(1.0, params.anatomy_pitch_mm / film.grid.pitch_mm);
  const cv::Size size(std::max(8, static_cast<int>(std::lround(film.density.cols / factor))),
                      std::max(8, static_cast<int>(std::lround(film.density.rows / factor))));
  AnatomyFilm out;
  cv::resize(film.density, out.density, size, 0, 0, cv::INTER_AREA);
  out.field = resized(film.field, size);
  out.foreign = resized(film.foreign, size);
  out.pitch_mm = film.grid.pitch_mm * film.density.cols / size.width;
  out.air_below = film.air_below;
  return out;
}

cv::Mat1b resized(const cv::Mat1b& mask, cv::Size size) {
  cv::Mat1b out;
  cv::resize(mask, out, size, 0, 0, cv::INTER_LINEAR);
  return out >= 128;
}

cv::Mat1b find_body(const AnatomyFilm& film, const AnatomyParams& params) {
  const double pitch = film.pitch_mm;
  cv::Mat1b body = film.field & (film.density > film.air_below);
  cv::Mat1b letters;
  cv::dilate(film.foreign, letters, disc(1 / pitch));
  body.setTo(0, letters);
  // Thin bright things in the air are scales, frames and wires, not limbs. A limb that leaves the
  // picture counts as going on beyond its border.
  const cv::Mat probe = disc(2.5 / pitch);
  cv::erode(body, body, probe, {-1, -1}, 1, cv::BORDER_CONSTANT, cv::Scalar(255));
  cv::dilate(body, body, probe, {-1, -1}, 1, cv::BORDER_CONSTANT, cv::Scalar(0));
  drop_small(body, params.min_body_area_mm2 / (pitch * pitch));
  fill_holes(body, static_cast<double>(body.total()) / 20);
  return body & film.field;
}

cv::Mat1b find_bone(const AnatomyFilm& film, const cv::Mat1b& body, const AnatomyParams& params) {
  const double pitch = film.pitch_mm;
  // A narrow neighbourhood follows fingers, but inside a wide bone it sees bone only and keeps its
  // rim. A wide one fills the inside; on its own it would take thick muscle for bone.
  cv::Mat1b bone = cluster_bone(film, body, params.neighbourhood_mm, params);
  const AnatomyFilm half = halved(film);
  const cv::Mat1b wide = resized(
      cluster_bone(half, resized(body, half.density.size()), 2.5 * params.neighbourhood_mm, params),
      body.size());
  bone |= wide & closed(bone, params.neighbourhood_mm / pitch);
  fill_bright_holes(bone, wide);
  drop_small(bone, params.min_bone_area_mm2 / (pitch * pitch));
  fill_holes(bone, 40 / (pitch * pitch));
  return bone & body;
}

cv::Mat1b find_joints(const cv::Mat1b& bone, double pitch_mm, const AnatomyParams& params) {
  cv::Mat1i component;
  const int count = cv::connectedComponents(bone, component, 8, CV_32S);
  if (count < 3) return cv::Mat1b(bone.size(), uchar(0));
  cv::Mat1f distance;
  cv::Mat1i nearest; // label of the nearest bone pixel
  cv::distanceTransform(~bone, distance, nearest, cv::DIST_L2, 5, cv::DIST_LABEL_PIXEL);
  // DIST_LABEL_PIXEL numbers bone pixels one by one: look up which bone each of them belongs to.
  std::vector<int> owner(1, 0);
  for (int y = 0; y < bone.rows; ++y)
    for (int x = 0; x < bone.cols; ++x)
      if (bone(y, x)) {
        const auto i = static_cast<std::size_t>(nearest(y, x));
        if (i >= owner.size()) owner.resize(i + 1, 0);
        owner[i] = component(y, x);
      }
  const auto bone_at = [&](int y, int x) { return owner[static_cast<std::size_t>(nearest(y, x))]; };
  cv::Mat1b joint(bone.size(), uchar(0));
  const float reach = static_cast<float>(params.joint_gap_mm / 2 / pitch_mm);
  for (int y = 0; y + 1 < bone.rows; ++y)
    for (int x = 0; x + 1 < bone.cols; ++x)
      if (distance(y, x) <= reach && !bone(y, x) &&
          (bone_at(y, x) != bone_at(y, x + 1) || bone_at(y, x) != bone_at(y + 1, x)))
        joint(y, x) = 255;
  return joint;
}

} // namespace calx

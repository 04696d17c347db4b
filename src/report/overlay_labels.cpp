#include "report/overlay_labels.hpp"

#include <array>
#include <limits>

namespace calx {
namespace {

// Distances from the anchor, in label heights: close by first, further out where it is crowded.
constexpr std::array kGaps{0.35, 0.9, 1.8, 3.0, 4.5, 6.5, 9.0};

/// Eight places around `anchor`, right first: Latin readers look there for a name.
std::array<cv::Rect, 8> places_around(cv::Rect anchor, cv::Size size, int gap) {
  const int left = anchor.x - gap - size.width, right = anchor.br().x + gap;
  const int above = anchor.y - gap - size.height, below = anchor.br().y + gap;
  const int middle_x = anchor.x + (anchor.width - size.width) / 2;
  const int middle_y = anchor.y + (anchor.height - size.height) / 2;
  return {cv::Rect({right, middle_y}, size), cv::Rect({left, middle_y}, size),
          cv::Rect({right, above}, size),    cv::Rect({right, below}, size),
          cv::Rect({left, above}, size),     cv::Rect({left, below}, size),
          cv::Rect({middle_x, above}, size), cv::Rect({middle_x, below}, size)};
}

int covered_area(cv::Rect place, const std::vector<cv::Rect>& obstacles) {
  int area = 0;
  for (const cv::Rect& obstacle : obstacles) area += (place & obstacle).area();
  return area;
}

cv::Rect moved_inside(cv::Rect place, cv::Rect bounds) {
  place.x = std::max(bounds.x, std::min(place.x, bounds.br().x - place.width));
  place.y = std::max(bounds.y, std::min(place.y, bounds.br().y - place.height));
  return place;
}

cv::Rect best_place(const LabelRequest& request, const std::vector<cv::Rect>& obstacles,
                    cv::Rect bounds) {
  cv::Rect best = moved_inside(places_around(request.anchor, request.size, 0)[0], bounds);
  int least = std::numeric_limits<int>::max();
  for (const double gap : kGaps)
    for (const cv::Rect& place :
         places_around(request.anchor, request.size, static_cast<int>(gap * request.size.height))) {
      if ((place & bounds) != place) continue;
      const int covered = covered_area(place, obstacles);
      if (covered == 0) return place;
      if (covered < least) {
        least = covered;
        best = place;
      }
    }
  return best;
}

} // namespace

std::vector<cv::Rect> place_labels(const std::vector<LabelRequest>& requests,
                                   std::vector<cv::Rect> obstacles, cv::Rect bounds) {
  for (const LabelRequest& request : requests) obstacles.push_back(request.anchor);
  std::vector<cv::Rect> placed;
  placed.reserve(requests.size());
  for (const LabelRequest& request : requests) {
    placed.push_back(best_place(request, obstacles, bounds));
    obstacles.push_back(placed.back());
  }
  return placed;
}

} // namespace calx

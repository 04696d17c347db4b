#include "anatomy/anatomy.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace calx {
namespace {

const cv::Point kPalm{260, 360};

cv::Point from_palm(double degrees, double reach) {
  const double angle = degrees * CV_PI / 180;
  return {kPalm.x + static_cast<int>(reach * std::sin(angle)),
          kPalm.y - static_cast<int>(reach * std::cos(angle))};
}

/// A ray of the hand: degrees from the middle finger, length from the palm's centre.
struct Finger {
  const char* name;
  double degrees, reach;
};
const std::vector<Finger> kFingers{{"thumb_tuft", 58, 200},
                                   {"index_tuft", 15, 250},
                                   {"middle_tuft", 0, 265},
                                   {"ring_tuft", -15, 250},
                                   {"little_tuft", -31, 215}};

/// A hand with its forearm; a prominence at each tip and one on the wrist.
AnatomyMap draw_hand(const std::vector<Finger>& fingers) {
  AnatomyMap map;
  map.body = cv::Mat1b(640, 520, uchar(0));
  map.bone = map.body.clone();
  cv::circle(map.body, kPalm, 90, 255, -1);
  cv::rectangle(map.body, {kPalm.x - 60, kPalm.y}, {kPalm.x + 60, 639}, 255, -1);
  for (const Finger& f : fingers) {
    cv::line(map.body, kPalm, from_palm(f.degrees, f.reach), 255, 24);
    cv::line(map.bone, from_palm(f.degrees, 100), from_palm(f.degrees, f.reach - 4), 255, 8);
    map.prominences.push_back({from_palm(f.degrees, f.reach), 3, ""});
  }
  map.prominences.push_back({kPalm + cv::Point(50, 150), 4, ""});
  return map;
}

std::vector<std::string> names_given(AnatomyMap map, Region region = Region::Hand,
                                     View view = View::Pa) {
  name_prominences(map, {region, view});
  std::vector<std::string> out;
  for (const Prominence& p : map.prominences) out.push_back(p.name);
  return out;
}

std::vector<std::string> expected() {
  std::vector<std::string> out;
  for (const Finger& f : kFingers) out.emplace_back(f.name);
  out.emplace_back();
  return out;
}

TEST(Naming, FiveTuftsOfASpreadHand) {
  EXPECT_EQ(names_given(draw_hand(kFingers)), expected());
  EXPECT_EQ(names_given(draw_hand(kFingers), Region::Hand, View::Unknown), expected());
}

TEST(Naming, InAnyOrientationAndOfEitherHand) {
  AnatomyMap map = draw_hand(kFingers);
  for (int turn = 0; turn < 8; ++turn) {
    if (turn % 4 == 0) { // mirrored: the other hand
      for (cv::Mat1b* mask : {&map.body, &map.bone}) cv::flip(*mask, *mask, 1);
      for (Prominence& p : map.prominences) p.point.x = map.body.cols - 1 - p.point.x;
    }
    for (cv::Mat1b* mask : {&map.body, &map.bone})
      cv::rotate(*mask, *mask, cv::ROTATE_90_CLOCKWISE);
    for (Prominence& p : map.prominences) p.point = {map.body.cols - 1 - p.point.y, p.point.x};
    EXPECT_EQ(names_given(map), expected()) << turn;
  }
}

TEST(Naming, AbstainsWhereItCannotTell) {
  const std::vector<std::string> none(6);
  EXPECT_EQ(names_given(draw_hand(kFingers), Region::Hand, View::Lateral), none);
  EXPECT_EQ(names_given(draw_hand(kFingers), Region::Foot), none);
  auto four = kFingers;
  four.pop_back();
  EXPECT_EQ(names_given(draw_hand(four)), std::vector<std::string>(5)) << "a finger is out of view";
  auto even = kFingers;
  even[0] = {"", 31, 215};
  EXPECT_EQ(names_given(draw_hand(even)), none) << "either outer ray may be the thumb";
  EXPECT_TRUE(names_given(AnatomyMap{}).empty());
}

TEST(Naming, NamesNoPointFarFromATip) {
  AnatomyMap map = draw_hand(kFingers);
  map.prominences[2].point = from_palm(0, 180); // the middle finger has none at its tip
  auto names_left = expected();
  names_left[2].clear();
  EXPECT_EQ(names_given(map), names_left);
}

} // namespace
} // namespace calx

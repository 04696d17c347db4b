#include "simulate/draw.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

namespace calx::simulate {
namespace {

TEST(Draw, ARegionWithManyViewsIsNotSeenMoreOften) {
  const std::vector<Projectable> films{{Region::Hand, View::Pa},
                                       {Region::Hand, View::Oblique},
                                       {Region::Hand, View::Lateral},
                                       {Region::Scrotum, View::Ap}};
  std::map<Region, int> seen;
  for (std::uint64_t i = 0; i < 400; ++i)
    ++seen[draw_film(films, Random(1).stream("film", i)).region];
  EXPECT_NEAR(seen[Region::Hand], 200, 40);
  EXPECT_EQ(seen[Region::Hand] + seen[Region::Scrotum], 400);
}

TEST(Draw, TheOrderOfTheFilmsDoesNotMatter) {
  std::vector<Projectable> films = projectable("bodyparts3d");
  const Projectable first = draw_film(films, Random(3));
  std::ranges::reverse(films);
  const Projectable second = draw_film(films, Random(3));
  EXPECT_EQ(first.region, second.region);
  EXPECT_EQ(first.view, second.view);
}

TEST(Draw, PatternsFitTheRegion) {
  std::map<Pattern, int> of_scrotum, of_hand;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const Random random = Random(5).stream("pattern", i);
    ++of_scrotum[draw_pattern(Region::Scrotum, 0, random)];
    ++of_hand[draw_pattern(Region::Hand, 0.5, random)];
  }
  EXPECT_EQ(of_scrotum[Pattern::Scrotal], 200);
  EXPECT_EQ(of_hand.count(Pattern::Scrotal), 0U);
  EXPECT_NEAR(of_hand[Pattern::None], 100, 30);
  EXPECT_GT(of_hand[Pattern::LimitedIdiopathic], of_hand[Pattern::TumorLike]);
}

} // namespace
} // namespace calx::simulate

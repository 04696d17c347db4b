// From words to films: what is asked is kept, what is not asked is drawn and varied.
#include "simulate/command/montage.hpp"
#include "simulate/command/order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <opencv2/imgproc.hpp>
#include <set>

namespace calx::simulate {
namespace {

using ::testing::HasSubstr;

Order order_of(int count) {
  Order order;
  order.count = count;
  order.seed = 7;
  order.out = "films";
  return order;
}

TEST(PlanFilms, DrawsVariedFilmsWithDifferentSeedsAndNames) {
  Order order = order_of(300);
  order.anatomy = "meshes";
  const auto plans = plan_films(order);
  ASSERT_TRUE(plans) << plans.error();
  std::set<std::uint64_t> seeds;
  std::set<std::string> stems;
  std::set<Region> regions;
  std::map<Pattern, int> patterns;
  for (const FilmPlan& plan : *plans) {
    seeds.insert(plan.spec.seed);
    stems.insert(plan.stem);
    regions.insert(*plan.spec.anatomy.region);
    ++patterns[plan.spec.inclusions.pattern];
    EXPECT_LT(plan.spec.seed, std::uint64_t{1} << 53);
  }
  EXPECT_EQ(seeds.size(), 300u);
  EXPECT_EQ(stems.size(), 300u);
  EXPECT_GE(regions.size(), 6u);
  EXPECT_NEAR(patterns[Pattern::None], 105, 35);
  for (const Pattern pattern :
       {Pattern::Localized, Pattern::LimitedIdiopathic, Pattern::TumorLike, Pattern::Universal})
    EXPECT_GT(patterns[pattern], 10);
}

TEST(PlanFilms, AFilmDependsOnTheSeedAndItsNumberAlone) {
  Order order = order_of(20);
  const auto all = plan_films(order);
  order.first = 13;
  order.count = 1;
  order.jobs = 3;
  const auto one = plan_films(order);
  ASSERT_TRUE(all && one);
  EXPECT_EQ((*one)[0].stem, (*all)[13].stem);
  EXPECT_EQ((*one)[0].spec.seed, (*all)[13].spec.seed);
  order.seed = 8;
  EXPECT_NE((*plan_films(order))[0].spec.seed, (*all)[13].spec.seed);
}

TEST(PlanFilms, WhatIsAskedIsKept) {
  Order order = order_of(5);
  const auto possible = projectable("procedural");
  ASSERT_FALSE(possible.empty());
  order.region = to_string(possible[0].region);
  order.view = to_string(possible[0].view);
  order.pattern = "tumor-like";
  order.side = "left";
  order.format = "png";
  order.pitch_mm = 0.3;
  order.mimics = false;
  const auto plans = plan_films(order);
  ASSERT_TRUE(plans) << plans.error();
  const FilmPlan& plan = plans->front();
  EXPECT_EQ(plan.stem, "000000-" + order.region + "-" + order.view + "-tumor-like");
  EXPECT_EQ(plan.spec.anatomy.laterality, Laterality::Left);
  EXPECT_EQ(plan.spec.inclusions.pattern, Pattern::TumorLike);
  EXPECT_FALSE(plan.spec.inclusions.mimics);
  EXPECT_EQ(plan.spec.format, Presentation::Format::Png);
  EXPECT_EQ(plan.spec.pitch_mm, 0.3);
}

TEST(PlanFilms, NormalShareOfOneMakesNormalsOnly) {
  Order order = order_of(30);
  order.normal_share = 1;
  const auto plans = plan_films(order);
  ASSERT_TRUE(plans);
  for (const FilmPlan& plan : *plans) EXPECT_EQ(plan.spec.inclusions.pattern, Pattern::None);
}

TEST(PlanFilms, MistakesAreNamed) {
  const auto mistake = [](std::string Order::* field, const char* word) {
    Order order = order_of(1);
    order.*field = word;
    const auto plans = plan_films(order);
    return plans ? std::string("none") : plans.error();
  };
  EXPECT_THAT(mistake(&Order::region, "hnd"), HasSubstr("did you mean 'hand'?"));
  EXPECT_THAT(mistake(&Order::view, "above"), HasSubstr("--view 'above' is not known"));
  EXPECT_THAT(mistake(&Order::pattern, "tumour-like"), HasSubstr("did you mean 'tumor-like'?"));
  EXPECT_THAT(mistake(&Order::pattern, "indeterminate"), HasSubstr("no pattern"));
  EXPECT_THAT(mistake(&Order::format, "jpg"), HasSubstr("did you mean 'jpeg'?"));
  EXPECT_THAT(mistake(&Order::skeleton, "opensims"), HasSubstr("did you mean 'opensim'?"));
  EXPECT_THAT(mistake(&Order::skeleton, "opensim"), HasSubstr("needs --anatomy"));
  EXPECT_THAT(mistake(&Order::region, "other"), HasSubstr("--list"));
  Order last = order_of(1);
  last.first = most_films;
  EXPECT_TRUE(plan_films(last));
  last.count = 2;
  ASSERT_FALSE(plan_films(last));
  EXPECT_THAT(plan_films(last).error(), HasSubstr("take another seed"));
}

TEST(PlanFilms, BackgroundsTakeTurns) {
  Order order = order_of(3);
  order.backgrounds = {"a.dcm", "b.png"};
  const auto plans = plan_films(order);
  ASSERT_TRUE(plans);
  EXPECT_EQ((*plans)[0].background, "a.dcm");
  EXPECT_EQ((*plans)[1].background, "b.png");
  EXPECT_EQ((*plans)[2].background, "a.dcm");
  EXPECT_FALSE((*plans)[0].spec.inclusions.marker);
}

TEST(OrderOfFilm, MakesThatFilmAgain) {
  Order order = order_of(20);
  order.pattern = "universal";
  order.skeleton = "procedural";
  order.pitch_mm = 0.3;
  order.mimics = false;
  const auto all = plan_films(order);
  ASSERT_TRUE(all) << all.error();
  for (const FilmPlan& plan : *all) {
    const std::string text = order_of_film(order, plan.number).dump();
    Order again;
    ASSERT_TRUE(read_order(text, again)) << text;
    const auto plans = plan_films(again);
    ASSERT_TRUE(plans && plans->size() == 1) << text;
    const FilmPlan& made = plans->front();
    EXPECT_EQ(made.stem, plan.stem);
    EXPECT_EQ(made.spec.seed, plan.spec.seed);
    EXPECT_EQ(made.spec.anatomy.skeleton, "procedural");
    EXPECT_EQ(made.spec.pitch_mm, 0.3);
    EXPECT_FALSE(made.spec.inclusions.mimics);
  }
}

TEST(OrderOfFilm, TellsNoPath) {
  Order order = order_of(1);
  order.anatomy = order.cache = order.name = order.montage = "/home/somebody";
  order.backgrounds = {"/home/somebody/film.dcm"};
  EXPECT_EQ(order_of_film(order, 4), nlohmann::ordered_json({{"seed", 7}, {"first", 4}}));
}

TEST(ReadOrder, TakesTheWordsOfTheOptions) {
  Order order;
  const auto read = read_order(
      R"({"region": "hand", "count": 20, "seed": 9, "normal-share": 0.5, "mimics": false,
          "background": ["x.png"]})",
      order);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(order.region, "hand");
  EXPECT_EQ(order.count, 20);
  EXPECT_EQ(order.seed, 9u);
  EXPECT_EQ(order.normal_share, 0.5);
  EXPECT_FALSE(order.mimics);
  EXPECT_EQ(order.backgrounds, std::vector<std::string>{"x.png"});
}

TEST(ReadOrder, IsStrict) {
  const auto mistake = [](const char* json) {
    Order order;
    const auto read = read_order(json, order);
    return read ? std::string("none") : read.error();
  };
  EXPECT_THAT(mistake(R"({"regoin": "hand"})"), HasSubstr("region"));
  EXPECT_THAT(mistake(R"({"count": 0})"), HasSubstr("count"));
  EXPECT_THAT(mistake(R"({"count": "three"})"), HasSubstr("count"));
  EXPECT_NE(mistake("{"), "none");
}

TEST(Montage, ShowsEveryFilmAndSkipsEmptyOnes) {
  const std::vector<cv::Mat3b> pictures{cv::Mat3b(30, 20, cv::Vec3b(255, 0, 0)), cv::Mat3b(),
                                        cv::Mat3b(20, 30, cv::Vec3b(0, 255, 0))};
  const cv::Mat3b sheet = contact_sheet(pictures, 30);
  cv::Mat1b red, green;
  cv::inRange(sheet, cv::Scalar(255, 0, 0), cv::Scalar(255, 0, 0), red);
  cv::inRange(sheet, cv::Scalar(0, 255, 0), cv::Scalar(0, 255, 0), green);
  EXPECT_EQ(cv::countNonZero(red), 600);
  EXPECT_EQ(cv::countNonZero(green), 600);
}

} // namespace
} // namespace calx::simulate

#include "network/network.hpp"
#include "network/reference.hpp"
#include "network/standard_network.hpp"

#include <array>
#include <future>
#include <gmock/gmock.h>
#include <opencv2/core.hpp>

namespace calx {
namespace {

/// A bright bar on grey on black, in a field that leaves a margin.
NormalisedFilm bar_film(int rows, int columns) {
  NormalisedFilm film;
  film.grid.pitch_mm = 0.25;
  film.density = cv::Mat1f(rows, columns, 0.0F);
  film.density(cv::Rect(columns / 4, 10, columns / 2, rows - 20)) = 0.5F;
  film.density(cv::Rect(columns / 2 - 10, 10, 20, rows - 20)) = 0.9F;
  film.field = cv::Mat1b(rows, columns, uchar(0));
  film.field(cv::Rect(4, 4, columns - 8, rows - 8)) = 255;
  film.foreign = cv::Mat1b(rows, columns, uchar(0));
  return film;
}

bool same(const cv::Mat1f& a, const cv::Mat1f& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin());
}

void expect_as_in_pytorch(const nlohmann::json& expected, const char* name, const cv::Mat& answer,
                          std::size_t step) {
  const auto& values = expected[name];
  ASSERT_EQ(answer.total(), expected["count"][name].get<std::size_t>());
  ASSERT_FALSE(values.empty());
  for (std::size_t k = 0; k < values.size(); ++k)
    ASSERT_NEAR(answer.ptr<float>()[k * step], values[k].get<double>(), 1e-4) << name << ' ' << k;
}

TEST(Network, AnswersAsPyTorchDoes) {
  const auto expected = test::reference();
  const auto answers =
      Network::standard()->answer(test::reference_input(4, expected["side"].get<int>()),
                                  test::reference_input(1, expected["thumbnail_side"].get<int>()));
  ASSERT_EQ(answers.size(), 3U);
  const std::size_t step = expected["step"];
  const std::array<const char*, 3> names{"maps", "heat", "film"};
  for (std::size_t i = 0; i < names.size(); ++i)
    expect_as_in_pytorch(expected, names.at(i), answers[i], step);
}

TEST(Network, JudgesAsPyTorchDoes) {
  const auto expected = test::reference();
  const cv::Mat kinds = Network::standard()->judge(test::reference_input(
      expected["patch_channels"].get<int>(), expected["patch_side"].get<int>()));
  expect_as_in_pytorch(expected, "kinds", kinds, 1);
}

TEST(Network, ItsWordsAreThoseItWasTrainedWith) {
  const auto expected = test::reference();
  const auto check = [&](const char* key, std::span<const std::string_view> words) {
    const auto trained = expected[key].get<std::vector<std::string>>();
    EXPECT_THAT(std::vector<std::string>(words.begin(), words.end()),
                testing::ElementsAreArray(trained));
  };
  check("regions", words<Region>());
  check("views", words<View>());
  check("sides", words<Laterality>().first(3));
  check("prominences", network_prominences());
  EXPECT_THAT(expected["kinds_of_regions"].get<std::vector<std::string>>(),
              testing::ElementsAre("deposit", "mimic", "neither")); // as read_kinds takes them
}

TEST(Network, BytesThatAreNoNetworkAreRefused) {
  for (const std::string_view bytes : {"", "no network", "\x08\x07\x12\x07pytorch"}) {
    for (const auto& read :
         {Network::read(bytes, kRegionNetwork, {}), Network::read(kFilmNetwork, bytes, {})}) {
      ASSERT_FALSE(read) << bytes;
      EXPECT_EQ(read.error().code, ErrorCode::BadModel);
    }
  }
}

TEST(Network, OneNetworkInTheOthersPlaceIsRefused) {
  const auto read = Network::read(kRegionNetwork, kFilmNetwork, {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::BadModel);
}

TEST(Network, MapsHaveTheFilmsSizeAndAreEmptyOutsideTheField) {
  for (const cv::Size size : {cv::Size(129, 70), cv::Size(64, 64), cv::Size(40, 200)}) {
    const NormalisedFilm film = bar_film(size.height, size.width);
    const TissueMaps seen = Network::standard()->see(film);
    for (const cv::Mat1f* map : {&seen.body, &seen.bone}) {
      ASSERT_EQ(map->size(), size);
      double highest_outside = 0;
      cv::minMaxLoc(*map, nullptr, &highest_outside, nullptr, nullptr, ~film.field);
      EXPECT_EQ(highest_outside, 0);
    }
    for (const NamedPoint& p : seen.prominences) {
      EXPECT_GT(p.at.x, -8);
      EXPECT_LT(p.at.x, size.width + 64);
    }
  }
}

TEST(Network, WordsComeFromTheFieldAloneWhereverItLies) {
  const NormalisedFilm film = bar_film(140, 100);
  NormalisedFilm moved;
  moved.grid = film.grid;
  moved.density = cv::Mat1f(200, 230, 0.7F); // a bright shutter
  moved.field = cv::Mat1b(200, 230, uchar(0));
  const cv::Rect place(90, 30, 100, 140);
  film.density.copyTo(moved.density(place), film.field);
  film.field.copyTo(moved.field(place));
  const TissueMaps expected = Network::standard()->see(film),
                   seen = Network::standard()->see(moved);
  EXPECT_EQ(seen.region.word, expected.region.word);
  EXPECT_EQ(seen.region.confidence, expected.region.confidence);
  EXPECT_EQ(seen.view.confidence, expected.view.confidence);
}

TEST(Network, TheSameFilmGivesTheSameMapsOnManyThreads) {
  const NormalisedFilm film = bar_film(140, 100);
  const auto network = Network::standard();
  const TissueMaps expected = network->see(film);
  std::vector<std::future<TissueMaps>> runs;
  for (int i = 0; i < 4; ++i)
    runs.push_back(std::async(std::launch::async, [&] { return network->see(film); }));
  for (auto& run : runs) {
    const TissueMaps seen = run.get();
    EXPECT_TRUE(same(seen.body, expected.body));
    ASSERT_EQ(seen.regions.size(), expected.regions.size());
    for (std::size_t i = 0; i < seen.regions.size(); ++i)
      EXPECT_EQ(seen.regions[i].deposit, expected.regions[i].deposit);
    EXPECT_EQ(seen.region.word, expected.region.word);
  }
}

} // namespace
} // namespace calx

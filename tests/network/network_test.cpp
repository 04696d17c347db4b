#include "network/network.hpp"
#include "network/reference.hpp"

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

TEST(Network, AnswersAsPyTorchDoes) {
  const auto expected = test::reference();
  const auto answers =
      Network::standard()->answer(test::reference_input(4, expected["side"].get<int>()),
                                  test::reference_input(1, expected["thumbnail_side"].get<int>()));
  ASSERT_EQ(answers.size(), 3U);
  const std::size_t step = expected["step"];
  const std::array<const char*, 3> names{"maps", "heat", "film"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& values = expected[names.at(i)];
    ASSERT_EQ(answers[i].total(), expected["count"][names.at(i)].get<std::size_t>());
    ASSERT_FALSE(values.empty());
    const float* answer = answers[i].ptr<float>();
    for (std::size_t k = 0; k < values.size(); ++k)
      ASSERT_NEAR(answer[k * step], values[k].get<double>(), 1e-4) << names.at(i) << ' ' << k;
  }
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
}

TEST(Network, BytesThatAreNoNetworkAreRefused) {
  for (const std::string_view bytes : {"", "no network", "\x08\x07\x12\x07pytorch"}) {
    const auto read = Network::read(bytes, "x");
    ASSERT_FALSE(read) << bytes;
    EXPECT_EQ(read.error().code, ErrorCode::BadModel);
  }
}

TEST(Network, MapsHaveTheFilmsSizeAndAreEmptyOutsideTheField) {
  for (const cv::Size size : {cv::Size(129, 70), cv::Size(64, 64), cv::Size(40, 200)}) {
    const NormalisedFilm film = bar_film(size.height, size.width);
    const TissueMaps seen = Network::standard()->see(film);
    for (const cv::Mat1f* map : {&seen.body, &seen.bone, &seen.deposit, &seen.mimic}) {
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
    EXPECT_TRUE(same(seen.deposit, expected.deposit));
    EXPECT_EQ(seen.region.word, expected.region.word);
  }
}

} // namespace
} // namespace calx

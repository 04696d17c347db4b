#include "core/vocabulary.hpp"

#include "core/radiograph.hpp"

#include <gtest/gtest.h>

namespace calx {
namespace {

template <class E>
void round_trip() {
  for (std::size_t i = 0; i < words<E>().size(); ++i) {
    const auto word = words<E>()[i];
    ASSERT_TRUE(parse<E>(word)) << word;
    EXPECT_EQ(static_cast<std::size_t>(*parse<E>(word)), i) << word;
    EXPECT_EQ(to_string(*parse<E>(word)), word);
  }
  EXPECT_FALSE(parse<E>(""));
  EXPECT_FALSE(parse<E>("Hand ")) << "the match is exact";
}

TEST(Vocabulary, EveryWordReadsBackAsItself) {
  round_trip<Region>();
  round_trip<View>();
  round_trip<Laterality>();
  round_trip<Sex>();
  round_trip<Kind>();
  round_trip<Pattern>();
}

TEST(Vocabulary, EnumsAndWordsHaveTheSameLength) {
  EXPECT_EQ(to_string(Region::Other), "other");
  EXPECT_EQ(to_string(View::Unknown), "unknown");
  EXPECT_EQ(to_string(Kind::Unknown), "unknown");
  EXPECT_EQ(to_string(Pattern::Indeterminate), "indeterminate");
  EXPECT_EQ(to_string(SpacingSource::Unknown), "unknown");
}

TEST(NearestWord, FindsWhatWasMeant) {
  EXPECT_EQ(nearest_word("sholder", words<Region>()), "shoulder");
  EXPECT_EQ(nearest_word("feet", words<Region>()), "") << "too far from foot to be a slip";
  EXPECT_EQ(nearest_word("hnad", words<Region>()), "hand") << "a swap is one slip";
  EXPECT_EQ(nearest_word("hands", words<Region>()), "hand");
}

TEST(UnknownWord, NamesTheNearestAndListsAll) {
  EXPECT_EQ(
      unknown_word("--side", "lfet", words<Laterality>()),
      "--side 'lfet' is not known; did you mean 'left'? use one of: left, right, both, unknown");
  EXPECT_EQ(unknown_word("--side", "up", words<Laterality>()),
            "--side 'up' is not known; use one of: left, right, both, unknown");
}

} // namespace
} // namespace calx

// The look of a film: what is dark and bright, what the processing does, how it is stored.
#include "limb_signal.hpp"
#include "simulate/presentation/jpeg.hpp"
#include "simulate/presentation/multiscale.hpp"
#include "simulate/presentation/present.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>
#include <set>

namespace calx::simulate {
namespace {

using testing::limb_signal;
using testing::LimbSignal;
using Tone = Presentation::Tone;

StoredFilm presented(const LimbSignal& limb, const Presentation& p) {
  return present(limb.signal, limb.field, LimbSignal::pitch_mm, p, Random(3));
}

double mean_grey(const cv::Mat1b& picture, const cv::Mat1b& mask) {
  return cv::mean(picture, mask)[0];
}

TEST(Present, OpenFieldIsBlackSoftTissueGreyAndCorticalBoneWhite) {
  const LimbSignal limb = limb_signal();
  for (const Tone tone : {Tone::BurnedIn, Tone::Window, Tone::Sigmoid, Tone::LinearExact,
                          Tone::VoiLut, Tone::Unprocessed})
    for (const bool inverted : {false, true}) {
      Presentation p;
      p.tone = tone;
      p.monochrome1 = inverted;
      const cv::Mat1b shown = displayed(presented(limb, p));
      const double open = mean_grey(shown, limb.open), soft = mean_grey(shown, limb.soft),
                   bone = mean_grey(shown, limb.cortex);
      SCOPED_TRACE(static_cast<int>(tone));
      EXPECT_LT(open, 40);
      EXPECT_GT(soft, open + 20);
      EXPECT_LT(soft, 190);
      EXPECT_GT(bone, soft + 40);
      EXPECT_GT(bone, 190);
    }
}

TEST(Present, Monochrome1IsTheSameFilmTurnedOver) {
  const LimbSignal limb = limb_signal();
  for (const Tone tone : {Tone::BurnedIn, Tone::Window, Tone::Sigmoid, Tone::VoiLut}) {
    Presentation p;
    p.tone = tone;
    const cv::Mat1b upright = displayed(presented(limb, p));
    p.monochrome1 = true;
    const cv::Mat1b turned = displayed(presented(limb, p));
    EXPECT_LE(cv::norm(upright, turned, cv::NORM_INF), 1) << static_cast<int>(tone);
  }
}

TEST(Present, StoredValuesFillTheBitsAndNoMore) {
  const LimbSignal limb = limb_signal();
  for (const int bits : {8, 10, 12, 14, 16}) {
    Presentation p;
    p.bits = bits;
    double low = 0, high = 0;
    cv::minMaxIdx(presented(limb, p).pixels, &low, &high);
    EXPECT_LE(high, (1 << bits) - 1);
    EXPECT_GT(high, 0.9 * (1 << bits));
    EXPECT_LT(low, 0.1 * (1 << bits));
  }
}

// Greys beyond white once ran over the table's bits and came out black.
TEST(Present, AVoiLutStaysWithinItsBits) {
  const LimbSignal limb = limb_signal();
  Presentation p;
  p.tone = Tone::VoiLut;
  p.white_grey = 1.08;
  double highest = 0;
  cv::minMaxIdx(presented(limb, p).voi_lut, nullptr, &highest);
  EXPECT_EQ(highest, (1 << voi_lut_bits) - 1);
}

TEST(Present, RawLinearCountsFallWithDensity) {
  const LimbSignal limb = limb_signal();
  Presentation p;
  p.tone = Tone::Unprocessed;
  p.raw_linear = p.monochrome1 = true;
  p.bits = 14;
  const StoredFilm film = presented(limb, p);
  const double open = cv::mean(film.pixels, limb.open)[0];
  EXPECT_NEAR(open, 0.7 * 16383, 60);
  EXPECT_NEAR(cv::mean(film.pixels, limb.soft)[0] / open, cv::mean(limb.signal, limb.soft)[0],
              0.02);
}

TEST(Present, MetalDoesNotDarkenTheFilm) {
  LimbSignal limb = limb_signal();
  const Presentation p;
  const double before = mean_grey(displayed(presented(limb, p)), limb.soft);
  limb.signal(cv::Rect(92, 120, 16, 60)) = 0.002F; // a plate: 2 % of the body
  EXPECT_NEAR(mean_grey(displayed(presented(limb, p)), limb.soft), before, 12);
}

TEST(Present, AShutterCoversWhatIsOutsideTheField) {
  const LimbSignal limb = limb_signal();
  Presentation p;
  EXPECT_GT(mean_grey(displayed(presented(limb, p)), limb.outside), 200); // unexposed is white
  p.shutter = Presentation::Shutter::Black;
  EXPECT_EQ(mean_grey(displayed(presented(limb, p)), limb.outside), 0);
  p.shutter_gap_mm = 2; // a bright rim of the unexposed film shows
  EXPECT_GT(mean_grey(displayed(presented(limb, p)), limb.outside), 0);
  p.shutter_gap_mm = 0;
  p.shutter = Presentation::Shutter::White;
  EXPECT_EQ(mean_grey(displayed(presented(limb, p)), limb.outside), 255);
}

TEST(Present, TheCollimatorLeavesNoMarkOnThePatient) {
  const Presentation p;
  const LimbSignal narrow = limb_signal(0, 40), wide = limb_signal(0, 0);
  const cv::Mat1b with = displayed(presented(narrow, p)), without = displayed(presented(wide, p));
  const cv::Rect middle(60, 60, 80, 180);
  EXPECT_LT(cv::norm(with(middle), without(middle), cv::NORM_L1) / middle.area(), 12);
}

TEST(Present, AnnotationChangesSomeBrightPixelsOnly) {
  const LimbSignal limb = limb_signal();
  Presentation p;
  const cv::Mat1b plain = displayed(presented(limb, p));
  p.burned_text = "R\n10:42";
  p.scale_bar = true;
  const cv::Mat1b drawn = displayed(presented(limb, p));
  const int changed = cv::countNonZero(plain != drawn);
  EXPECT_GT(changed, 50);
  EXPECT_LT(changed, 0.15 * static_cast<double>(plain.total()));
  EXPECT_GT(cv::mean(drawn, plain != drawn)[0], 150);
}

TEST(Present, ASoftPictureHasFewerFineDetails) {
  const LimbSignal limb = limb_signal();
  Presentation p;
  const auto detail = [&](double softness_px) {
    p.softness_px = softness_px;
    cv::Mat1f fine;
    cv::Laplacian(displayed(presented(limb, p)), fine, CV_32F);
    return cv::norm(fine, cv::NORM_L1);
  };
  EXPECT_LT(detail(1), 0.6 * detail(0));
}

TEST(Present, TheSameSeedGivesTheSamePixels) {
  const LimbSignal limb = limb_signal();
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Presentation p = choose_presentation(Region::Hand, {}, Random(seed));
    const StoredFilm a = present(limb.signal, limb.field, 0.3, p, Random(seed));
    const StoredFilm b = present(limb.signal, limb.field, 0.3, p, Random(seed));
    EXPECT_EQ(cv::norm(a.pixels, b.pixels, cv::NORM_INF), 0) << seed << to_json(p);
  }
}

TEST(Multiscale, FaintDetailGainsMoreThanStrongDetail) {
  cv::Mat1f density(200, 200, 0.F);
  cv::circle(density, {50, 100}, 6, 0.05, -1);
  cv::circle(density, {150, 100}, 6, 0.8, -1);
  cv::GaussianBlur(density, density, {}, 1.5);
  Presentation p;
  p.noise_suppression = 0;
  p.latitude_gain = 1;
  const auto ratio = [&](double power) {
    p.detail_power = power;
    const cv::Mat1f result = equalise(density, 0.2, p);
    return result(100, 50) / result(100, 150);
  };
  EXPECT_NEAR(ratio(1), 0.05 / 0.8, 0.01);
  EXPECT_GT(ratio(0.7), 1.5 * ratio(1));
}

TEST(Multiscale, WithoutAmplificationTheFilmStaysAsItIs) {
  const LimbSignal limb = limb_signal();
  Presentation p;
  p.detail_power = p.latitude_gain = p.edge_gain = 1;
  p.noise_suppression = 0;
  EXPECT_LT(cv::norm(equalise(limb.signal, 0.3, p), limb.signal, cv::NORM_INF), 1e-4);
}

TEST(Multiscale, NoiseSuppressionTakesOutNoiseAndLeavesBone) {
  const LimbSignal limb = limb_signal(0.03);
  Presentation p;
  const auto spread = [&](double suppression) {
    p.noise_suppression = suppression;
    cv::Scalar mean, deviation;
    cv::Mat1f fine = equalise(limb.signal, 0.1, p), blurred;
    cv::GaussianBlur(fine, blurred, {}, 3);
    cv::meanStdDev(fine - blurred, mean, deviation, limb.soft);
    return deviation[0];
  };
  EXPECT_LT(spread(0.7), 0.9 * spread(0));
}

TEST(ChoosePresentation, IsVariedAndConsistent) {
  std::set<Presentation::Format> formats;
  std::set<int> bits;
  std::set<Tone> tones;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Presentation p = choose_presentation(Region::Knee, {}, Random(seed));
    formats.insert(p.format);
    bits.insert(p.bits);
    tones.insert(p.tone);
    if (!is_dicom(p.format)) {
      EXPECT_EQ(p.bits, 8);
      EXPECT_EQ(p.tone, Tone::BurnedIn);
      EXPECT_FALSE(p.monochrome1);
    }
    EXPECT_TRUE(p.format != Presentation::Format::Jpeg || p.jpeg_quality > 0);
    EXPECT_GT(p.white_grey, p.black_grey + 0.2);
    EXPECT_EQ(to_json(p)["bits"], p.bits);
  }
  EXPECT_EQ(formats.size(), 6u);
  EXPECT_EQ(tones.size(), 6u);
  EXPECT_GE(bits.size(), 5u);
}

TEST(ChoosePresentation, WishesAreKept) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    EXPECT_TRUE(
        is_dicom(choose_presentation(Region::Hip, {.dicom_only = true}, Random(seed)).format));
    const auto png =
        choose_presentation(Region::Hip, {.format = Presentation::Format::Png}, Random(seed));
    EXPECT_EQ(png.format, Presentation::Format::Png);
    EXPECT_EQ(png.bits, 8);
    const auto side =
        choose_presentation(Region::Hip, {.laterality = Laterality::Left}, Random(seed));
    EXPECT_NE(side.burned_text, "R");
  }
}

TEST(Format, WordsAndValuesMatch) {
  for (const std::string_view word : format_words())
    EXPECT_EQ(to_string(*parse_format(word)), word);
  EXPECT_FALSE(parse_format("gif"));
}

TEST(Jpeg, KeepsThePictureNearlyAndIsRepeatable) {
  cv::Mat1b picture(64, 96);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 96; ++x) picture(y, x) = static_cast<std::uint8_t>(x + y);
  EXPECT_EQ(jpeg_bytes(picture, 80), jpeg_bytes(picture, 80));
  EXPECT_LT(cv::norm(through_jpeg(picture, 90), picture, cv::NORM_INF), 8);
  EXPECT_GT(jpeg_bytes(picture, 95).size(), jpeg_bytes(picture, 40).size());
}

} // namespace
} // namespace calx::simulate

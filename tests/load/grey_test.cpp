// Polarity, look-up tables, windows, padding and shutters.
#include "load/film.hpp"

#include <cmath>

namespace calx::testing {
namespace {

class Grey : public ::testing::Test {
protected:
  Radiograph load(const DicomSpec& spec) {
    write_dicom(folder / "film.dcm", spec);
    auto film = load_radiograph(folder / "film.dcm");
    EXPECT_TRUE(film) << film.error().to_string();
    return film ? *film : Radiograph{};
  }
  /// The same film stored as a negative.
  static DicomSpec negative(DicomSpec spec) {
    if (spec.values.empty()) spec.values = texture(spec.rows, spec.columns, spec.bits_stored);
    const int sum = spec.is_signed ? -1 : (1 << spec.bits_stored) - 1;
    for (int& v : spec.values) v = sum - v;
    spec.photometric = "MONOCHROME1";
    return spec;
  }
  void expect_same(const Radiograph& a, const Radiograph& b) {
    EXPECT_TRUE(same_pixels(a.pixels, b.pixels));
    EXPECT_EQ(a.display.black, b.display.black);
    EXPECT_EQ(a.display.white, b.display.white);
  }
  TemporaryFolder folder;
};

TEST_F(Grey, Monochrome1And2OfOneFilmAreTheSameBits) {
  for (bool is_signed : {false, true})
    for (int bits : {8, 10, 12, 16})
      for (const char* slope : {"1", "0.1", "-3.7"}) {
        DicomSpec spec;
        spec.is_signed = is_signed;
        spec.bits_stored = bits;
        spec.values = texture(spec.rows, spec.columns, bits);
        if (is_signed)
          for (int& v : spec.values) v -= 1 << (bits - 1);
        spec.text["RescaleSlope"] = slope;
        spec.text["RescaleIntercept"] = "-17.3";
        expect_same(load(spec), load(negative(spec)));
      }
}

TEST_F(Grey, Monochrome1IsInvertedOnceAndSaysSo) {
  DicomSpec spec;
  spec.photometric = "MONOCHROME1";
  spec.text["PresentationLUTShape"] = "INVERSE"; // says the same again, does not invert again
  const auto film = load(spec);
  EXPECT_EQ(film.acquisition.polarity_as_stored, Polarity::Monochrome1);
  EXPECT_FLOAT_EQ(film.pixels(3, 4), 4095.f - float(texture(24, 20, 12)[3 * 20 + 4]));
}

TEST_F(Grey, AWrongPolarityIsTurnedRoundOnRequest) {
  DicomSpec spec;
  spec.text["WindowWidth"] = "800";
  spec.text["WindowCenter"] = "1500";
  const auto right = load(spec);
  auto lying = negative(spec);
  lying.photometric = "MONOCHROME2";
  lying.text["WindowCenter"] = "2596";
  write_dicom(folder / "lying.dcm", lying);
  LoadOptions options;
  options.invert = true;
  const auto film = load_radiograph(folder / "lying.dcm", options);
  ASSERT_LOADS(film);
  const double contrast = right.pixels(3, 4) - right.pixels(20, 4);
  EXPECT_NEAR(film->pixels(3, 4) - film->pixels(20, 4), contrast, 1e-3);
  EXPECT_NEAR(film->pixels(3, 4) - film->display.black, right.pixels(3, 4) - right.display.black,
              1.01);
  EXPECT_EQ(film->acquisition.polarity_source, "user");
  EXPECT_EQ(right.acquisition.polarity_source, "file");
}

TEST_F(Grey, MirroredWindowsGiveTheSameDisplay) {
  struct Twin {
    const char *function, *centre, *mirrored;
  };
  // LINEAR counts from half a step below its centre (PS3.3 C.11.2.1.2.1).
  for (const auto& [function, centre, mirrored] :
       {Twin{"LINEAR", "1500", "2596"}, Twin{"LINEAR_EXACT", "1500", "2595"},
        Twin{"SIGMOID", "1500", "2595"}}) {
    DicomSpec spec;
    spec.text["WindowWidth"] = "800";
    spec.text["WindowCenter"] = centre;
    spec.text["VOILUTFunction"] = function;
    auto other = negative(spec);
    other.text["WindowCenter"] = mirrored;
    const auto a = load(spec), b = load(other);
    EXPECT_NEAR(a.display.black, b.display.black, 1e-9) << function;
    EXPECT_NEAR(a.display.white, b.display.white, 1e-9) << function;
    EXPECT_LE(cv::norm(a.pixels, b.pixels, cv::NORM_INF), 1e-3) << function;
  }
}

TEST_F(Grey, LinearWindowsChangeTheDisplayOnly) {
  DicomSpec spec;
  const auto plain = load(spec);
  spec.text["WindowCenter"] = "1000\\2000"; // several: the first
  spec.text["WindowWidth"] = "401\\100";
  const auto linear = load(spec);
  EXPECT_TRUE(same_pixels(plain.pixels, linear.pixels));
  EXPECT_DOUBLE_EQ(linear.display.black, 799.5);
  EXPECT_DOUBLE_EQ(linear.display.white, 1199.5);
  spec.text["VOILUTFunction"] = "LINEAR_EXACT";
  const auto exact = load(spec);
  EXPECT_DOUBLE_EQ(exact.display.black, 799.5);
  EXPECT_DOUBLE_EQ(exact.display.white, 1200.5);
}

TEST_F(Grey, SigmoidWindowsChangeThePixels) {
  DicomSpec spec;
  spec.text["WindowCenter"] = "2000";
  spec.text["WindowWidth"] = "1000";
  spec.text["VOILUTFunction"] = "SIGMOID";
  const auto film = load(spec);
  const double stored = texture(24, 20, 12)[45];
  EXPECT_NEAR(film.pixels(2, 5), 4095 / (1 + std::exp(-4 * (stored - 2000) / 1000)), 1e-2);
  EXPECT_DOUBLE_EQ(film.display.white, 4095);
}

TEST_F(Grey, UnusableWindowsAreNotUsed) {
  for (const auto& [centre, width] :
       {std::pair{"100", "0"}, {"100", "-5"}, {"nan", "100"}, {"100", "1"}, {"60000", "10"}}) {
    DicomSpec spec;
    const auto plain = load(spec);
    spec.text["WindowCenter"] = centre;
    spec.text["WindowWidth"] = width;
    const auto film = load(spec);
    EXPECT_DOUBLE_EQ(film.display.black, plain.display.black) << centre << " " << width;
    EXPECT_DOUBLE_EQ(film.display.white, plain.display.white) << centre << " " << width;
    EXPECT_EQ(film.acquisition.warnings.size(), 1u);
  }
}

TEST_F(Grey, RescaleIsApplied) {
  DicomSpec spec;
  spec.text["RescaleSlope"] = "2";
  spec.text["RescaleIntercept"] = "-1024";
  EXPECT_FLOAT_EQ(load(spec).pixels(0, 7), 2 * float(texture(24, 20, 12)[7]) - 1024);
}

std::vector<std::uint16_t> rising_table(int entries) {
  std::vector<std::uint16_t> table;
  for (int i = 0; i < entries; ++i)
    table.push_back(static_cast<std::uint16_t>(i * double(i) / entries));
  return table;
}

TEST_F(Grey, ModalityLutReplacesRescale) {
  const auto table = rising_table(4096);
  DicomSpec spec;
  spec.text["RescaleSlope"] = "7";
  spec.edit = [&](void* d) { add_lut(d, 0x0028, 0x3000, 0, 16, table); };
  const auto film = load(spec);
  const auto stored = texture(24, 20, 12);
  EXPECT_FLOAT_EQ(film.pixels(5, 5), table[std::size_t(stored[105])]);
  const auto other = load([&] {
    auto n = spec;
    n.photometric = "MONOCHROME1";
    return n;
  }());
  EXPECT_FLOAT_EQ(other.pixels(5, 5),
                  float(table[0]) + float(table[4095]) - float(table[std::size_t(stored[105])]));
}

TEST_F(Grey, VoiLutChangesPixelsAndGivesTheDisplay) {
  const auto table = rising_table(1000);
  DicomSpec spec;
  spec.text["WindowCenter"] = "10"; // the table comes first
  spec.text["WindowWidth"] = "20";
  spec.edit = [&](void* d) { add_lut(d, 0x0028, 0x3010, 1000, 16, table); };
  const auto film = load(spec);
  const auto stored = texture(24, 20, 12);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const int index = std::clamp(stored[i] - 1000, 0, 999);
    ASSERT_FLOAT_EQ(film.pixels(int(i) / 20, int(i) % 20), table[std::size_t(index)]) << i;
  }
  EXPECT_DOUBLE_EQ(film.display.black, 0);
  EXPECT_DOUBLE_EQ(film.display.white, 998);
}

TEST_F(Grey, BrokenTablesAreNotUsed) {
  DicomSpec spec;
  spec.edit = [](void* d) {
    add_lut(d, 0x0028, 0x3010, 0, 16, {1, 2, 3});
    add_lut(d, 0x0028, 0x3000, 0, 16, {});
  };
  const auto film = load(spec);
  EXPECT_TRUE(same_pixels(film.pixels, as_image(texture(24, 20, 12), 24, 20)) ||
              !film.acquisition.warnings.empty());
}

TEST_F(Grey, PaddingIsOutsideAndDoesNotCountForTheDisplay) {
  DicomSpec spec;
  spec.values = texture(24, 20, 12);
  for (int i = 0; i < 100; ++i) spec.values[std::size_t(i)] = i < 50 ? 0 : 3;
  spec.edit = [](void* d) { put_word(d, 0x0028, 0x0120, 0); };
  const auto single = load(spec);
  EXPECT_EQ(cv::countNonZero(single.outside), 50);
  EXPECT_GT(single.display.black, 0);
  spec.edit = [](void* d) {
    put_word(d, 0x0028, 0x0120, 0);
    put_word(d, 0x0028, 0x0121, 5);
  };
  const auto range = load(spec);
  EXPECT_EQ(cv::countNonZero(range.outside), 100);
  EXPECT_GT(range.display.black, 3);
  EXPECT_FLOAT_EQ(range.pixels(0, 0), 0) << "the value stays";
}

TEST_F(Grey, SignedPaddingIsComparedSigned) {
  DicomSpec spec;
  spec.is_signed = true;
  spec.bits_stored = 16;
  spec.values.assign(24 * 20, 100);
  spec.values[7] = -2000;
  spec.edit = [](void* d) { put_word(d, 0x0028, 0x0120, -2000); };
  const auto film = load(spec);
  EXPECT_EQ(cv::countNonZero(film.outside), 1);
  EXPECT_EQ(film.outside(0, 7), 255);
}

TEST_F(Grey, RectangularShutterHidesItsOutside) {
  DicomSpec spec;
  spec.text["ShutterShape"] = "RECTANGULAR";
  spec.text["ShutterLeftVerticalEdge"] = "3";
  spec.text["ShutterRightVerticalEdge"] = "15";
  spec.text["ShutterUpperHorizontalEdge"] = "2";
  spec.text["ShutterLowerHorizontalEdge"] = "20";
  const auto film = load(spec);
  EXPECT_EQ(cv::countNonZero(film.outside == 0), 13 * 19);
  EXPECT_EQ(film.outside(1, 2), 0);
  EXPECT_EQ(film.outside(0, 2), 255);
  EXPECT_EQ(film.outside(1, 1), 255);
}

TEST_F(Grey, CircularAndPolygonalShuttersHideTheirOutside) {
  DicomSpec spec;
  spec.text["ShutterShape"] = "CIRCULAR";
  spec.text["CenterOfCircularShutter"] = "12\\10";
  spec.text["RadiusOfCircularShutter"] = "5";
  const auto circle = load(spec);
  EXPECT_EQ(circle.outside(11, 9), 0);
  EXPECT_EQ(circle.outside(11, 14), 0);
  EXPECT_EQ(circle.outside(11, 15), 255);
  EXPECT_NEAR(cv::countNonZero(circle.outside == 0), 3.1416 * 25, 6);
  spec.text = {{"ShutterShape", "POLYGONAL"},
               {"VerticesOfThePolygonalShutter", "2\\2\\2\\18\\20\\18\\20\\2"}};
  const auto polygon = load(spec);
  EXPECT_EQ(polygon.outside(1, 1), 0);
  EXPECT_EQ(polygon.outside(10, 17), 0);
  EXPECT_EQ(polygon.outside(10, 18), 255);
  EXPECT_NEAR(cv::countNonZero(polygon.outside == 0), 17 * 19, 20);
}

TEST_F(Grey, SenselessShuttersHideNothing) {
  for (const char* radius : {"0", "-5", "x"}) {
    DicomSpec spec;
    spec.text["ShutterShape"] = "CIRCULAR";
    spec.text["CenterOfCircularShutter"] = "999999999\\-999999999";
    spec.text["RadiusOfCircularShutter"] = radius;
    EXPECT_TRUE(load(spec).outside.empty());
  }
}

TEST_F(Grey, OverlaysNeverTouchThePixels) {
  DicomSpec spec;
  const auto plain = load(spec);
  spec.edit = [](void* d) {
    put_word(d, 0x6000, 0x0010, 60000); // far beyond the image
    put_word(d, 0x6000, 0x0011, 60000);
    put_word(d, 0x6000, 0x0100, 1);
    put_word(d, 0x6000, 0x0102, 0);
  };
  EXPECT_TRUE(same_pixels(plain.pixels, load(spec).pixels));
}

} // namespace
} // namespace calx::testing

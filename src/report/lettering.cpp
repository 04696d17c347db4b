#include "report/lettering.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <ft2build.h>
#include <map>
#include <opencv2/imgproc.hpp>
#include FT_FREETYPE_H
#include FT_GLYPH_H
#include FT_STROKER_H

namespace calx {
namespace {

/// Where Debian, Fedora, Arch and the build machine keep a plain sans-serif face.
constexpr std::array kFontFiles{
    CALX_FONT,
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
};

constexpr double kHaloAlpha = 0.75;

/// Coverage of one letter, 0 to 255, placed relative to the pen on the baseline.
struct Coverage {
  cv::Mat1b alpha;
  cv::Point offset;
};

struct Letter {
  Coverage fill, halo;
  int advance = 0;
};

cv::Mat1b copy_of(const FT_Bitmap& bitmap) {
  const cv::Mat view(static_cast<int>(bitmap.rows), static_cast<int>(bitmap.width), CV_8UC1,
                     bitmap.buffer, static_cast<std::size_t>(bitmap.pitch));
  return bitmap.rows == 0 ? cv::Mat1b() : cv::Mat1b(view.clone());
}

/// Renders and frees `glyph`.
Coverage rendered(FT_Glyph glyph) {
  Coverage coverage;
  if (FT_Glyph_To_Bitmap(&glyph, FT_RENDER_MODE_NORMAL, nullptr, 1) == 0) {
    const auto* bitmap = reinterpret_cast<FT_BitmapGlyph>(glyph);
    coverage = {copy_of(bitmap->bitmap), {bitmap->left, -bitmap->top}};
  }
  FT_Done_Glyph(glyph);
  return coverage;
}

void blend(cv::Mat3b& image, const Coverage& coverage, cv::Point pen, Colour colour,
           double strength) {
  const cv::Point corner = pen + coverage.offset;
  const cv::Rect inside = cv::Rect(corner, coverage.alpha.size()) & cv::Rect({0, 0}, image.size());
  for (int y = inside.y; y < inside.br().y; ++y)
    for (int x = inside.x; x < inside.br().x; ++x) {
      const double a = strength * coverage.alpha(y - corner.y, x - corner.x) / 255.0;
      cv::Vec3b& pixel = image(y, x);
      for (int c = 0; c < 3; ++c)
        pixel[c] = cv::saturate_cast<uchar>(pixel[c] + a * (colour[c] - pixel[c]));
    }
}

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

constexpr int kFallbackFont = cv::FONT_HERSHEY_SIMPLEX;

double fallback_scale(int height_px) {
  constexpr double kHersheyCapitalHeight = 21; // of FONT_HERSHEY_SIMPLEX at scale 1
  return 0.73 * height_px / kHersheyCapitalHeight;
}

} // namespace

struct Lettering::Face {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  FT_Stroker stroker = nullptr;
  std::map<char, Letter> letters;

  ~Face() {
    if (stroker) FT_Stroker_Done(stroker);
    if (face) FT_Done_Face(face);
    if (library) FT_Done_FreeType(library);
  }

  static std::unique_ptr<Face> open(int height_px) {
    auto opened = std::make_unique<Face>();
    if (FT_Init_FreeType(&opened->library) != 0) return nullptr;
    for (const char* file : kFontFiles)
      if (FT_New_Face(opened->library, file, 0, &opened->face) == 0) break;
    if (!opened->face || FT_Set_Pixel_Sizes(opened->face, 0, static_cast<FT_UInt>(height_px)) != 0)
      return nullptr;
    if (FT_Stroker_New(opened->library, &opened->stroker) != 0) return nullptr;
    const auto rim = std::max(64, height_px * 64 / 9); // 26.6 fixed point: a ninth of the height
    FT_Stroker_Set(opened->stroker, rim, FT_STROKER_LINECAP_ROUND, FT_STROKER_LINEJOIN_ROUND, 0);
    return opened;
  }

  const Letter& letter(char c) {
    const auto known = letters.find(c);
    if (known != letters.end()) return known->second;
    Letter made;
    if (FT_Load_Char(face, static_cast<unsigned char>(c), FT_LOAD_NO_BITMAP) == 0) {
      made.advance = static_cast<int>((face->glyph->advance.x + 32) >> 6);
      FT_Glyph glyph = nullptr;
      if (FT_Get_Glyph(face->glyph, &glyph) == 0) made.fill = rendered(glyph);
      if (FT_Get_Glyph(face->glyph, &glyph) == 0) {
        FT_Glyph_Stroke(&glyph, stroker, 1);
        made.halo = rendered(glyph);
      }
    }
    return letters.emplace(c, std::move(made)).first->second;
  }
};

Lettering::Lettering(int height_px) : face_(Face::open(height_px)), height_px_(height_px) {}
Lettering::~Lettering() = default;
Lettering::Lettering(Lettering&&) noexcept = default;

cv::Size Lettering::measure(std::string_view text) const {
  if (!face_) {
    int below = 0;
    return {cv::getTextSize(std::string(text), kFallbackFont, fallback_scale(height_px_), 1, &below)
                .width,
            height_px_};
  }
  int width = 0;
  for (const char c : text)
    if (is_printable(c)) width += face_->letter(c).advance;
  return {width, height_px_};
}

int Lettering::ascent() const {
  return static_cast<int>(0.73 * height_px_ + 0.5); // DejaVu Sans: capitals are 0.729 em high
}

void Lettering::draw(cv::Mat3b& image, cv::Point baseline, std::string_view text, Colour colour,
                     bool halo) const {
  if (!face_) {
    const auto stroke = [&](Colour ink, int thickness) {
      cv::putText(image, std::string(text), baseline, kFallbackFont, fallback_scale(height_px_),
                  cv::Scalar(ink[0], ink[1], ink[2]), thickness, cv::LINE_AA);
    };
    if (halo) stroke(kHalo, std::max(3, height_px_ / 5));
    stroke(colour, std::max(1, height_px_ / 14));
    return;
  }
  // All of the rim first, so that no letter's rim darkens its neighbour.
  for (const bool rim : {true, false}) {
    if (rim && !halo) continue;
    cv::Point pen = baseline;
    for (const char c : text) {
      if (!is_printable(c)) continue;
      const Letter& letter = face_->letter(c);
      blend(image, rim ? letter.halo : letter.fill, pen, rim ? kHalo : colour,
            rim ? kHaloAlpha : 1.0);
      pen.x += letter.advance;
    }
  }
}

} // namespace calx

// Letters on a picture, set in a real font through FreeType.
#pragma once

#include "report/palette.hpp"

#include <memory>
#include <opencv2/core.hpp>
#include <string_view>

namespace calx {

/// One typeface at one size. Text is ASCII; any other character is left out.
class Lettering {
public:
  /// DejaVu Sans where the machine has it; else OpenCV's stroke letters, which are always there.
  explicit Lettering(int height_px);
  ~Lettering();
  Lettering(Lettering&&) noexcept;

  /// Width of the text and height of a line, in pixels.
  cv::Size measure(std::string_view text) const;
  /// From the top of capital letters to the baseline, in pixels.
  int ascent() const;
  /// Draws with the left end of the baseline at `baseline`; with a dark rim if `halo`.
  void draw(cv::Mat3b& image, cv::Point baseline, std::string_view text, Colour colour,
            bool halo) const;

private:
  struct Face;
  std::unique_ptr<Face> face_; ///< null: no font file found
  int height_px_;
};

} // namespace calx

#include "load/dicom_structure.hpp"

#include "load/failures.hpp"
#include "load/inflate.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace calx::load {
namespace {

constexpr std::uint32_t kUndefined = 0xffffffff;
constexpr std::uint32_t kPixelData = 0x7fe00010;
constexpr std::uint32_t kItem = 0xfffee000;
constexpr std::uint32_t kItemEnd = 0xfffee00d;
constexpr std::uint32_t kSequenceEnd = 0xfffee0dd;
// Structured reports nest to about ten; a radiograph's header has a few hundred elements.
constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostElements = 100'000;
constexpr std::size_t kMostFragments = 100'000;
constexpr std::uint64_t kLargestHeader = 64u << 20;

constexpr std::string_view kImplicitLittle = "1.2.840.10008.1.2";
constexpr std::string_view kExplicitBig = "1.2.840.10008.1.2.2";
constexpr std::string_view kDeflated = "1.2.840.10008.1.2.1.99";

bool one_of(std::string_view word, std::string_view list) {
  for (std::size_t at = 0; at + 2 <= list.size(); at += 3)
    if (list.substr(at, 2) == word) return true;
  return false;
}
bool has_long_length(std::string_view vr) {
  return one_of(vr, "OB OW OF OD OL OV SQ UN UC UR UT SV UV");
}
bool is_known(std::string_view vr) {
  return has_long_length(vr) ||
         one_of(vr, "AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US");
}

/// Small reads out of a window of the file.
class FileWindow {
public:
  explicit FileWindow(const InputFile& input) : input_(input) {}

  /// `count` bytes at `offset`, or null past the end; valid until the next call.
  const std::uint8_t* at(std::uint64_t offset, std::size_t count) {
    if (offset < start_ || offset + count > start_ + bytes_.size()) {
      bytes_ = input_.bytes(offset, 1 << 16);
      start_ = offset;
      if (bytes_.size() < count) return nullptr;
    }
    return bytes_.data() + (offset - start_);
  }
  std::uint64_t size() const { return input_.size(); }

private:
  const InputFile& input_;
  std::vector<std::uint8_t> bytes_;
  std::uint64_t start_ = 0;
};

struct Encoding {
  bool implicit = false;
  bool big = false;
};

struct Element {
  std::uint32_t tag = 0;
  std::string_view vr; ///< empty in implicit VR and for item tags
  std::uint32_t length = 0;
  std::uint64_t value = 0; ///< offset of the value
};

/// The places in which the walk stands; a defined length ends at `end`.
struct Container {
  std::uint64_t end;
  bool defined;
  bool sequence; ///< holds items, not elements
  bool implicit;
};

class Walker {
public:
  Walker(const InputFile& input, std::uint64_t max_pixel_bytes)
      : window_(input), max_pixel_bytes_(max_pixel_bytes) {}

  Result<void> walk(std::uint64_t offset, std::uint64_t end, Encoding encoding,
                    DicomStructure& found);
  /// Reads the file meta group; leaves `offset` at the data set.
  Result<void> walk_meta(std::uint64_t& offset, DicomStructure& found);

private:
  Result<Element> read_element(std::uint64_t offset, Encoding encoding);
  Result<void> enter(const Element& element, bool sequence, bool implicit);
  Result<std::uint64_t> step(const Element& element, Encoding encoding, DicomStructure& found);
  Result<std::uint64_t> pixel_data(const Element& element, DicomStructure& found);
  Result<std::uint64_t> fragments(std::uint64_t offset, bool big, DicomStructure& found);
  bool looks_like_sequence(const Element& element, bool big);

  template <class T>
  T number(const std::uint8_t* at, bool big) {
    return big ? load_big<T>(at) : load_little<T>(at);
  }

  FileWindow window_;
  std::uint64_t max_pixel_bytes_;
  std::vector<Container> stack_;
  std::size_t elements_ = 0;
  std::uint64_t skipped_ = 0;
  std::array<char, 2> vr_{};
};

Result<Element> Walker::read_element(std::uint64_t offset, Encoding encoding) {
  const std::uint8_t* head = window_.at(offset, 8);
  if (!head) return corrupt_header("the file ends in the middle of its header");
  Element element;
  element.tag = std::uint32_t(number<std::uint16_t>(head, encoding.big)) << 16 |
                number<std::uint16_t>(head + 2, encoding.big);
  const bool item = element.tag >> 16 == 0xfffe;
  if (encoding.implicit || item) {
    element.length = number<std::uint32_t>(head + 4, encoding.big);
    element.value = offset + 8;
    return element;
  }
  std::memcpy(vr_.data(), head + 4, 2);
  element.vr = {vr_.data(), 2};
  if (!is_known(element.vr)) return corrupt_header("the header has an element of no known type");
  if (!has_long_length(element.vr)) {
    element.length = number<std::uint16_t>(head + 6, encoding.big);
    element.value = offset + 8;
    return element;
  }
  const std::uint8_t* length = window_.at(offset + 8, 4);
  if (!length) return corrupt_header("the file ends in the middle of its header");
  element.length = number<std::uint32_t>(length, encoding.big);
  element.value = offset + 12;
  return element;
}

Result<void> Walker::enter(const Element& element, bool sequence, bool implicit) {
  if (stack_.size() >= kDeepest) return corrupt_header("the header is nested too deeply");
  const bool defined = element.length != kUndefined;
  const std::uint64_t end = defined ? element.value + element.length : stack_.back().end;
  if (end > stack_.back().end) return corrupt_header("a sequence reaches past what holds it");
  stack_.push_back({end, defined, sequence, implicit});
  return {};
}

/// In implicit VR a sequence of defined length cannot be told from bytes but by what it starts
/// with.
bool Walker::looks_like_sequence(const Element& element, bool big) {
  if (element.length < 8) return false;
  const std::uint8_t* first = window_.at(element.value, 8);
  if (!first) return false;
  const std::uint32_t tag = std::uint32_t(number<std::uint16_t>(first, big)) << 16 |
                            number<std::uint16_t>(first + 2, big);
  return tag == kItem;
}

Result<std::uint64_t> Walker::fragments(std::uint64_t offset, bool big, DicomStructure& found) {
  bool first = true;
  while (true) {
    const std::uint8_t* head = window_.at(offset, 8);
    if (!head)
      return fail(ErrorCode::TruncatedPixels,
                  "the file ends before its compressed pixel data do; copy it again");
    const std::uint32_t tag = std::uint32_t(number<std::uint16_t>(head, big)) << 16 |
                              number<std::uint16_t>(head + 2, big);
    const std::uint32_t length = number<std::uint32_t>(head + 4, big);
    offset += 8;
    if (tag == kSequenceEnd) return offset;
    if (tag != kItem)
      return fail(ErrorCode::CorruptPixels,
                  "the compressed pixel data are not in proper pieces; fetch the file again");
    if (length > window_.size() - offset)
      return fail(ErrorCode::TruncatedPixels,
                  "the file ends before its compressed pixel data do; copy it again");
    if (first)
      found.offset_table = {offset, length};
    else
      found.fragments.push_back({offset, length});
    if (found.fragments.size() > kMostFragments)
      return corrupt_header("too many pieces of pixel data");
    first = false;
    offset += length;
  }
}

Result<std::uint64_t> Walker::pixel_data(const Element& element, DicomStructure& found) {
  found.has_pixel_data = true;
  found.encapsulated = element.length == kUndefined;
  if (found.encapsulated) return fragments(element.value, false, found);
  found.words = element.vr != "OB";
  found.native = {element.value, element.length};
  if (element.length > max_pixel_bytes_)
    return fail(ErrorCode::TooLarge,
                "the header claims more bytes of pixels than the size limit allows");
  if (element.value + element.length > window_.size())
    return fail(ErrorCode::TruncatedPixels,
                "the file ends before its pixel data do; copy it again");
  return element.value + element.length;
}

/// Handles one element; the answer is where the next one starts.
Result<std::uint64_t> Walker::step(const Element& element, Encoding encoding,
                                   DicomStructure& found) {
  const bool top = stack_.size() == 1;
  if (top && element.tag == kPixelData && !found.has_pixel_data) return pixel_data(element, found);
  const bool undefined = element.length == kUndefined;
  const bool sequence = element.vr == "SQ" ||
                        (undefined && (encoding.implicit || element.vr == "UN")) ||
                        (encoding.implicit && looks_like_sequence(element, encoding.big));
  if (sequence) {
    // PS3.5 6.2.2: what is in an UN of undefined length is implicit VR.
    if (auto in = enter(element, true, encoding.implicit || element.vr == "UN"); !in)
      return tl::unexpected(in.error());
    return element.value;
  }
  if (undefined) { // an icon image may be encapsulated too
    DicomStructure ignored;
    return fragments(element.value, encoding.big, ignored);
  }
  const std::uint64_t next = element.value + element.length;
  if (next > stack_.back().end)
    return corrupt_header("an element reaches past the end of what holds it");
  skipped_ += element.length;
  return next;
}

Result<void> Walker::walk(std::uint64_t offset, std::uint64_t end, Encoding encoding,
                          DicomStructure& found) {
  stack_.assign(1, {end, true, false, encoding.implicit});
  while (true) {
    while (stack_.size() > 1 && stack_.back().defined && offset == stack_.back().end)
      stack_.pop_back();
    if (stack_.size() == 1 && offset == end) return {};
    if (offset > stack_.back().end)
      return corrupt_header("the header's lengths contradict each other");
    if (++elements_ > kMostElements || skipped_ > kLargestHeader)
      return corrupt_header("the header is too long for that of an image");
    // Some writers pad the file with zeros to a block.
    if (stack_.size() == 1 && end - offset < 8) return {};
    const auto element = read_element(offset, {stack_.back().implicit, encoding.big});
    if (!element) return tl::unexpected(element.error());
    const Element& e = *element;
    if (e.tag == kItem) {
      if (!stack_.back().sequence) return corrupt_header("an item stands outside a sequence");
      if (auto in = enter(e, false, stack_.back().implicit); !in) return in;
      offset = e.value;
    } else if (e.tag == kItemEnd || e.tag == kSequenceEnd) {
      if (stack_.size() > 1 && !stack_.back().defined) stack_.pop_back();
      offset = e.value;
    } else {
      if (stack_.back().sequence)
        return corrupt_header("a sequence holds something else than items");
      const auto next = step(e, {stack_.back().implicit, encoding.big}, found);
      if (!next) return tl::unexpected(next.error());
      offset = *next;
    }
  }
}

Result<void> Walker::walk_meta(std::uint64_t& offset, DicomStructure& found) {
  const std::uint64_t size = window_.size();
  while (size - offset >= 8) {
    const std::uint8_t* head = window_.at(offset, 8);
    if (!head || load_little<std::uint16_t>(head) != 2) break;
    const auto element = read_element(offset, {});
    if (!element) return tl::unexpected(element.error());
    const Element& e = *element;
    if (e.length > size - e.value)
      return corrupt_header("the file ends in the middle of its header");
    if (e.tag == 0x00020010 && e.length <= 64) {
      const std::uint8_t* text = window_.at(e.value, e.length);
      if (!text) return corrupt_header("the file ends in the middle of its header");
      found.transfer_syntax.assign(reinterpret_cast<const char*>(text), e.length);
      while (!found.transfer_syntax.empty() &&
             (found.transfer_syntax.back() == '\0' || found.transfer_syntax.back() == ' '))
        found.transfer_syntax.pop_back();
    }
    offset = e.value + e.length;
    if (++elements_ > kMostElements)
      return corrupt_header("the header is too long for that of an image");
  }
  return {};
}

/// The encoding of a data set that comes without a word on it.
Encoding guess_encoding(const InputFile& input, std::uint64_t offset) {
  const auto head = input.bytes(offset, 6);
  if (head.size() < 6) return {true, false};
  const auto capital = [](std::uint8_t b) { return b >= 'A' && b <= 'Z'; };
  const bool implicit = !(capital(head[4]) && capital(head[5]));
  const bool big = head[0] == 0 && head[1] != 0;
  return {implicit, big};
}

std::uint64_t meta_offset(const InputFile& input) {
  const auto head = input.bytes(0, 132);
  const bool preamble = head.size() == 132 && std::memcmp(head.data() + 128, "DICM", 4) == 0;
  return preamble ? 132 : 0;
}

} // namespace

Result<DicomWalk> walk_dicom(const InputFile& input, std::uint64_t max_pixel_bytes) {
  DicomWalk walk;
  DicomStructure& found = walk.structure;
  Walker walker(input, max_pixel_bytes);
  std::uint64_t offset = meta_offset(input);
  if (auto meta = walker.walk_meta(offset, found); !meta) return tl::unexpected(meta.error());
  found.dataset_offset = offset;
  Encoding encoding;
  if (found.transfer_syntax.empty()) {
    encoding = guess_encoding(input, offset);
    found.transfer_syntax = encoding.implicit ? kImplicitLittle
                            : encoding.big    ? kExplicitBig
                                              : "1.2.840.10008.1.2.1";
  } else {
    encoding = {found.transfer_syntax == kImplicitLittle, found.transfer_syntax == kExplicitBig};
  }
  if (found.transfer_syntax == kDeflated) {
    auto inflated =
        inflate_all(input, offset, max_pixel_bytes + kLargestHeader, DeflateWrapping::Raw);
    if (!inflated) return tl::unexpected(inflated.error());
    walk.inflated = InputFile(std::move(*inflated));
    found.dataset_offset = offset = 0;
    Walker inner(*walk.inflated, max_pixel_bytes);
    if (auto done = inner.walk(0, walk.inflated->size(), {}, found); !done)
      return tl::unexpected(done.error());
    return walk;
  }
  if (auto done = walker.walk(offset, input.size(), encoding, found); !done)
    return tl::unexpected(done.error());
  return walk;
}

} // namespace calx::load

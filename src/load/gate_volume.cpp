// NRRD, NIfTI-1 and MetaImage: formats of volumes that also hold single radiographs.
//
// https://teem.sourceforge.net/nrrd/format.html; nifti1.h; https://itk.org/Wiki/ITK/MetaIO

#include "load/failures.hpp"
#include "load/inflate.hpp"
#include "load/picture_files.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>
#include <string_view>

namespace calx::load {
namespace {

constexpr std::size_t kLongestHeader = 64 * 1024;

auto unsupported(const char* what) {
  return fail(ErrorCode::UnsupportedFormat, what);
}
auto volume() {
  return fail(ErrorCode::NotARadiograph,
              "the file holds a volume or several channels, no plain radiograph");
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// The numbers in a text, whatever brackets and commas stand between them; NaN for other words.
std::vector<double> numbers(std::string_view text) {
  std::vector<double> all;
  std::string spaced(text);
  std::ranges::replace_if(spaced, [](char c) { return c == '(' || c == ')' || c == ','; }, ' ');
  std::istringstream words(spaced);
  for (std::string word; words >> word;) {
    double value = std::nan("");
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    all.push_back(error == std::errc() && end == word.data() + word.size() ? value : std::nan(""));
  }
  return all;
}

/// "key separator value" lines up to an empty line or up to and including `last_key`. NRRD ignores
/// the case of its keys, MetaImage does not.
struct TextHeader {
  std::map<std::string, std::string> fields;
  std::uint64_t data_offset = 0;

  std::string get(const std::string& key) const {
    const auto at = fields.find(key);
    return at == fields.end() ? std::string() : at->second;
  }
};

std::optional<TextHeader> read_text_header(const InputFile& input, char separator,
                                           std::string_view last_key) {
  const auto bytes = input.bytes(0, kLongestHeader);
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  TextHeader header;
  for (std::size_t at = 0; at < all.size();) {
    const auto end = all.find('\n', at);
    if (end == all.npos) {
      if (last_key.empty() || bytes.size() == kLongestHeader) return std::nullopt;
    }
    const auto line = trimmed(all.substr(at, end == all.npos ? all.npos : end - at));
    at = end == all.npos ? all.size() : end + 1;
    header.data_offset = at;
    if (line.empty()) {
      if (last_key.empty()) return header;
      continue;
    }
    const auto cut = line.find(separator);
    if (cut == line.npos || line.front() == '#') continue;
    const auto name = trimmed(line.substr(0, cut));
    const auto key = last_key.empty() ? lower(name) : std::string(name);
    header.fields[key] = trimmed(line.substr(cut + 1));
    if (key == last_key) return header;
  }
  return std::nullopt;
}

struct Named {
  std::string_view name;
  int depth;
};

template <std::size_t N>
int depth_of(std::string_view name, const std::array<Named, N>& table) {
  const auto at = std::ranges::find(table, name, &Named::name);
  return at == table.end() ? -1 : at->depth;
}

constexpr std::array kNrrdTypes{
    Named{"uchar", CV_8U},   Named{"unsigned char", CV_8U},   Named{"uint8", CV_8U},
    Named{"uint8_t", CV_8U}, Named{"signed char", CV_8S},     Named{"int8", CV_8S},
    Named{"int8_t", CV_8S},  Named{"short", CV_16S},          Named{"short int", CV_16S},
    Named{"int16", CV_16S},  Named{"int16_t", CV_16S},        Named{"ushort", CV_16U},
    Named{"uint16", CV_16U}, Named{"unsigned short", CV_16U}, Named{"uint16_t", CV_16U},
    Named{"int", CV_32S},    Named{"int32", CV_32S},          Named{"int32_t", CV_32S},
    Named{"float", CV_32F},  Named{"double", CV_64F}};

constexpr std::array kMetaTypes{Named{"MET_UCHAR", CV_8U},   Named{"MET_CHAR", CV_8S},
                                Named{"MET_USHORT", CV_16U}, Named{"MET_SHORT", CV_16S},
                                Named{"MET_INT", CV_32S},    Named{"MET_FLOAT", CV_32F},
                                Named{"MET_DOUBLE", CV_64F}};

/// Columns and rows out of the sizes of all axes; further axes must be 1.
Result<StoredLayout> layout_of(const std::vector<double>& sizes, int depth, double max_megapixels) {
  for (double size : sizes)
    if (!(size >= 1 && size <= 4294967295.0) || size != std::floor(size))
      return corrupt_header("the header's sizes are no sizes");
  if (sizes.size() < 2) return corrupt_header("the header gives fewer than two sizes");
  for (std::size_t i = 2; i < sizes.size(); ++i)
    if (sizes[i] != 1) return volume();
  if (depth < 0)
    return unsupported("samples of a type that calx does not read; save as 8- or 16-bit or float");
  if (auto fit =
          check_picture_size(std::uint64_t(sizes[0]), std::uint64_t(sizes[1]), max_megapixels);
      !fit)
    return tl::unexpected(fit.error());
  return StoredLayout{int(sizes[1]), int(sizes[0]), 1, depth};
}

/// Are `wanted` bytes of pixels there from `offset` on, packed or not?
Result<void> check_data(const InputFile& input, std::uint64_t offset, std::uint64_t wanted,
                        std::optional<DeflateWrapping> packed) {
  if (!packed)
    return offset <= input.size() && wanted <= input.size() - offset ? Result<void>{}
                                                                     : file_ends_early();
  const auto size = inflated_size(input, offset, wanted, *packed);
  if (!size) return tl::unexpected(size.error());
  return *size == wanted ? Result<void>{} : file_ends_early();
}

std::optional<Spacing> spacing_of(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  return Spacing{values[0], values[1]};
}

/// The lengths of the first two axes' direction vectors.
std::optional<Spacing> nrrd_spacing(const TextHeader& header, std::size_t dimensions) {
  if (const auto plain = spacing_of(numbers(header.get("spacings")))) return plain;
  const auto all = numbers(header.get("space directions"));
  if (all.empty() || all.size() % dimensions != 0) return std::nullopt;
  const std::size_t n = all.size() / dimensions;
  const auto length = [&](std::size_t axis) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += all[axis * n + i] * all[axis * n + i];
    return std::sqrt(sum);
  };
  return Spacing{length(0), length(1)};
}

} // namespace

Result<GatedPicture> gate_nrrd(const InputFile& input, double max_megapixels) {
  const auto header = read_text_header(input, ':', "");
  if (!header) return corrupt_header("the NRRD header does not end");
  for (const char* key : {"data file", "datafile"})
    if (!header->get(key).empty())
      return unsupported("an NRRD with its pixels in another file; save it as one file");
  for (const char* key : {"line skip", "lineskip", "byte skip", "byteskip"})
    if (!header->get(key).empty() && header->get(key) != "0")
      return unsupported("an NRRD that skips bytes; save it anew");
  const auto sizes = numbers(header->get("sizes"));
  const auto dimension = numbers(header->get("dimension"));
  if (dimension.size() != 1 || dimension[0] != double(sizes.size()))
    return corrupt_header("the NRRD header contradicts itself on its dimensions");
  const auto layout =
      layout_of(sizes, depth_of(lower(header->get("type")), kNrrdTypes), max_megapixels);
  if (!layout) return tl::unexpected(layout.error());
  const std::string encoding = lower(header->get("encoding"));
  const bool gzip = encoding == "gzip" || encoding == "gz";
  if (!gzip && encoding != "raw")
    return unsupported("an NRRD encoding that calx does not read; save it raw or gzip");
  if (auto data = check_data(input, header->data_offset, layout->bytes(),
                             gzip ? std::optional(DeflateWrapping::Gzip) : std::nullopt);
      !data)
    return tl::unexpected(data.error());
  return GatedPicture{*layout, nrrd_spacing(*header, sizes.size())};
}

Result<GatedPicture> gate_nifti(const std::filesystem::path& file, const InputFile& input,
                                double max_megapixels) {
  const auto first = input.bytes(0, 2);
  const bool gzip = first.size() == 2 && first[0] == 0x1f && first[1] == 0x8b;
  // The NIfTI library goes by the name.
  const std::string name = lower(file.filename().string());
  if (!name.ends_with(gzip ? ".nii.gz" : ".nii"))
    return unsupported(gzip ? "a compressed NIfTI whose name does not end in .nii.gz; rename it"
                            : "a NIfTI whose name does not end in .nii; rename it");
  const auto head = gzip ? inflate_head(input, 352) : input.bytes(0, 352);
  if (head.size() < 352) return file_ends_early();
  const bool big = load_big<std::uint32_t>(head.data()) == 348;
  if (!big && load_little<std::uint32_t>(head.data()) != 348)
    return corrupt_header("the NIfTI header has not its size");
  const auto i16 = [&](std::size_t at) {
    return static_cast<std::int16_t>(big ? load_big<std::uint16_t>(&head[at])
                                         : load_little<std::uint16_t>(&head[at]));
  };
  const auto f32 = [&](std::size_t at) {
    return double(std::bit_cast<float>(big ? load_big<std::uint32_t>(&head[at])
                                           : load_little<std::uint32_t>(&head[at])));
  };
  const int dimensions = i16(40);
  if (dimensions < 2 || dimensions > 7)
    return corrupt_header("the NIfTI header has no valid dimensions");
  std::vector<double> sizes;
  for (int i = 1; i <= dimensions; ++i) sizes.push_back(i16(40 + 2 * std::size_t(i)));
  constexpr std::array<std::pair<int, int>, 7> types{{{2, CV_8U},
                                                      {256, CV_8S},
                                                      {512, CV_16U},
                                                      {4, CV_16S},
                                                      {8, CV_32S},
                                                      {16, CV_32F},
                                                      {64, CV_64F}}};
  const auto type = std::ranges::find(types, int(i16(70)), &std::pair<int, int>::first);
  auto layout = layout_of(sizes, type == types.end() ? -1 : type->second, max_megapixels);
  if (!layout) return tl::unexpected(layout.error());
  const double offset = f32(108), slope = f32(112), intercept = f32(116);
  if (!(offset >= 352 && offset < 1e6))
    return corrupt_header("the NIfTI header points to no pixels");
  if (!std::isfinite(slope) || !std::isfinite(intercept))
    return corrupt_header("the NIfTI header scales by no number");
  const auto start = static_cast<std::uint64_t>(offset);
  const auto data = gzip ? check_data(input, 0, start + layout->bytes(), DeflateWrapping::Gzip)
                         : check_data(input, start, layout->bytes(), std::nullopt);
  if (!data) return tl::unexpected(data.error());
  // ITK scales while reading and then delivers floats.
  const bool scaled = slope != 0 && (slope != 1 || intercept != 0);
  if (scaled && layout->depth != CV_64F) layout->depth = CV_32F;
  GatedPicture picture{*layout, spacing_of({f32(80), f32(84)})};
  picture.warnings.push_back(
      "NIfTI does not say which way up a film is; the first pixel is taken for the upper left");
  return picture;
}

Result<GatedPicture> gate_meta_image(const std::filesystem::path& file, const InputFile& input,
                                     double max_megapixels) {
  const auto header = read_text_header(input, '=', "ElementDataFile");
  if (!header) return corrupt_header("the MetaImage header does not end");
  const auto sizes = numbers(header->get("DimSize"));
  const auto dimension = numbers(header->get("NDims"));
  if (dimension.size() != 1 || dimension[0] != double(sizes.size()))
    return corrupt_header("the MetaImage header contradicts itself on its dimensions");
  const std::string channels = header->get("ElementNumberOfChannels");
  if (!channels.empty() && channels != "1") return volume();
  const auto layout =
      layout_of(sizes, depth_of(header->get("ElementType"), kMetaTypes), max_megapixels);
  if (!layout) return tl::unexpected(layout.error());
  if (const auto skip = header->get("HeaderSize"); !skip.empty() && skip != "0")
    return unsupported("a MetaImage that skips bytes; save it anew");
  if (const auto binary = lower(header->get("BinaryData")); binary == "false")
    return unsupported("a MetaImage with its pixels as text; save it anew");
  const bool packed = lower(header->get("CompressedData")) == "true";
  const auto wrapping = packed ? std::optional(DeflateWrapping::Zlib) : std::nullopt;
  const std::string data_file = header->get("ElementDataFile");
  GatedPicture picture{*layout, spacing_of(numbers(header->get("ElementSpacing")))};
  const std::string order =
      header->get("BinaryDataByteOrderMSB") + header->get("ElementByteOrderMSB");
  picture.raw = {file, header->data_offset, packed, lower(order).find("true") != order.npos};
  if (data_file == "LOCAL") {
    if (auto data = check_data(input, header->data_offset, layout->bytes(), wrapping); !data)
      return tl::unexpected(data.error());
    return picture;
  }
  // A header may not lead the reader to any file but one that lies beside it.
  const std::filesystem::path beside(data_file);
  if (data_file.empty() || beside.filename() != beside || data_file == ".." || data_file == "." ||
      data_file == "LIST" || data_file.find('%') != data_file.npos)
    return unsupported("a MetaImage whose pixels are not in one file beside it; save it as .mha");
  picture.raw.file = file.parent_path() / beside;
  picture.raw.offset = 0;
  const auto pixels = InputFile::open(picture.raw.file);
  if (!pixels)
    return fail(ErrorCode::NoPixelData,
                "the file with the MetaImage's pixels cannot be read; keep both files together");
  if (auto data = check_data(*pixels, 0, layout->bytes(), wrapping); !data)
    return tl::unexpected(data.error());
  return picture;
}

Result<void> decode_raw(const RawPixels& raw, const StoredLayout& layout,
                        std::span<std::uint8_t> to) {
  const auto input = InputFile::open(raw.file);
  if (!input) return tl::unexpected(input.error());
  if (raw.packed) {
    const auto all = inflate_all(*input, raw.offset, to.size(), DeflateWrapping::Zlib);
    if (!all) return tl::unexpected(all.error());
    if (all->size() != to.size()) return file_ends_early();
    std::ranges::copy(*all, to.begin());
  } else if (!input->read_at(raw.offset, to)) {
    return file_ends_early();
  }
  const std::size_t width = CV_ELEM_SIZE1(layout.depth);
  if (raw.big && width > 1)
    for (std::size_t at = 0; at < to.size(); at += width)
      std::reverse(to.begin() + std::ptrdiff_t(at), to.begin() + std::ptrdiff_t(at + width));
  return {};
}

} // namespace calx::load

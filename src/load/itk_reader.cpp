#include "load/itk_reader.hpp"

#include <itkFloatingPointExceptions.h>
#include <itkImage.h>
#include <itkImageFileReader.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkVectorImage.h>
#include <mutex>
#include <optional>

namespace calx::load {
namespace {

itk::IOComponentEnum component_of(int depth) {
  switch (depth) {
  case CV_8U:
    return itk::IOComponentEnum::UCHAR;
  case CV_8S:
    return itk::IOComponentEnum::CHAR;
  case CV_16U:
    return itk::IOComponentEnum::USHORT;
  case CV_16S:
    return itk::IOComponentEnum::SHORT;
  case CV_32S:
    return itk::IOComponentEnum::INT;
  case CV_32F:
    return itk::IOComponentEnum::FLOAT;
  case CV_64F:
    return itk::IOComponentEnum::DOUBLE;
  default:
    return itk::IOComponentEnum::UNKNOWNCOMPONENTTYPE;
  }
}

/// Lets a PixelSource stand where ITK expects an ImageIO.
class SourceImageIO : public itk::ImageIOBase {
public:
  SourceImageIO(const SourceImageIO&) = delete;
  SourceImageIO& operator=(const SourceImageIO&) = delete;
  using Self = SourceImageIO;
  using Superclass = itk::ImageIOBase;
  using Pointer = itk::SmartPointer<Self>;
  itkNewMacro(Self) itkTypeMacro(SourceImageIO, ImageIOBase);

  void SetSource(const PixelSource* source) { source_ = source; }
  /// What went wrong in Read, which can only throw.
  const std::optional<Error>& GetFailure() const { return failure_; }

  bool CanReadFile(const char*) override { return source_ != nullptr; }
  bool CanWriteFile(const char*) override { return false; }
  void WriteImageInformation() override {}
  void Write(const void*) override {}

  void ReadImageInformation() override {
    const StoredLayout& layout = source_->layout;
    this->SetNumberOfDimensions(2);
    this->SetDimensions(0, static_cast<itk::SizeValueType>(layout.columns));
    this->SetDimensions(1, static_cast<itk::SizeValueType>(layout.rows));
    this->SetNumberOfComponents(static_cast<unsigned>(layout.components));
    this->SetPixelType(layout.components == 1 ? itk::IOPixelEnum::SCALAR
                                              : itk::IOPixelEnum::VECTOR);
    this->SetComponentType(component_of(layout.depth));
  }

  void Read(void* buffer) override {
    auto done =
        source_->read({static_cast<std::uint8_t*>(buffer), std::size_t(source_->layout.bytes())});
    if (done) return;
    failure_ = std::move(done).error();
    itkExceptionMacro("the pixels cannot be decoded");
  }

protected:
  SourceImageIO() = default;
  ~SourceImageIO() override = default;

private:
  const PixelSource* source_ = nullptr;
  std::optional<Error> failure_;
};

/// Takes over the buffer of a finished ITK image without copying it.
template <class ImageType>
StoredImage adopt(ImageType* image, const StoredLayout& layout) {
  const typename ImageType::Pointer keep = image;
  cv::Mat samples(layout.rows, layout.columns, CV_MAKETYPE(layout.depth, layout.components),
                  image->GetBufferPointer());
  return {samples, std::shared_ptr<void>(image, [keep](void*) {})};
}

template <class ImageType>
StoredImage read_as(const std::filesystem::path& file, itk::ImageIOBase* io,
                    const StoredLayout& layout) {
  auto reader = itk::ImageFileReader<ImageType>::New();
  reader->SetFileName(file.string());
  reader->SetImageIO(io);
  reader->Update();
  typename ImageType::Pointer image = reader->GetOutput();
  image->DisconnectPipeline();
  return adopt(image.GetPointer(), layout);
}

StoredImage read_typed(const std::filesystem::path& file, itk::ImageIOBase* io,
                       const StoredLayout& layout) {
  if (layout.components > 1) {
    if (layout.depth == CV_8U) return read_as<itk::VectorImage<std::uint8_t, 2>>(file, io, layout);
    if (layout.depth == CV_16U)
      return read_as<itk::VectorImage<std::uint16_t, 2>>(file, io, layout);
    throw std::invalid_argument("colour samples of this type");
  }
  switch (layout.depth) {
  case CV_8U:
    return read_as<itk::Image<std::uint8_t, 2>>(file, io, layout);
  case CV_8S:
    return read_as<itk::Image<std::int8_t, 2>>(file, io, layout);
  case CV_16U:
    return read_as<itk::Image<std::uint16_t, 2>>(file, io, layout);
  case CV_16S:
    return read_as<itk::Image<std::int16_t, 2>>(file, io, layout);
  case CV_32S:
    return read_as<itk::Image<std::int32_t, 2>>(file, io, layout);
  case CV_32F:
    return read_as<itk::Image<float, 2>>(file, io, layout);
  case CV_64F:
    return read_as<itk::Image<double, 2>>(file, io, layout);
  default:
    throw std::invalid_argument("samples of this type");
  }
}

itk::ImageIOBase::Pointer make_io(FileFormat format) {
  switch (format) {
  case FileFormat::Nrrd:
    return itk::NrrdImageIO::New().GetPointer();
  case FileFormat::Nifti:
    return itk::NiftiImageIO::New().GetPointer();
  default:
    break;
  }
  throw std::invalid_argument("a format with a source of its own");
}

bool matches(const itk::ImageIOBase& io, const StoredLayout& expected) {
  const auto one = [&](unsigned axis) {
    return axis >= io.GetNumberOfDimensions() || io.GetDimensions(axis) == 1;
  };
  return io.GetNumberOfDimensions() >= 2 && one(2) && one(3) && one(4) &&
         io.GetDimensions(0) == static_cast<itk::SizeValueType>(expected.columns) &&
         io.GetDimensions(1) == static_cast<itk::SizeValueType>(expected.rows) &&
         io.GetNumberOfComponents() == static_cast<unsigned>(expected.components) &&
         io.GetComponentType() == component_of(expected.depth);
}

/// Before any film is read: ITK makes each of its globals (factories, time stamp, thread pool,
/// flags) at its first use and takes no lock for it, so two films at once would make two of one and
/// lose the other. Reading one sample uses, and so makes, all that reading a film does but what the
/// NRRD reader asks of floating point.
void set_up_itk() {
  static std::once_flag once;
  std::call_once(once, [] {
    itk::Object::GlobalWarningDisplayOff();
    (void)itk::FloatingPointExceptions::HasFloatingPointExceptionsSupport();
    const PixelSource sample{{.rows = 1, .columns = 1},
                             [](std::span<std::uint8_t> into) -> Result<void> {
                               into[0] = 0;
                               return {};
                             }};
    auto io = SourceImageIO::New();
    io->SetSource(&sample);
    (void)read_typed("sample", io, sample.layout);
  });
}

/// Runs `read`, turning what ITK throws into errors.
template <class Read>
Result<StoredImage> guarded(Read&& read) {
  try {
    return read();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::TooLarge, "there is not enough memory for this image");
  } catch (const itk::MemoryAllocationError&) {
    return fail(ErrorCode::TooLarge, "there is not enough memory for this image");
  } catch (const std::exception&) {
    // ITK's own words name the file, which the caller adds as context.
    return fail(ErrorCode::CorruptPixels,
                "the pixel data cannot be decoded; fetch the file again or convert it");
  }
}

} // namespace

Result<StoredImage> read_source(const std::filesystem::path& file, const PixelSource& source) {
  set_up_itk();
  auto io = SourceImageIO::New();
  io->SetSource(&source);
  auto image = guarded([&] { return read_typed(file, io, source.layout); });
  if (!image && io->GetFailure()) return tl::unexpected(*io->GetFailure());
  return image;
}

Result<StoredImage> read_with_itk(const std::filesystem::path& file, FileFormat format,
                                  const StoredLayout& expected) {
  set_up_itk();
  // One at a time: the library behind NrrdImageIO gathers its messages of damage in a global list.
  static std::mutex one_reader;
  const std::scoped_lock lock(one_reader);
  bool as_expected = true;
  auto image = guarded([&] {
    const auto io = make_io(format);
    io->SetFileName(file.string());
    io->ReadImageInformation();
    as_expected = matches(*io, expected);
    if (!as_expected) throw std::runtime_error("another image than the header's");
    return read_typed(file, io, expected);
  });
  if (!as_expected)
    return fail(ErrorCode::CorruptHeader,
                "the header describes another image than its reader finds; convert the file");
  return image;
}

} // namespace calx::load

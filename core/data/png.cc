#include "core/data/png.h"

#include <fmt/core.h>
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "core/data/orientation.h"

namespace alexnet {
namespace {

constexpr size_t kSignatureBytes = 8;

uint32_t BigEndian(const std::byte* bytes) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 8 | std::to_integer<uint32_t>(bytes[i]);
  }
  return value;
}

// Whether the chunks before the picture data announce an animation of more than
// one frame.
bool IsAnimation(std::span<const std::byte> bytes) {
  size_t at = kSignatureBytes;
  while (bytes.size() - at >= 12) {
    const uint32_t length = BigEndian(bytes.data() + at);
    const std::string_view type(
        reinterpret_cast<const char*>(bytes.data() + at + 4), 4);
    if (type == "IDAT" || bytes.size() - at - 12 < length) return false;
    if (type == "acTL") {
      return length >= 4 && BigEndian(bytes.data() + at + 8) > 1;
    }
    at += size_t{length} + 12;
  }
  return false;
}

// Whether no chunk but those of the picture data, which libpng takes in pieces,
// claims more bytes than there are: it would allocate them.
bool ChunksFit(std::span<const std::byte> bytes) {
  size_t at = kSignatureBytes;
  while (bytes.size() - at >= 12) {
    const uint32_t length = BigEndian(bytes.data() + at);
    if (bytes.size() - at - 12 < length) {
      return std::memcmp(bytes.data() + at + 4, "IDAT", 4) == 0;
    }
    at += size_t{length} + 12;
  }
  return true;
}

// libpng reports errors by a function that may not return. Ours jumps back into
// the member function that called libpng; between setjmp and the jump there are
// only C frames and no object with a destructor.
class PngReader {
 public:
  explicit PngReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  ~PngReader() { png_destroy_read_struct(&png_, &png_info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  // Each returns false after an error; ErrorStatus says which.
  bool ReadHeader() {
    png_ = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, this, OnError,
                                    OnWarning, this, OnAllocate, nullptr);
    if (png_ == nullptr) return false;
    png_info_ = png_create_info_struct(png_);
    if (png_info_ == nullptr) return false;
    if (!ChunksFit(bytes_)) {
      std::strncpy(message_, "a part is longer than the file",
                   sizeof(message_) - 1);
      return false;
    }
    if (setjmp(jump_) != 0) return false;
    png_set_read_fn(png_, this, OnRead);
    // Our own limit is on the area.
    png_set_user_limits(png_, 0x7FFFFFFF, 0x7FFFFFFF);
    // Texts, profiles and palettes, which decompress to any size, are passed
    // over.
    static constexpr png_byte kPassedOver[] =
        "iCCP\0hIST\0iTXt\0pCAL\0sCAL\0sPLT\0tEXt\0tIME\0zTXt";
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, kPassedOver,
                                sizeof(kPassedOver) / 5);
    png_read_info(png_, png_info_);
    return true;
  }

  // Asks for 8-bit RGB, or RGBA where the picture is transparent.
  bool Start() {
    if (setjmp(jump_) != 0) return false;
    png_set_expand(png_);
    png_set_scale_16(png_);
    png_set_gray_to_rgb(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, png_info_);
    return true;
  }

  bool ReadRows(std::vector<png_bytep>* rows) {
    if (setjmp(jump_) != 0) return false;
    png_read_image(png_, rows->data());
    png_read_end(png_, nullptr);
    return true;
  }

  int channels() const { return png_get_channels(png_, png_info_); }

  PictureInfo Info() const {
    PictureInfo info;
    info.kind = PictureKind::kPng;
    info.size = {static_cast<int>(png_get_image_width(png_, png_info_)),
                 static_cast<int>(png_get_image_height(png_, png_info_))};
    info.bits = png_get_bit_depth(png_, png_info_);
    const int type = png_get_color_type(png_, png_info_);
    if (type == PNG_COLOR_TYPE_PALETTE) {
      info.color = PictureColor::kPalette;
    } else if ((type & PNG_COLOR_MASK_COLOR) == 0) {
      info.color = PictureColor::kGray;
    }
    info.alpha = (type & PNG_COLOR_MASK_ALPHA) != 0 ||
                 png_get_valid(png_, png_info_, PNG_INFO_tRNS) != 0;
    info.progressive =
        png_get_interlace_type(png_, png_info_) != PNG_INTERLACE_NONE;
    png_bytep exif = nullptr;
    png_uint_32 length = 0;
    if (png_get_eXIf_1(png_, png_info_, &length, &exif) != 0) {
      static constexpr char kPrefix[] = "Exif\0";  // and its final zero
      std::vector<uint8_t> block(kPrefix, kPrefix + 6);
      block.insert(block.end(), exif, exif + length);
      info.orientation = ExifOrientation(block);
    }
    return info;
  }

  Status ErrorStatus() const {
    if (png_ == nullptr || png_info_ == nullptr || out_of_memory_) {
      return OutOfMemoryError("no memory to decode the PNG");
    }
    return DataLossError(
        fmt::format("the PNG is cut or damaged ({}); replace or remove the "
                    "file",
                    message_));
  }

 private:
  static void OnError(png_structp png, png_const_charp message) {
    auto* reader = static_cast<PngReader*>(png_get_error_ptr(png));
    std::strncpy(reader->message_, message, sizeof(reader->message_) - 1);
    std::longjmp(reader->jump_, 1);
  }

  static void OnWarning(png_structp, png_const_charp) {}

  // For libpng a failed allocation is one damage of many.
  static png_voidp OnAllocate(png_structp png, png_alloc_size_t size) {
    void* data = std::malloc(size);
    if (data == nullptr) {
      static_cast<PngReader*>(png_get_mem_ptr(png))->out_of_memory_ = true;
    }
    return data;
  }

  static void OnRead(png_structp png, png_bytep to, size_t count) {
    auto* reader = static_cast<PngReader*>(png_get_io_ptr(png));
    if (reader->bytes_.size() - reader->at_ < count) {
      png_error(png, "the file ends too early");
    }
    std::memcpy(to, reader->bytes_.data() + reader->at_, count);
    reader->at_ += count;
  }

  const std::span<const std::byte> bytes_;
  size_t at_ = 0;
  png_structp png_ = nullptr;
  png_infop png_info_ = nullptr;
  bool out_of_memory_ = false;
  std::jmp_buf jump_;
  char message_[128] = {};
};

// One pixel's value over white.
uint8_t OnWhite(int value, int alpha) {
  return static_cast<uint8_t>((value * alpha + 255 * (255 - alpha) + 127) /
                              255);
}

void CompositeOnWhite(const std::vector<uint8_t>& rgba, Image* image) {
  const uint8_t* from = rgba.data();
  uint8_t* to = image->pixels.data();
  for (size_t i = 0; i < rgba.size(); i += 4, from += 4, to += 3) {
    for (int c = 0; c < 3; ++c) to[c] = OnWhite(from[c], from[3]);
  }
}

}  // namespace

Result<PictureInfo> PngInfo(std::span<const std::byte> bytes) {
  PngReader reader(bytes);
  if (!reader.ReadHeader()) return reader.ErrorStatus();
  return reader.Info();
}

Result<Image> DecodePng(std::span<const std::byte> bytes,
                        const DecodeOptions& options, PictureInfo* info) {
  if (IsAnimation(bytes)) {
    return UnsupportedError(
        "the PNG is an animation; save one of its frames as a PNG or JPEG");
  }
  PngReader reader(bytes);
  if (!reader.ReadHeader()) return reader.ErrorStatus();
  *info = reader.Info();
  const Size size = info->size;
  if (int64_t{size.width} * size.height > options.max_pixels) {
    return InvalidArgumentError(fmt::format(
        "the picture has {} x {} pixels, more than the limit of {}; make it "
        "smaller or raise the limit",
        size.width, size.height, options.max_pixels));
  }
  if (!reader.Start()) return reader.ErrorStatus();
  const bool alpha = reader.channels() == 4;
  ALEXNET_ASSIGN_OR_RETURN(Image image,
                           Image::Create(size.width, size.height, 3));
  std::vector<uint8_t> rgba;
  const size_t stride = static_cast<size_t>(size.width) * (alpha ? 4 : 3);
  if (alpha) rgba.resize(stride * static_cast<size_t>(size.height));
  uint8_t* first = alpha ? rgba.data() : image.pixels.data();
  std::vector<png_bytep> rows(size.height);
  for (int y = 0; y < size.height; ++y) rows[y] = first + stride * y;
  if (!reader.ReadRows(&rows)) return reader.ErrorStatus();
  if (alpha) CompositeOnWhite(rgba, &image);
  return image;
}

}  // namespace alexnet

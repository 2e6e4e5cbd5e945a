#include "core/data/jpeg.h"

#include <fmt/core.h>
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/data/orientation.h"

namespace alexnet {
namespace {

// More scans than any encoder makes: each costs time over the whole picture.
constexpr int kMaxScans = 500;

// libjpeg reports errors by a function that may not return. Ours jumps back
// into the member function that called libjpeg; between setjmp and the jump
// there are only C frames and no object with a destructor.
struct ErrorManager {
  jpeg_error_mgr base;  // first, so that libjpeg's pointer is ours
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
  int code;
  bool picture_data_wrong;  // a warning that pixels are not what they were
  bool ended_early;         // the bytes ended before the end marker
};

ErrorManager* ManagerOf(j_common_ptr common) {
  return reinterpret_cast<ErrorManager*>(common->err);
}

[[noreturn]] void OnError(j_common_ptr common) {
  ErrorManager* manager = ManagerOf(common);
  manager->code = common->err->msg_code;
  common->err->format_message(common, manager->message);
  std::longjmp(manager->jump, 1);
}

void OnMessage(j_common_ptr common, int level) {
  if (level >= 0) return;  // a trace
  ErrorManager* manager = ManagerOf(common);
  switch (common->err->msg_code) {
    case JWRN_JPEG_EOF:
      manager->ended_early = true;
      break;
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
      break;  // extra bytes, odd headers: the picture is all there
    default:  // bad codes, lost restarts, a marker where data should be
      if (!manager->picture_data_wrong) {
        common->err->format_message(common, manager->message);
      }
      manager->picture_data_wrong = true;
      break;
  }
}

void OnProgress(j_common_ptr common) {
  const auto* decompress = reinterpret_cast<j_decompress_ptr>(common);
  if (decompress->input_scan_number > kMaxScans) {
    ManagerOf(common)->code = 0;
    std::snprintf(ManagerOf(common)->message, JMSG_LENGTH_MAX,
                  "more than %d scans", kMaxScans);
    std::longjmp(ManagerOf(common)->jump, 1);
  }
}

void InstallErrors(ErrorManager* manager) {
  jpeg_std_error(&manager->base);
  manager->base.error_exit = OnError;
  manager->base.emit_message = OnMessage;
}

class JpegReader {
 public:
  JpegReader() { InstallErrors(&errors_); }
  ~JpegReader() {
    if (decompress_.mem != nullptr) jpeg_destroy_decompress(&decompress_);
  }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  // Each returns false after an error; ErrorStatus says which.
  bool ReadHeader(std::span<const std::byte> bytes) {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_decompress(&decompress_);
    progress_.progress_monitor = OnProgress;
    decompress_.progress = &progress_;
    jpeg_mem_src(&decompress_,
                 reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size());
    jpeg_save_markers(&decompress_, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&decompress_, TRUE);
    return true;
  }

  bool Start() {
    if (setjmp(errors_.jump) != 0) return false;
    decompress_.out_color_space = cmyk() ? JCS_CMYK : JCS_RGB;
    many_scans_ = jpeg_has_multiple_scans(&decompress_);
    jpeg_start_decompress(&decompress_);
    return true;
  }

  // `scratch` is one row of four channels, used for CMYK only.
  bool ReadRows(Image* image, std::vector<uint8_t>* scratch) {
    if (setjmp(errors_.jump) != 0) return false;
    while (decompress_.output_scanline < decompress_.output_height) {
      const int y = static_cast<int>(decompress_.output_scanline);
      JSAMPROW row = cmyk() ? scratch->data() : image->row(y);
      if (jpeg_read_scanlines(&decompress_, &row, 1) != 1) return false;
      if (cmyk()) FromCmyk(scratch->data(), image->width, image->row(y));
    }
    jpeg_finish_decompress(&decompress_);
    return true;
  }

  PictureInfo Info() const {
    PictureInfo info;
    info.kind = PictureKind::kJpeg;
    info.size = {static_cast<int>(decompress_.image_width),
                 static_cast<int>(decompress_.image_height)};
    info.progressive = decompress_.progressive_mode;
    if (cmyk()) info.color = PictureColor::kCmyk;
    if (decompress_.jpeg_color_space == JCS_GRAYSCALE) {
      info.color = PictureColor::kGray;
    }
    for (jpeg_saved_marker_ptr marker = decompress_.marker_list;
         marker != nullptr; marker = marker->next) {
      if (marker->data_length >= 6 &&
          std::memcmp(marker->data, "Exif\0\0", 6) == 0) {
        info.orientation = ExifOrientation({marker->data, marker->data_length});
        break;
      }
    }
    return info;
  }

  Size output_size() const {
    return {static_cast<int>(decompress_.output_width),
            static_cast<int>(decompress_.output_height)};
  }

  Status ErrorStatus() const {
    switch (errors_.code) {
      case JERR_BAD_PRECISION:
      case JERR_ARITH_NOTIMPL:
      case JERR_SOF_UNSUPPORTED:
      case JERR_CONVERSION_NOTIMPL:
        return UnsupportedError(fmt::format(
            "this kind of JPEG cannot be read ({}); save it as an ordinary "
            "JPEG or PNG",
            errors_.message));
      case JERR_OUT_OF_MEMORY:
        return OutOfMemoryError("no memory to decode the JPEG");
      default:
        return Damaged(errors_.message);
    }
  }

  // Not OK where decoding went through but pixels are missing.
  Status Complete() const {
    if (errors_.picture_data_wrong) return Damaged(errors_.message);
    // The end marker alone may be missing from one scan. Where there are more,
    // it is later scans that are.
    if (errors_.ended_early && many_scans_) {
      return Damaged("the file ends before its last scan");
    }
    return Status();
  }

 private:
  bool cmyk() const {
    return decompress_.jpeg_color_space == JCS_CMYK ||
           decompress_.jpeg_color_space == JCS_YCCK;
  }

  static Status Damaged(const char* what) {
    return DataLossError(
        fmt::format("the JPEG is cut or damaged ({}); replace or remove the "
                    "file",
                    what));
  }

  // Pillow's conversion. Adobe's files store the inks inverted.
  void FromCmyk(const uint8_t* from, int width, uint8_t* to) const {
    const uint8_t flip = decompress_.saw_Adobe_marker ? 255 : 0;
    for (int x = 0; x < width; ++x) {
      const int key = 255 - (from[3] ^ flip);
      for (int c = 0; c < 3; ++c) {
        const int product = (from[c] ^ flip) * key + 128;
        to[c] = static_cast<uint8_t>(
            std::clamp(key - ((product + (product >> 8)) >> 8), 0, 255));
      }
      from += 4;
      to += 3;
    }
  }

  ErrorManager errors_{};
  jpeg_decompress_struct decompress_ = MakeDecompress();
  jpeg_progress_mgr progress_{};
  bool many_scans_ = false;

  jpeg_decompress_struct MakeDecompress() {
    jpeg_decompress_struct decompress{};
    decompress.err = &errors_.base;
    return decompress;
  }
};

class JpegWriter {
 public:
  JpegWriter() {
    InstallErrors(&errors_);
    compress_.err = &errors_.base;
  }
  ~JpegWriter() {
    if (compress_.mem != nullptr) jpeg_destroy_compress(&compress_);
    std::free(buffer_);
  }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  bool Encode(const Image& image, int quality) {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_compress(&compress_);
    jpeg_mem_dest(&compress_, &buffer_, &size_);
    compress_.image_width = static_cast<JDIMENSION>(image.width);
    compress_.image_height = static_cast<JDIMENSION>(image.height);
    compress_.input_components = image.channels;
    compress_.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&compress_);
    jpeg_set_quality(&compress_, quality, TRUE);
    jpeg_start_compress(&compress_, TRUE);
    while (compress_.next_scanline < compress_.image_height) {
      JSAMPROW row = const_cast<JSAMPROW>(
          image.row(static_cast<int>(compress_.next_scanline)));
      jpeg_write_scanlines(&compress_, &row, 1);
    }
    jpeg_finish_compress(&compress_);
    return true;
  }

  std::span<const std::byte> bytes() const {
    return {reinterpret_cast<const std::byte*>(buffer_), size_};
  }
  Status ErrorStatus() const {
    if (errors_.code == JERR_OUT_OF_MEMORY) {
      return OutOfMemoryError("no memory to encode the JPEG");
    }
    return InternalError(
        fmt::format("the JPEG encoder failed: {}", errors_.message));
  }

 private:
  ErrorManager errors_{};
  jpeg_compress_struct compress_{};
  unsigned char* buffer_ = nullptr;  // malloc's, grown by libjpeg
  unsigned long size_ = 0;           // NOLINT: libjpeg's type
};

Status CheckPixels(Size size, int64_t max_pixels) {
  const int64_t pixels = int64_t{size.width} * size.height;
  if (pixels <= max_pixels) return Status();
  return InvalidArgumentError(
      fmt::format("the picture has {} x {} pixels, more than the limit of {}; "
                  "make it smaller or raise the limit",
                  size.width, size.height, max_pixels));
}

}  // namespace

Result<PictureInfo> JpegInfo(std::span<const std::byte> bytes) {
  JpegReader reader;
  if (!reader.ReadHeader(bytes)) return reader.ErrorStatus();
  return reader.Info();
}

Result<Image> DecodeJpeg(std::span<const std::byte> bytes,
                         const DecodeOptions& options, PictureInfo* info) {
  JpegReader reader;
  if (!reader.ReadHeader(bytes)) return reader.ErrorStatus();
  *info = reader.Info();
  ALEXNET_RETURN_IF_ERROR(CheckPixels(info->size, options.max_pixels));
  if (!reader.Start()) return reader.ErrorStatus();
  const Size size = reader.output_size();
  ALEXNET_ASSIGN_OR_RETURN(Image image,
                           Image::Create(size.width, size.height, 3));
  std::vector<uint8_t> scratch(static_cast<size_t>(size.width) * 4);
  if (!reader.ReadRows(&image, &scratch)) return reader.ErrorStatus();
  ALEXNET_RETURN_IF_ERROR(reader.Complete());
  return image;
}

Result<std::vector<std::byte>> EncodeJpeg(const Image& image, int quality) {
  constexpr int kMaxSide = 65500;
  if (quality < 1 || quality > 100) {
    return InvalidArgumentError(
        fmt::format("JPEG quality is {}; it must be from 1 to 100", quality));
  }
  if (image.width < 1 || image.height < 1 || image.width > kMaxSide ||
      image.height > kMaxSide || (image.channels != 1 && image.channels != 3) ||
      image.pixels.size() !=
          image.stride() * static_cast<size_t>(image.height)) {
    return InvalidArgumentError(
        fmt::format("a picture of {} x {} pixels and {} channels cannot be "
                    "written as a JPEG; sides must be from 1 to {}",
                    image.width, image.height, image.channels, kMaxSide));
  }
  JpegWriter writer;
  if (!writer.Encode(image, quality)) return writer.ErrorStatus();
  return std::vector<std::byte>(writer.bytes().begin(), writer.bytes().end());
}

}  // namespace alexnet

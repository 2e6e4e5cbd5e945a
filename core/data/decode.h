// Decoding JPEG and PNG pictures to 8-bit RGB, and encoding them.
//
// The kind of file is told by its first bytes, never by its name. JPEG: grey,
// YCbCr, CMYK and YCCK (Adobe's inverted form too), baseline and progressive.
// PNG: every colour type and depth, interlaced; 16-bit samples are rounded to 8
// and transparency is composited on white. EXIF orientation is applied to both.
// Colour profiles and gamma are not, as in Pillow and OpenCV.
//
// Damaged pictures are errors, never partly grey: a JPEG warning counts as
// damage only if picture data is missing or wrong, not for extra bytes. All
// functions are thread safe, and bytes of any content neither crash nor
// allocate more than the pixel limit allows.

#ifndef ALEXNET_CORE_DATA_DECODE_H_
#define ALEXNET_CORE_DATA_DECODE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/picture_kind.h"
#include "core/preprocess/image.h"

namespace alexnet {

enum class PictureColor : int8_t {
  kRgb = 0,
  kGray = 1,
  kCmyk = 2,     // CMYK or YCCK JPEG
  kPalette = 3,  // PNG
};

// What the file's header says, before anything is decoded.
struct PictureInfo {
  PictureKind kind = PictureKind::kUnknown;
  PictureColor color = PictureColor::kRgb;
  Size size;                 // as stored, before the orientation is applied
  int bits = 8;              // per sample
  bool alpha = false;        // or a transparent colour
  bool progressive = false;  // or interlaced
  int orientation = 1;       // EXIF, 1..8
};

// BEGIN options: core.constant lint_options option=max_pixels name=kDefaultMaxPixels
inline constexpr int64_t kDefaultMaxPixels = 100'000'000;
// END options

// Refuses a limit that nothing would pass.
Status CheckMaxPixels(int64_t max_pixels);

struct DecodeOptions {
  int64_t max_pixels = kDefaultMaxPixels;
};

// `name` is used in errors, which say what is wrong with the file and what to
// do: kDataLoss for damage, kUnsupported for other kinds of file and for
// animations, kInvalidArgument beyond the pixel limit.
Result<PictureInfo> ReadPictureInfo(std::span<const std::byte> bytes,
                                    const std::string& name);

// An RGB picture (3 channels), upright.
Result<Image> DecodeImage(std::span<const std::byte> bytes,
                          const std::string& name,
                          const DecodeOptions& options = {});

// The picture in a file.
Result<Image> LoadImage(const std::string& path,
                        const DecodeOptions& options = {});

// Baseline 4:2:0 JPEG (grey for one channel), quality 1..100; the same picture
// always gives the same bytes.
Result<std::vector<std::byte>> EncodeJpeg(const Image& image, int quality);
// Grey for one channel, RGB for three.
Result<std::vector<std::byte>> EncodePng(const Image& image);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_DECODE_H_

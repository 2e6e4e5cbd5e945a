#include "core/data/picture_kind.h"

namespace alexnet {
namespace {

using std::string_view_literals::operator""sv;

bool Holds(std::span<const std::byte> bytes, size_t at, std::string_view text) {
  return bytes.size() >= at + text.size() &&
         std::string_view(reinterpret_cast<const char*>(bytes.data() + at),
                          text.size()) == text;
}

struct Mark {
  size_t at;
  std::string_view text;
  ForeignKind kind;
};

constexpr ForeignKind kHeif = {"HEIF", "a HEIF picture"};
constexpr ForeignKind kTiff = {"TIFF", "a TIFF picture"};

constexpr Mark kMarks[] = {
    {0, "GIF8", {"GIF", "a GIF"}},
    {0, "P5\n", {"PGM", "a PGM picture"}},
    {0, "P6\n", {"PPM", "a PPM picture"}},
    {0, "II*\0"sv, kTiff},
    {0, "MM\0*"sv, kTiff},
    {4, "ftypavif", {"AVIF", "an AVIF picture"}},
    {4, "ftyphei", kHeif},
    {4, "ftypmif1", kHeif},
    {4, "jP  \r\n", {"JPEG 2000", "a JPEG 2000 picture"}},
    {4, "JXL \r\n", {"JPEG XL", "a JPEG XL picture"}},
    {4, "ftyp", {"video", "a video", false}},
    {0, "%PDF", {"PDF", "a PDF document", false}},
    {0, "<", {"SVG", "an SVG picture or a web page", false}},
};
constexpr ForeignKind kBmp = {"BMP", "a BMP picture"};
constexpr ForeignKind kWebp = {"WebP", "a WebP picture"};

}  // namespace

PictureKind KindOf(std::span<const std::byte> bytes) {
  if (Holds(bytes, 0, "\xFF\xD8\xFF")) return PictureKind::kJpeg;
  if (Holds(bytes, 0, "\x89PNG\r\n\x1A\n")) return PictureKind::kPng;
  return PictureKind::kUnknown;
}

const ForeignKind* ForeignKindOf(std::span<const std::byte> bytes) {
  if (KindOf(bytes) != PictureKind::kUnknown) return nullptr;
  // A length stands between the two marks of these; "BM" alone may begin a
  // text, and "RIFF" a sound.
  if (Holds(bytes, 0, "BM") && Holds(bytes, 6, "\0\0\0\0"sv)) return &kBmp;
  if (Holds(bytes, 0, "RIFF") && Holds(bytes, 8, "WEBP")) return &kWebp;
  for (const Mark& mark : kMarks) {
    if (Holds(bytes, mark.at, mark.text)) return &mark.kind;
  }
  return nullptr;
}

}  // namespace alexnet

#include "core/model/foreign.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace alexnet {
namespace {

using namespace std::string_view_literals;

struct Signature {
  size_t offset;
  std::string_view bytes;
  std::string_view kind;
};

constexpr Signature kSignatures[] = {
    {0, "\xFF\xD8\xFF"sv, "a JPEG picture"},
    {0, "\x89PNG\r\n\x1A\n"sv, "a PNG picture"},
    {0, "GIF8"sv, "a GIF picture"},
    {8, "WEBP"sv, "a WebP picture"},
    {0, "PK\x03\x04"sv,
     "a zip archive, as PyTorch's .pth and NumPy's .npz files are"},
    {0, "\x80\x02\x8A\x0A"sv, "an old PyTorch .pth file (a pickle)"},
    {0, "\x80\x02"sv, "a Python pickle"},
    {0, "\x80\x03"sv, "a Python pickle"},
    {0, "\x80\x04"sv, "a Python pickle"},
    {0, "\x93NUMPY"sv, "a NumPy array"},
    {0, "\x89HDF\r\n\x1A\n"sv, "an HDF5 file, as Keras and Caffe write"},
    {0, "\x1F\x8B"sv, "a gzip archive"},
    {0, "BZh"sv, "a bzip2 archive"},
    {0,
     "\xFD"
     "7zXZ\0"sv,
     "an xz archive"},
    {0, "\x28\xB5\x2F\xFD"sv, "a zstd archive"},
    {0, "GGUF"sv, "a GGUF model"},
    {4, "TFL3"sv, "a TensorFlow Lite model"},
    {4, "ORTM"sv, "an ONNX Runtime model"},
    {257, "ustar"sv, "a tar archive"},
    {0, "MATLAB 5.0 MAT-file"sv, "a MATLAB file"},
    {0,
     "\x7F"
     "ELF"sv,
     "a program or library"},
    {0, "%PDF"sv, "a PDF document"},
};

// A safetensors file starts with the size of a JSON object and the object.
bool IsSafetensors(std::string_view head, size_t size) {
  if (head.size() < 10 || head[8] != '{') return false;
  uint64_t json_bytes = 0;
  for (int i = 7; i >= 0; --i) {
    json_bytes = json_bytes << 8 | static_cast<uint8_t>(head[i]);
  }
  return json_bytes <= size - 8;
}

// ONNX: field 1 is a small integer, the format version, followed by a field of
// text. Caffe: field 1 is the network's name, then layers (field 2, or 100,
// whose tag is A2 06).
bool IsOnnx(std::string_view head) {
  return head.size() > 4 && head[0] == '\x08' && head[1] > 0 && head[1] < 32 &&
         (head[2] == '\x12' || head[2] == '\x3A');
}

bool IsCaffe(std::string_view head) {
  if (head.size() < 8 || head[0] != '\x0A') return false;
  const size_t after = 2 + static_cast<uint8_t>(head[1]);
  return after + 1 < head.size() &&
         (head[after] == '\x12' || head.substr(after, 2) == "\xA2\x06"sv ||
          head[after] == '\x1A');
}

bool IsText(std::string_view head) {
  return std::all_of(head.begin(), head.end(), [](char c) {
    return c == '\n' || c == '\r' || c == '\t' ||
           (static_cast<uint8_t>(c) >= 0x20 && c != '\x7F');
  });
}

bool IsZero(std::string_view head) {
  return std::all_of(head.begin(), head.end(), [](char c) { return c == 0; });
}

}  // namespace

std::string GuessFileKind(std::span<const std::byte> bytes) {
  if (bytes.empty()) return "an empty file";
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()),
                              std::min<size_t>(bytes.size(), 512));
  for (const Signature& signature : kSignatures) {
    if (head.size() >= signature.offset &&
        head.substr(signature.offset, signature.bytes.size()) ==
            signature.bytes) {
      return std::string(signature.kind);
    }
  }
  if (IsSafetensors(head, bytes.size())) return "a safetensors file";
  if (IsOnnx(head)) return "an ONNX model";
  if (IsCaffe(head)) return "a Caffe .caffemodel or .binaryproto file";
  if (IsZero(head)) return "a file of zeros, perhaps a download that failed";
  if (IsText(head)) return "text";
  return "no file of a kind that is known here";
}

Status NotAModelError(std::span<const std::byte> bytes) {
  return InvalidArgumentError(
      "this is no .alexnet model: it looks like " + GuessFileKind(bytes) +
      "; give a file that a training run wrote, or convert the weights to one "
      "first");
}

}  // namespace alexnet

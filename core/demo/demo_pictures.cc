#include "core/demo/demo_pictures.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <numbers>
#include <unordered_set>
#include <vector>

#include "core/base/check.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/philox.h"
#include "core/data/decode.h"

namespace alexnet {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;

enum Class : int {
  kCheckerboard = 0,
  kCircle,
  kCross,
  kDots,
  kHorizontalStripes,
  kRing,
  kSquare,
  kStar,
  kTriangle,
  kVerticalStripes,
};

constexpr std::array<std::string_view, 10> kClasses = {
    "checkerboard", "circle", "cross", "dots",     "horizontal_stripes",
    "ring",         "square", "star",  "triangle", "vertical_stripes"};

using Color = std::array<float, 3>;

// All that is random in a picture but its noise. Lengths are fractions of the
// picture's side.
struct Scene {
  float x = 0.5f;  // centre of the shape, phase of the texture
  float y = 0.5f;
  float size = 0.3f;  // radius of the shape, period of the texture
  float angle = 0.0f;
  float detail = 0.0f;  // uniform: thickness of rings, arms, dots
  Color front{};
  Color back{};
  Color slope_x{};  // of the background's brightness
  Color slope_y{};
  float noise = 0.0f;  // standard deviation, levels
};

float Between(PhiloxStream& stream, float low, float high) {
  return low + (high - low) * stream.Uniform();
}

Color RandomColor(PhiloxStream& stream) {
  Color color;
  for (float& channel : color) channel = Between(stream, 20.0f, 235.0f);
  return color;
}

float Distance(const Color& a, const Color& b) {
  float sum = 0.0f;
  for (int c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
  return std::sqrt(sum);
}

bool IsTexture(int class_index) {
  return class_index == kCheckerboard || class_index == kDots ||
         class_index == kHorizontalStripes || class_index == kVerticalStripes;
}

Scene DrawScene(int class_index, PhiloxStream& stream) {
  Scene scene;
  if (IsTexture(class_index)) {
    scene.x = stream.Uniform();
    scene.y = stream.Uniform();
    scene.size = Between(stream, 0.2f, 0.36f);
    // Stripes that turn too far would change their name.
    const bool stripes =
        class_index == kHorizontalStripes || class_index == kVerticalStripes;
    const float most = stripes ? 0.2f : kPi;
    scene.angle = Between(stream, -most, most);
  } else {
    scene.size = Between(stream, 0.26f, 0.44f);
    scene.x = Between(stream, scene.size, 1.0f - scene.size);
    scene.y = Between(stream, scene.size, 1.0f - scene.size);
    scene.angle = Between(stream, -kPi, kPi);
  }
  scene.detail = stream.Uniform();
  scene.back = RandomColor(stream);
  do {
    scene.front = RandomColor(stream);
  } while (Distance(scene.front, scene.back) < 90.0f);
  for (int c = 0; c < 3; ++c) {
    scene.slope_x[c] = Between(stream, -40.0f, 40.0f);
    scene.slope_y[c] = Between(stream, -40.0f, 40.0f);
  }
  scene.noise = Between(stream, 3.0f, 16.0f);
  return scene;
}

// Whether (x, y), relative to the shape's centre and in units of its radius,
// turned upright, belongs to it.
bool InShape(int class_index, float x, float y, float detail) {
  const float radius = std::hypot(x, y);
  switch (class_index) {
    case kCircle:
      return radius <= 0.95f;
    case kRing:
      return radius <= 1.0f && radius >= 0.5f + 0.2f * detail;
    case kSquare:
      return std::max(std::abs(x), std::abs(y)) <= 0.72f;
    case kCross: {
      const float arm = 0.2f + 0.12f * detail;
      return std::max(std::abs(x), std::abs(y)) <= 0.95f &&
             std::min(std::abs(x), std::abs(y)) <= arm;
    }
    case kTriangle:
      // Inside the three sides, each at distance 1/2 from the centre.
      for (int side = 0; side < 3; ++side) {
        const float normal = kPi / 2 + 2.0f * kPi * side / 3.0f;
        if (x * std::cos(normal) + y * std::sin(normal) > 0.5f) return false;
      }
      return true;
    case kStar: {
      // Five points: the boundary is straight between radius 1 at a point and
      // `inner` half a fifth of the way round.
      const float fifth = 2.0f * kPi / 5.0f;
      const float turn = std::atan2(y, x) + 2.0f * kPi;
      const float from_point =
          std::abs(turn - fifth * std::round(turn / fifth));
      const float inner = 0.36f + 0.08f * detail;
      const float half = fifth / 2.0f;
      // Line through (1, 0) and inner * (cos half, sin half), polar form.
      const float dx = inner * std::cos(half) - 1.0f;
      const float dy = inner * std::sin(half);
      const float edge =
          dy / (dy * std::cos(from_point) - dx * std::sin(from_point));
      return radius <= edge;
    }
    default:
      return false;
  }
}

// The same for textures; (x, y) in units of the period.
bool InTexture(int class_index, float x, float y, float detail) {
  const float u = x - std::floor(x);
  const float v = y - std::floor(y);
  switch (class_index) {
    case kHorizontalStripes:
      return v < 0.4f + 0.2f * detail;
    case kVerticalStripes:
      return u < 0.4f + 0.2f * detail;
    case kCheckerboard:
      return (u < 0.5f) != (v < 0.5f);
    case kDots:
      return std::hypot(u - 0.5f, v - 0.5f) < 0.25f + 0.1f * detail;
    default:
      return false;
  }
}

bool InFront(int class_index, const Scene& scene, float x, float y) {
  const float dx = (x - scene.x) / scene.size;
  const float dy = (y - scene.y) / scene.size;
  const float c = std::cos(scene.angle);
  const float s = std::sin(scene.angle);
  const float u = c * dx + s * dy;
  const float v = c * dy - s * dx;
  return IsTexture(class_index) ? InTexture(class_index, u, v, scene.detail)
                                : InShape(class_index, u, v, scene.detail);
}

// Thousands of small files that can be drawn again: no fsync for each.
Status WritePicture(const std::string& path,
                    const std::vector<std::byte>& bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return ErrnoError("cannot create", errno).WithFile(path);
  const bool written =
      std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const int error = errno;
  if (std::fclose(file) != 0 || !written) {
    return ErrnoError("cannot write", written ? errno : error).WithFile(path);
  }
  return Status();
}

}  // namespace

std::span<const std::string_view> DemoClasses() { return kClasses; }

Result<Image> DrawDemoPicture(int class_index, uint32_t number, int size,
                              uint64_t seed) {
  if (class_index < 0 || class_index >= static_cast<int>(kClasses.size()) ||
      size < 16 || size > 4096) {
    return InvalidArgumentError(
        fmt::format("there is no class {} of size {}: classes are 0 to 9, "
                    "sizes 16 to 4096",
                    class_index, size));
  }
  PhiloxStream stream(seed, RandomPurpose::kDemo,
                      static_cast<uint32_t>(class_index), number);
  const Scene scene = DrawScene(class_index, stream);
  ALEXNET_ASSIGN_OR_RETURN(Image image, Image::Create(size, size, 3));
  // Three by three points in each pixel soften the edges.
  constexpr int kPoints = 3;
  for (int py = 0; py < size; ++py) {
    uint8_t* pixel = image.row(py);
    for (int px = 0; px < size; ++px) {
      int hits = 0;
      for (int i = 0; i < kPoints * kPoints; ++i) {
        const float x = (px + (i % kPoints + 0.5f) / kPoints) / size;
        const float y = (py + (i / kPoints + 0.5f) / kPoints) / size;
        hits += InFront(class_index, scene, x, y);
      }
      const float share = static_cast<float>(hits) / (kPoints * kPoints);
      for (int c = 0; c < 3; ++c) {
        const float back = scene.back[c] +
                           scene.slope_x[c] * (1.0f * px / size - 0.5f) +
                           scene.slope_y[c] * (1.0f * py / size - 0.5f);
        const float level = share * scene.front[c] + (1.0f - share) * back +
                            scene.noise * stream.Normal();
        *pixel++ =
            static_cast<uint8_t>(std::lround(std::clamp(level, 0.0f, 255.0f)));
      }
    }
  }
  return image;
}

namespace {

// Whether something lies there already that is no empty folder.
Result<bool> IsUsed(const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const PathKind kind, FindPathKind(path));
  if (kind != PathKind::kFolder) return kind != PathKind::kNothing;
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<FolderEntry> entries,
                           ReadFolder(path));
  return !entries.empty();
}

}  // namespace

Status WriteDemoPictures(const std::string& folder,
                         const DemoPictureOptions& options,
                         const Interrupt& interrupt) {
  constexpr int kMost = 1'000'000;
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("train_per_class", options.train_per_class, 1, kMost));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("held_out_per_class", options.held_out_per_class, 1, kMost));
  ALEXNET_ASSIGN_OR_RETURN(const bool used, IsUsed(folder));
  if (used) {
    return FailedPreconditionError(
               "the folder is there and not empty; name a new one")
        .WithFile(folder);
  }
  std::unordered_set<uint64_t> seen;
  uint32_t number = 0;
  for (int c = 0; c < static_cast<int>(kClasses.size()); ++c) {
    for (const bool train : {true, false}) {
      const std::string into =
          fmt::format("{}/{}/{}", folder, train ? "train" : "val", kClasses[c]);
      ALEXNET_RETURN_IF_ERROR(MakeFolders(into));
      const int count =
          train ? options.train_per_class : options.held_out_per_class;
      for (int i = 0; i < count; ++i) {
        ALEXNET_RETURN_IF_ERROR(interrupt.Check());
        std::vector<std::byte> jpeg;
        do {
          ALEXNET_ASSIGN_OR_RETURN(
              const Image image,
              DrawDemoPicture(c, number++, options.size, options.seed));
          ALEXNET_ASSIGN_OR_RETURN(jpeg, EncodeJpeg(image, options.quality));
        } while (!seen.insert(Hash64(jpeg)).second);
        ALEXNET_RETURN_IF_ERROR(
            WritePicture(fmt::format("{}/{:04}.jpg", into, i), jpeg));
      }
    }
  }
  return Status();
}

}  // namespace alexnet

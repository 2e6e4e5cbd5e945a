// Precision: what a GPU computes in.

#ifndef ALEXNET_CORE_BACKEND_PRECISION_H_
#define ALEXNET_CORE_BACKEND_PRECISION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace alexnet {

// Sums are float32 in each, and so are the loss, softmax, and in training the
// parameters and momenta that are kept.
enum class Precision : int8_t {
  kF32 = 0,   // float32 throughout
  kTf32 = 1,  // float32, products of 10-bit mantissas on tensor cores
  kBf16 = 2,  // blobs, and the weights that kernels read, in bfloat16
};

inline constexpr std::array<const char*, 3> kPrecisionNames = {"f32", "tf32",
                                                               "bf16"};

inline const char* PrecisionName(Precision precision) {
  return kPrecisionNames[static_cast<size_t>(precision)];
}
inline std::optional<Precision> PrecisionOf(std::string_view name) {
  for (size_t i = 0; i < kPrecisionNames.size(); ++i) {
    if (name == kPrecisionNames[i]) return static_cast<Precision>(i);
  }
  return std::nullopt;
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_PRECISION_H_

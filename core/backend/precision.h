// Precision: what a GPU computes in.

#ifndef ALEXNET_CORE_BACKEND_PRECISION_H_
#define ALEXNET_CORE_BACKEND_PRECISION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/enum_name.h"

namespace alexnet {

// BEGIN options: core.enum Precision
// What a GPU computes in. Sums, the loss, softmax, and the parameters and
// momenta of a training run are float32 in each. The CPU knows F32 alone.
// Unless algorithms are tuned, the same work gives the same bits run after run
// on one kind of GPU with the same libraries.
enum class Precision : int8_t {
  // float32 throughout.
  kF32 = 0,
  // float32 whose products have mantissas of 10 bits.
  kTf32 = 1,
  // Blobs and working weights in bfloat16.
  kBf16 = 2,
};
// END options
// BEGIN options: core.names Precision
inline constexpr std::array kPrecisionNames = {"f32", "tf32", "bf16"};
// END options

inline const char* PrecisionName(Precision precision) {
  return NameOf(kPrecisionNames, precision);
}
inline std::optional<Precision> PrecisionOf(std::string_view name) {
  return ValueOf<Precision>(kPrecisionNames, name);
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_PRECISION_H_

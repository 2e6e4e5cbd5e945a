#include "core/backend/cpu/products.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/backend/cpu/instruction_set.h"

namespace alexnet::cpu {
namespace {

namespace baseline {
constexpr int kLanes = 4;
#include "core/backend/cpu/products.inc"
}  // namespace baseline

ALEXNET_BEGIN_AVX2
namespace avx2 {
constexpr int kLanes = 8;
#include "core/backend/cpu/products.inc"
}  // namespace avx2
ALEXNET_END_INSTRUCTION_SET

ALEXNET_BEGIN_AVX512
namespace avx512 {
constexpr int kLanes = 16;
#include "core/backend/cpu/products.inc"
}  // namespace avx512
ALEXNET_END_INSTRUCTION_SET

}  // namespace

void AddProduct(const Product& product) {
  static const auto add = OfUsedInstructionSet(
      baseline::AddProduct, avx2::AddProduct, avx512::AddProduct);
  add(product);
}

}  // namespace alexnet::cpu

#include "core/backend/cpu/products.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/backend/cpu/instruction_set.h"

namespace alexnet::cpu {
namespace {

#define ALEXNET_INLINE __attribute__((always_inline)) inline

// Sums fill the registers but for what is multiplied.
namespace baseline {
constexpr int kLanes = 4;
constexpr int kMostRows = 6;
constexpr int kColumnVectors = 2;
#include "core/backend/cpu/products.inc"
}  // namespace baseline

#pragma GCC push_options
#pragma GCC target("arch=haswell")
namespace avx2 {
constexpr int kLanes = 8;
constexpr int kMostRows = 6;
constexpr int kColumnVectors = 2;
#include "core/backend/cpu/products.inc"
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("arch=skylake-avx512")
namespace avx512 {
constexpr int kLanes = 16;
constexpr int kMostRows = 14;
constexpr int kColumnVectors = 2;
#include "core/backend/cpu/products.inc"
}  // namespace avx512
#pragma GCC pop_options

}  // namespace

void AddProduct(const Product& product) {
  static const auto add = OfUsedInstructionSet(
      baseline::AddProduct, avx2::AddProduct, avx512::AddProduct);
  add(product);
}

}  // namespace alexnet::cpu

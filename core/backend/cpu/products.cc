#include "core/backend/cpu/products.h"

#include <algorithm>
#include <cstring>

#include "core/backend/cpu/simd.h"

namespace alexnet::cpu {
namespace {

// Tiles of c that stay in registers: with 16 of 32 bytes there is room for
// twelve sums, a row of b and one broadcast element of a.
constexpr int64_t kLanes = 16;
constexpr int64_t kRows = 6;

typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

__attribute__((always_inline)) inline Lanes Load(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}

// Columns [column, column + kLanes) of `rows` rows from `row` on.
template <int64_t rows>
__attribute__((always_inline)) inline void AddTile(const Product& p,
                                                   int64_t row,
                                                   int64_t column) {
  const float* a = p.a + row * p.a_row;
  const float* b = p.b + column;
  float* c = p.c + row * p.c_row + column;
  Lanes sums[rows];
#pragma GCC unroll 6
  for (int64_t r = 0; r < rows; ++r) sums[r] = Load(c + r * p.c_row);
  for (int64_t k = 0; k < p.depth; ++k) {
    const Lanes values = Load(b);
#pragma GCC unroll 6
    for (int64_t r = 0; r < rows; ++r) sums[r] += a[r * p.a_row] * values;
    a += p.a_depth;
    b += p.b_row;
  }
#pragma GCC unroll 6
  for (int64_t r = 0; r < rows; ++r) {
    std::memcpy(c + r * p.c_row, &sums[r], sizeof(Lanes));
  }
}

__attribute__((always_inline)) inline void AddColumns(const Product& p,
                                                      int64_t column) {
  int64_t row = 0;
  for (; row + kRows <= p.rows; row += kRows) AddTile<kRows>(p, row, column);
  switch (p.rows - row) {
    case 5:
      return AddTile<5>(p, row, column);
    case 4:
      return AddTile<4>(p, row, column);
    case 3:
      return AddTile<3>(p, row, column);
    case 2:
      return AddTile<2>(p, row, column);
    case 1:
      return AddTile<1>(p, row, column);
    default:
      return;
  }
}

// The columns that fill no lanes.
__attribute__((always_inline)) inline void AddRest(const Product& p,
                                                   int64_t column) {
  const int64_t count = p.columns - column;
  for (int64_t r = 0; r < p.rows; ++r) {
    float sums[kLanes] = {};
    float* c = p.c + r * p.c_row + column;
    std::copy_n(c, count, sums);
    for (int64_t k = 0; k < p.depth; ++k) {
      const float a = p.a[r * p.a_row + k * p.a_depth];
      const float* b = p.b + k * p.b_row + column;
      for (int64_t i = 0; i < count; ++i) sums[i] += a * b[i];
    }
    std::copy_n(sums, count, c);
  }
}

}  // namespace

ALEXNET_SIMD_CLONES void AddProduct(const Product& product) {
  int64_t column = 0;
  for (; column + kLanes <= product.columns; column += kLanes) {
    AddColumns(product, column);
  }
  if (column < product.columns) AddRest(product, column);
}

}  // namespace alexnet::cpu

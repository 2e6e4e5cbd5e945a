// Matrix products of what lies in the caches, each on one thread.

#ifndef ALEXNET_CORE_BACKEND_CPU_PRODUCTS_H_
#define ALEXNET_CORE_BACKEND_CPU_PRODUCTS_H_

#include <cstdint>

namespace alexnet::cpu {

// Where `block` is not 0, c's columns lie together in blocks of so many, a
// multiple of VectorBlock() and a divisor of the columns, `next` elements
// apart; each column's `bias` is added to its sums (null: none), which are
// rectified with `relu`.
struct ProductEnd {
  int64_t block = 0;
  int64_t next = 0;
  const float* bias = nullptr;
  bool relu = false;
};

// c += a b, or c = a b, with a (rows, runs, depth) of any strides, b (runs,
// depth, columns) and c (rows, columns) row-major with their rows `b_row` and
// `c_row` elements apart. None overlaps c.
struct Product {
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t depth = 0;
  int64_t runs = 1;
  const float* a = nullptr;
  int64_t a_row = 0;    // elements from one row to the next
  int64_t a_depth = 0;  // from one column to the next
  int64_t a_run = 0;    // from one run of columns to the next
  const float* b = nullptr;
  int64_t b_row = 0;
  float* c = nullptr;
  int64_t c_row = 0;
  bool fresh = false;  // c is overwritten
  ProductEnd end = {};
};

// Columns that are computed together: others take longer where their number is
// no multiple of it.
inline constexpr int64_t kProductColumns = 16;

// Each element's sum has the order of its depth, and then the bias, whatever
// the other extents.
void AddProduct(const Product& product);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_PRODUCTS_H_

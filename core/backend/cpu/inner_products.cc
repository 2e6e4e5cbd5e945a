#include "core/backend/cpu/inner_products.h"

#include <algorithm>

#include "core/backend/cpu/products.h"
#include "core/base/checked_math.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Depth of what is multiplied at once: a panel of it stays in the caches of a
// core.
constexpr int64_t kDepth = 256;
// Rows, and multiplications, that are worth a thread. So the few rows of a
// small classifier are one thread's, whatever the batch.
constexpr int64_t kLeastRows = 16;
constexpr int64_t kLeastWork = int64_t{1} << 17;
// Panels that one task of the weights' gradient goes through.
constexpr int64_t kTaskPanels = 16;
// Rows that are multiplied with every panel while they stay in the second-level
// cache, at the most. They are copied
// for that, since a matrix's own rows may be powers of two apart, and would
// then be in the same few places of the caches.
constexpr int64_t kRows = 84;
constexpr int64_t kBlockRow = kDepth + 16;
constexpr int64_t kBlock = kRows * kBlockRow;
// Columns of a panel where there are as many.
constexpr int64_t kPanel = 2 * kProductColumns;
// That are moved together when a matrix is transposed: a line of the caches.
constexpr int64_t kTogether = 16;

int64_t Blocks(int64_t extent, int64_t block) {
  return (extent + block - 1) / block;
}

// (rows, columns) to (columns / width, rows, width), of which blocks [begin,
// end); what the last one lacks is zero.
void PackColumns(const float* from, int64_t rows, int64_t columns,
                 int64_t width, int64_t begin, int64_t end, float* packed) {
  for (int64_t block = begin; block < end; ++block) {
    const int64_t count = std::min(width, columns - block * width);
    float* to = packed + block * rows * width;
    for (int64_t row = 0; row < rows; ++row, to += width) {
      const float* own = from + row * columns + block * width;
      std::copy_n(own, count, to);
      std::fill(to + count, to + width, 0.0f);
    }
  }
}

// (rows, columns) to (rows / width, columns, width), of which columns [begin,
// end); rows that the last panel lacks are zero.
void PackTransposed(const float* from, int64_t rows, int64_t columns,
                    int64_t width, int64_t begin, int64_t end, float* packed) {
  for (int64_t panel = 0; panel < Blocks(rows, width); ++panel) {
    const int64_t count = std::min(width, rows - panel * width);
    const float* own = from + panel * width * columns;
    float* to = packed + panel * columns * width;
    for (int64_t first = begin; first < end; first += kTogether) {
      const int64_t last = std::min(first + kTogether, end);
      for (int64_t r = 0; r < width; ++r) {
        for (int64_t c = first; c < last; ++c) {
          to[c * width + r] = r < count ? own[r * columns + c] : 0.0f;
        }
      }
    }
  }
}

// Rows [begin, end) of (columns, batch), `row` floats apart, to columns of
// (batch, columns), with a number added to each row (null: none).
void Unpack(const float* from, int64_t row, int64_t begin, int64_t end,
            const float* bias, bool relu, int64_t batch, int64_t columns,
            float* to) {
  for (int64_t first = begin; first < end; first += kTogether) {
    const int64_t count = std::min(kTogether, end - first);
    for (int64_t n = 0; n < batch; ++n) {
      for (int64_t i = 0; i < count; ++i) {
        const float sum = from[(first + i) * row + n] +
                          (bias != nullptr ? bias[first + i] : 0.0f);
        to[n * columns + first + i] = relu && sum <= 0.0f ? 0.0f : sum;
      }
    }
  }
}

}  // namespace

InnerProducts::InnerProducts(int64_t batch, int64_t in, int64_t out,
                             int64_t threads)
    : batch_(batch),
      in_(in),
      out_(out),
      threads_(threads),
      panel_(std::min(kPanel, RoundUp(batch, kProductColumns))),
      samples_(RoundUp(batch, panel_)) {}

int64_t InnerProducts::TaskRows(int64_t rows) const {
  const int64_t share = Blocks(rows, threads_);
  return std::max(kLeastRows, Blocks(share, Blocks(share, kRows)));
}

int64_t InnerProducts::forward_scratch() const {
  return samples_ * (in_ + out_) +
         (sums_row() - samples_) * std::max(in_, out_) + threads_ * kBlock;
}

int64_t InnerProducts::backward_scratch() const {
  return std::max(forward_scratch(),
                  batch_ * (RoundUp(in_, kPanel) + RoundUp(out_, kRows)));
}

// to (batch, rows) = from a^T, with `from` (batch, depth) and a (rows, depth),
// of which `copy_block` copies a part; the copy's rows are `a_row`, its columns
// `a_depth` apart.
template <typename CopyBlock>
void InnerProducts::Multiply(int64_t rows, int64_t depth,
                             const CopyBlock& copy_block, int64_t a_row,
                             int64_t a_depth, const float* from,
                             const float* bias, bool relu, float* to,
                             float* scratch) const {
  float* panels = scratch;
  float* sums = panels + samples_ * depth;
  float* blocks = sums + sums_row() * rows;
  ParallelFor(Blocks(depth, kTogether), kDepth / kTogether,
              [&](int64_t begin, int64_t end) {
                PackTransposed(from, batch_, depth, panel_, begin * kTogether,
                               std::min(end * kTogether, depth), panels);
              });
  const int64_t task_rows = TaskRows(rows);
  ParallelFor(
      Blocks(rows, task_rows), Blocks(kLeastWork, task_rows * depth * samples_),
      [&](int slot, int64_t first, int64_t last) {
        float* block = blocks + slot * kBlock;
        const int64_t begin = first * task_rows;
        const int64_t end = std::min(last * task_rows, rows);
        for (int64_t k = 0; k < depth; k += kDepth) {
          const int64_t deep = std::min(kDepth, depth - k);
          for (int64_t row = begin; row < end; row += task_rows) {
            const int64_t count = std::min(task_rows, end - row);
            copy_block(row, count, k, deep, block);
            for (int64_t n = 0; n < samples_; n += panel_) {
              AddProduct({.rows = count,
                          .columns = panel_,
                          .depth = deep,
                          .a = block,
                          .a_row = a_row,
                          .a_depth = a_depth,
                          .b = panels + n * depth + k * panel_,
                          .b_row = panel_,
                          .c = sums + row * sums_row() + n,
                          .c_row = sums_row(),
                          .fresh = k == 0});
            }
          }
        }
        Unpack(sums, sums_row(), begin, end, bias, relu, batch_, rows, to);
      });
}

void InnerProducts::Forward(const float* src, const float* weight,
                            const float* bias, bool relu, float* dst,
                            float* scratch) const {
  const auto copy = [&](int64_t row, int64_t rows, int64_t k, int64_t depth,
                        float* block) {
    for (int64_t r = 0; r < rows; ++r) {
      std::copy_n(weight + (row + r) * in_ + k, depth, block + r * kBlockRow);
    }
  };
  Multiply(out_, in_, copy, kBlockRow, 1, src, bias, relu, dst, scratch);
}

void InnerProducts::BackwardData(const float* dst_gradient, const float* weight,
                                 float* src_gradient, float* scratch) const {
  const auto copy = [&](int64_t row, int64_t rows, int64_t k, int64_t depth,
                        float* block) {
    for (int64_t i = 0; i < depth; ++i) {
      std::copy_n(weight + (k + i) * in_ + row, rows, block + i * kRows);
    }
  };
  Multiply(in_, out_, copy, 1, kRows, dst_gradient, nullptr, false,
           src_gradient, scratch);
}

void InnerProducts::BackwardWeights(const float* src, const float* dst_gradient,
                                    float* weight_gradient,
                                    float* scratch) const {
  float* panels = scratch;
  float* blocks = panels + batch_ * RoundUp(in_, kPanel);
  ParallelFor(Blocks(in_, kPanel), 4, [&](int64_t begin, int64_t end) {
    PackColumns(src, batch_, in_, kPanel, begin, end, panels);
  });
  ParallelFor(Blocks(out_, kRows), 2, [&](int64_t begin, int64_t end) {
    PackColumns(dst_gradient, batch_, out_, kRows, begin, end, blocks);
  });
  const int64_t width = kTaskPanels * kPanel;
  const int64_t tasks = Blocks(in_, width);  // of a block of outputs
  ParallelFor(Blocks(out_, kRows) * tasks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t block = task / tasks;
      const int64_t first = task % tasks * width;
      for (int64_t column = first; column < std::min(first + width, in_);
           column += kPanel) {
        for (int64_t k = 0; k < batch_; k += kDepth) {
          AddProduct({.rows = std::min(kRows, out_ - block * kRows),
                      .columns = std::min(kPanel, in_ - column),
                      .depth = std::min(kDepth, batch_ - k),
                      .a = blocks + (block * batch_ + k) * kRows,
                      .a_row = 1,
                      .a_depth = kRows,
                      .b = panels + column * batch_ + k * kPanel,
                      .b_row = kPanel,
                      .c = weight_gradient + block * kRows * in_ + column,
                      .c_row = in_,
                      .fresh = k == 0});
        }
      }
    }
  });
}

}  // namespace alexnet::cpu

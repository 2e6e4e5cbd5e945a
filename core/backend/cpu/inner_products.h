// The matrix products of a fully connected layer over whole batches, with
// float32 weights row-major as a model file holds them, (out, in), in all
// passes. They run on the calling thread's team; an element's sum has the same
// order whatever the team's size.

#ifndef ALEXNET_CORE_BACKEND_CPU_INNER_PRODUCTS_H_
#define ALEXNET_CORE_BACKEND_CPU_INNER_PRODUCTS_H_

#include <cstdint>

namespace alexnet::cpu {

class InnerProducts {
 public:
  // For teams of up to `threads`.
  InnerProducts(int64_t batch, int64_t in, int64_t out, int64_t threads);

  // Of each call's scratch, in floats.
  int64_t forward_scratch() const;
  int64_t backward_scratch() const;

  // dst (batch, out) = src (batch, in) weight^T + bias, rectified with `relu`;
  // `bias` may be null.
  void Forward(const float* src, const float* weight, const float* bias,
               bool relu, float* dst, float* scratch) const;
  // src_gradient (batch, in) = dst_gradient (batch, out) weight.
  void BackwardData(const float* dst_gradient, const float* weight,
                    float* src_gradient, float* scratch) const;
  // weight_gradient (out, in) = dst_gradient^T src.
  void BackwardWeights(const float* src, const float* dst_gradient,
                       float* weight_gradient, float* scratch) const;

 private:
  // Rows of a task: at most kRows, and so many that each thread has as many
  // tasks.
  int64_t TaskRows(int64_t rows) const;
  // Floats from one row of sums to the next: of large batches no power of two,
  // which would have all rows in the same few places of the caches.
  int64_t sums_row() const { return samples_ + 16; }
  template <typename CopyBlock>
  void Multiply(int64_t rows, int64_t depth, const CopyBlock& copy_block,
                int64_t a_row, int64_t a_depth, const float* from,
                const float* bias, bool relu, float* to, float* scratch) const;

  const int64_t batch_;
  const int64_t in_;
  const int64_t out_;
  const int64_t threads_;
  const int64_t panel_;    // samples that are multiplied at once
  const int64_t samples_;  // of whole panels
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_INNER_PRODUCTS_H_

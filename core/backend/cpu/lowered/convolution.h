// LoweredConvolution: a convolution of any shape and its gradients as products
// of what geometry.h describes.

#ifndef ALEXNET_CORE_BACKEND_CPU_LOWERED_CONVOLUTION_H_
#define ALEXNET_CORE_BACKEND_CPU_LOWERED_CONVOLUTION_H_

#include <cstdint>

#include "core/backend/cpu/lowered/geometry.h"

namespace alexnet::cpu {

// Immutable, and all calls are thread safe with different `scratch` and
// results. Sums depend on the team that this was made on, never on timing.
class LoweredConvolution {
 public:
  // Made, and used, on a thread with a team of `threads`. `training`: whether
  // there will be a Backward, and one of the source.
  LoweredConvolution(const ConvolutionGeometry& geometry, int64_t batch,
                     int64_t threads, bool training, bool src_gradient);

  const ConvolutionGeometry& geometry() const { return geometry_; }
  // In floats, of the largest call.
  int64_t scratch_size() const { return scratch_size_; }

  // dst = src * weight + bias, rectified if `relu`. `weight` in panels; a null
  // `bias` is none.
  void Forward(const float* src, const float* weight, const float* bias,
               bool relu, float* dst, float* scratch) const;
  // Gradients of the weights, in panels, and of the bias; either may be null.
  // Where `dst` is not null, it was rectified.
  void BackwardWeights(const float* src, const float* dst,
                       const float* dst_gradient, float* weight_gradient,
                       float* bias_gradient, float* scratch) const;
  void BackwardData(const float* weight, const float* dst,
                    const float* dst_gradient, float* src_gradient,
                    float* scratch) const;

 private:
  // Columns' floats of BackwardData: whole vectors, of which the last may be
  // zeros.
  int64_t DataColumn(const BlockRange& blocks) const {
    return RoundUp<int64_t>(geometry_.column(blocks), 16);
  }
  // Of a sample's group.
  void ComputeBand(const PixelBand& band, const float* src, const float* weight,
                   const float* bias, bool relu, float* dst,
                   float* scratch) const;
  // Calls fn(task, scratch of size floats) for each task, on all threads.
  template <typename Fn>
  void ForEachTask(int64_t tasks, float* scratch, int64_t size,
                   const Fn& fn) const;
  // One sample's and group's part of the gradients, of chunks [begin, end).
  void AddSample(int64_t sample, int64_t group, const BlockRange& chunks,
                 bool fresh, const float* src, const float* dst,
                 const float* dst_gradient, float* weight_gradient,
                 float* bias_gradient, float* scratch) const;
  void AddSource(int64_t sample, int64_t group, const BlockRange& chunks,
                 const float* transposed, const float* dst,
                 const float* dst_gradient, float* src_gradient,
                 float* scratch) const;
  // Weights with filters outermost: (groups, chunks, kW, panels of a data
  // column's floats, filters, panel).
  void TransposeWeights(const float* weight, float* transposed) const;

  const ConvolutionGeometry geometry_;
  const int64_t batch_;
  const int64_t threads_;
  const Bands bands_;
  const Bands rows_;       // of BackwardData, which adds where windows overlap
  int64_t band_size_ = 0;  // scratch of a thread, but of BackwardData
  int64_t data_size_ = 0;  // of that
  int64_t transposed_chunk_ = 0;  // of transposed weights, of the first chunk
  int64_t transposed_group_ = 0;
  // Samples are shared out to so many ranges, each of which adds up gradients
  // of its own, and chunks to so many slices.
  int64_t ranges_ = 1;
  int64_t slices_ = 1;
  int64_t data_slices_ = 1;
  int64_t scratch_size_ = 0;
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_LOWERED_CONVOLUTION_H_

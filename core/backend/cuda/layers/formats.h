// Formats of blobs and parameters on a GPU.

#ifndef ALEXNET_CORE_BACKEND_CUDA_LAYERS_FORMATS_H_
#define ALEXNET_CORE_BACKEND_CUDA_LAYERS_FORMATS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/kernels/blob_map.h"
#include "core/backend/cuda/kernels/tower_map.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/format.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// 1 of an axis that the shape has not.
int32_t Extent(const Shape& shape, int axis);

// Channels innermost. Float32 blobs of one pixel are the dense ones.
Format RowsFormat(const Shape& shape, DType dtype);
// Towers outermost; one tower is the format above. `towers` divides the
// channels.
Format TowersFormat(const Shape& shape, DType dtype, int64_t towers);
// Space to depth; see BlobMap.
Format BlockFormat(const Shape& shape, DType dtype, const BlobMap& map);

// What a format of this backend is; dense ones of several pixels are not.
struct FormatView {
  BlobMap map;
  DType dtype = DType::kF32;
};
Result<FormatView> ViewOf(const Format& format);

// The towers that a convolution's blobs are stored in: its groups, so that each
// group's are packed, or one, where those are so many that its library takes
// all of them at once.
int64_t TowersOf(const Convolution& layer);
// Of what the producer offers; one of what has to be laid out anew.
int64_t OfferedTowers(const KernelRequest& request);
// Of what the reader of the output wants; `own` where it does not mind.
int64_t WantedTowers(const KernelRequest& request, int64_t own);
// A blob's pixels and channels, for kernels.
TowerMap TowerMapOf(const Shape& shape, int64_t towers);

// How a parameter is packed: (O, I, H, W) with I innermost, or for a source
// stored space to depth as (O, blocks down, blocks across, dy, dx, I), where
// taps that the kernel has not are zero. Biases are (O, 1, 1, 1).
class CudaParameter : public ParameterLayout {
 public:
  struct Extents {
    int64_t out = 1;
    int64_t in = 1;
    int64_t height = 1;
    int64_t width = 1;
  };
  // `block` above 1: space to depth. `training`: packed in float32, read in
  // `dtype`; otherwise packed in `dtype`.
  CudaParameter(const Shape& shape, const Extents& extents, int64_t block,
                DType dtype, bool training);

  int64_t bytes() const override { return elements() * DTypeSize(packed_); }
  int64_t elements() const override { return extents_.out * filter_elements(); }
  DType dtype() const override { return packed_; }
  DType compute_dtype() const override { return compute_; }
  std::string key() const override;
  bool dense() const override { return false; }
  Status Pack(const TensorView& tensor, void* packed) const override;
  Status Unpack(const void* packed, float* dense) const override;

  // Elements of one packed filter, and for each whether it is padding.
  int64_t filter_elements() const {
    return static_cast<int64_t>(dense_index_.size());
  }
  std::vector<uint8_t> Padding() const;

 private:
  static constexpr int32_t kPadding = -1;

  int64_t dense_elements() const {  // of one filter
    return extents_.in * extents_.height * extents_.width;
  }

  const Shape shape_;
  const Extents extents_;
  const int64_t block_;
  const DType packed_;
  const DType compute_;
  // Where in a dense filter each element of a packed one lies, or kPadding.
  std::vector<int32_t> dense_index_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_LAYERS_FORMATS_H_

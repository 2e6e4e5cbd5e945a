// Reorders between a dense blob and one of this backend's formats.

#include "core/backend/cuda/kernels/reorder.h"

#include <fmt/core.h>

#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class ReorderKernel : public LayerKernel {
 public:
  ReorderKernel(const Engine& engine, const Format& from, const Format& to,
                const FormatView& view, bool to_dense)
      : LayerKernel(engine), view_(view), to_dense_(to_dense) {
    name_ = "reorder";
    src_ = from;
    dst_ = to;
  }

  Status Forward(const ForwardArgs& args) override {
    return Convert(to_dense_, args.src, args.dst);
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return Convert(!to_dense_, args.dst_gradient, args.src_gradient);
  }

 private:
  Status Convert(bool to_dense, const void* from, void* to) const {
    const int64_t batch = src_.shape[0];
    return to_dense ? ToDense(stream_, view_.map, view_.dtype, batch, from,
                              static_cast<float*>(to))
                    : FromDense(stream_, view_.map, view_.dtype, batch,
                                static_cast<const float*>(from), to);
  }

  const FormatView view_;
  const bool to_dense_;
};

}  // namespace

KernelResult MakeReorder(const Engine& engine, const Format& from,
                         const Format& to) {
  if (from.shape != to.shape) {
    return InternalError(fmt::format("a reorder from shape {} to {}",
                                     from.shape.ToString(),
                                     to.shape.ToString()));
  }
  if (from.dense() == to.dense()) {
    return UnsupportedError("a reorder on a GPU is from or to a dense blob");
  }
  ALEXNET_ASSIGN_OR_RETURN(const FormatView view,
                           ViewOf(from.dense() ? to : from));
  if (to.dense() && view.map.block > 1) {
    return UnsupportedError("a blob stored space to depth is not read back");
  }
  return KernelResult(
      std::make_unique<ReorderKernel>(engine, from, to, view, to.dense()));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

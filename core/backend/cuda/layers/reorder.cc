// Reorders between two of this backend's formats, or one and a dense blob.

#include "core/backend/cuda/kernels/reorder.h"

#include <fmt/core.h>

#include "core/backend/cuda/kernels/activation.h"
#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class ReorderKernel : public LayerKernel {
 public:
  ReorderKernel(const Engine& engine, const Format& from, const Format& to,
                const FormatView& view, bool to_dense)
      : LayerKernel(engine, /*training=*/false),
        view_(view),
        to_dense_(to_dense) {
    name_ = "reorder";
    src_ = from;
    dst_ = to;
  }

  Status Forward(const ForwardArgs& args) override {
    return Convert(forward_stream_, to_dense_, args.src, args.dst);
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return Convert(stream_, !to_dense_, args.dst_gradient, args.src_gradient);
  }

 private:
  Status Convert(const KernelStream& stream, bool to_dense, const void* from,
                 void* to) const {
    const int64_t batch = src_.shape[0];
    return to_dense ? ToDense(stream, view_.map, view_.dtype, batch, from,
                              static_cast<float*>(to))
                    : FromDense(stream, view_.map, view_.dtype, batch,
                                static_cast<const float*>(from), to);
  }

  const FormatView view_;
  const bool to_dense_;
};

// Between towers of one type.
class TowersReorderKernel : public LayerKernel {
 public:
  TowersReorderKernel(const Engine& engine, const Format& from,
                      const Format& to, const FormatView& from_view,
                      const FormatView& to_view)
      : LayerKernel(engine, /*training=*/false),
        from_(TowerMapOf(from.shape, from_view.map.towers)),
        to_(TowerMapOf(to.shape, to_view.map.towers)) {
    name_ = "reorder";
    src_ = from;
    dst_ = to;
  }

  Status Forward(const ForwardArgs& args) override {
    return AddBiasAndActivate(forward_stream_, dtype_, from_, args.src,
                              /*bias=*/nullptr, /*relu=*/false, to_, args.dst);
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return AddBiasAndActivate(stream_, dtype_, to_, args.dst_gradient,
                              /*bias=*/nullptr, /*relu=*/false, from_,
                              args.src_gradient);
  }

 private:
  const TowerMap from_;
  const TowerMap to_;
};

KernelResult MakeTowersReorder(const Engine& engine, const Format& from,
                               const Format& to) {
  ALEXNET_ASSIGN_OR_RETURN(const FormatView from_view, ViewOf(from));
  ALEXNET_ASSIGN_OR_RETURN(const FormatView to_view, ViewOf(to));
  if (from_view.dtype != to_view.dtype || from_view.map.block > 1 ||
      to_view.map.block > 1) {
    return UnsupportedError(fmt::format("a reorder on a GPU from {} to {}",
                                        from.layout->Name(),
                                        to.layout->Name()));
  }
  return KernelResult(std::make_unique<TowersReorderKernel>(
      engine, from, to, from_view, to_view));
}

}  // namespace

KernelResult MakeReorder(const Engine& engine, const Format& from,
                         const Format& to) {
  if (from.shape != to.shape) {
    return InternalError(fmt::format("a reorder from shape {} to {}",
                                     from.shape.ToString(),
                                     to.shape.ToString()));
  }
  if (!from.dense() && !to.dense()) return MakeTowersReorder(engine, from, to);
  if (from.dense() && to.dense()) {
    return InternalError("a reorder between dense blobs");
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

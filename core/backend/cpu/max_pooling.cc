// Max pooling (overlapping: section 3.4 of the paper) on dense and on
// channel-blocked blobs. NaN goes on.

#include <memory>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/max_pooling_math.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

constexpr int64_t kRows = 4;  // that are worth a thread

class MaxPoolingKernel : public CpuKernel {
 public:
  explicit MaxPoolingKernel(const KernelRequest& request) {
    name_ = request.layer->name + " maximum";
    if (request.fused) name_ += " and ReLU";
    src_ = request.src;
    const Shape out = WithBatch(request.shapes->out, request.batch);
    dst_ = InLayoutOf(src_, out);
    pooling_.window = request.shapes->window.window;
    pooling_.height = src_.shape[2];
    pooling_.width = src_.shape[3];
    pooling_.out_height = out[2];
    pooling_.out_width = out[3];
    pooling_.block = ChannelBlock(src_);
    pooling_.relu = request.fused.has_value();
    planes_ =
        src_.shape[0] * ((src_.shape[1] + pooling_.block - 1) / pooling_.block);
    if (request.training) {
      memory_.saved_bytes = dst_.bytes / static_cast<int64_t>(sizeof(float)) *
                            WinnerSize(pooling_.window);
    }
  }

  Status Forward(const ForwardArgs& args) override {
    void* winners = memory_.saved_bytes > 0 ? args.saved : nullptr;
    ParallelFor(planes_ * pooling_.out_height, kRows,
                [&](int64_t begin, int64_t end) {
                  MaxPoolForward(pooling_, begin, end,
                                 static_cast<const float*>(args.src),
                                 static_cast<float*>(args.dst), winners);
                });
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    ParallelFor(planes_ * pooling_.height, kRows,
                [&](int64_t begin, int64_t end) {
                  MaxPoolBackward(pooling_, begin, end, args.saved,
                                  static_cast<const float*>(args.dst_gradient),
                                  static_cast<float*>(args.src_gradient));
                });
    return Status();
  }

 private:
  MaxPooling pooling_;
  int64_t planes_ = 0;  // of all samples
};

}  // namespace

KernelResult MakeMaxPooling(const KernelRequest& request) {
  return std::unique_ptr<Kernel>(std::make_unique<MaxPoolingKernel>(request));
}

KernelResult MakeKernel(const Pooling& pooling, const KernelRequest& request) {
  return pooling.kind == PoolKind::kMax ? MakeMaxPooling(request)
                                        : MakeAveragePooling(request);
}

}  // namespace alexnet::cpu

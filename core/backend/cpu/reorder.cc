// Copies between layouts.

#include <algorithm>
#include <memory>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/planes.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Pixels that are copied of each channel before the next: a few lines of the
// caches on either side.
constexpr int64_t kTile = 16;

class ReorderKernel : public CpuKernel {
 public:
  ReorderKernel(const Format& from, const Format& to) {
    name_ = "reorder";
    src_ = from;
    dst_ = to;
  }

  Status Forward(const ForwardArgs& args) override {
    Copy(src_, static_cast<const float*>(args.src), dst_,
         static_cast<float*>(args.dst));
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    Copy(dst_, static_cast<const float*>(args.dst_gradient), src_,
         static_cast<float*>(args.src_gradient));
    return Status();
  }

 private:
  static void Copy(const Format& from, const float* source, const Format& to,
                   float* target) {
    const int64_t channels = from.shape[1];
    const int64_t pixels = from.shape[2] * from.shape[3];
    const int64_t own = ChannelBlock(from);
    const int64_t other = ChannelBlock(to);
    const int64_t together = std::max(own, other);
    const int64_t parts = (channels + together - 1) / together;
    const int64_t grain = 1 + 16384 / (together * pixels);
    ParallelFor(from.shape[0] * parts, grain, [&](int64_t begin, int64_t end) {
      for (int64_t task = begin; task < end; ++task) {
        const int64_t sample = task / parts * channels * pixels;
        const int64_t first = task % parts * together;
        const int64_t last = std::min(first + together, channels);
        for (int64_t tile = 0; tile < pixels; tile += kTile) {
          const int64_t stop = std::min(tile + kTile, pixels);
          for (int64_t c = first; c < last; ++c) {
            const float* in = source + sample + PlaneOf(c, own, pixels);
            float* out = target + sample + PlaneOf(c, other, pixels);
            for (int64_t p = tile; p < stop; ++p) {
              out[p * other] = in[p * own];
            }
          }
        }
      }
    });
  }
};

}  // namespace

KernelResult MakeReorder(const Format& from, const Format& to) {
  return std::unique_ptr<Kernel>(std::make_unique<ReorderKernel>(from, to));
}

}  // namespace alexnet::cpu

// Local response normalization (section 3.3 of the paper) in float32, on dense
// and on channel-blocked blobs.
//
// With s = k + a * (sum of x^2 over the window): y = x s^-beta, and
//   dx = g s^-beta - 2 a beta x * (sum of g x s^-(beta + 1) over the window
//        mirrored).
// Both sums are found from a line of channels of one pixel (across) or from a
// plane of one run of channels (within); nothing is saved between passes, since
// finding s again costs less than reading it.

#include <algorithm>
#include <memory>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/lrn_math.h"
#include "core/base/checked_math.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Where the channels of a blob lie: block by block, positions inside a block's
// plane, `block` channels of a position together.
struct Walk {
  int64_t channels;
  int64_t block;
  int64_t positions;  // height * width

  int64_t blocks() const { return (channels + block - 1) / block; }
  int64_t sample() const { return blocks() * positions * block; }
};

class LrnKernel : public CpuKernel {
 public:
  explicit LrnKernel(const KernelRequest& request)
      : lrn_(*As<Lrn>(*request.layer)),
        across_(lrn_.region == LrnRegion::kAcrossChannels) {
    name_ = request.layer->name + (across_ ? " LRN across" : " LRN within");
    src_ = request.src;
    dst_ = src_;
    const Shape& shape = src_.shape;
    walk_ = {shape[1], ChannelBlock(src_), shape[2] * shape[3]};
    math_.size = lrn_.size;
    math_.k = lrn_.k;
    math_.beta = lrn_.beta;
    const int64_t taps = across_ ? lrn_.size : lrn_.size * lrn_.size;
    math_.a =
        lrn_.divide_alpha ? lrn_.alpha / static_cast<float>(taps) : lrn_.alpha;
    math_.groups = across_ ? lrn_.groups : 1;
    memory_.backward_reads_src = true;
    // Each thread has its own lines or planes.
    const int64_t floats = across_
                               ? AcrossScratch(walk_.channels, math_)
                               : WithinScratch(shape[2], shape[3], walk_.block);
    per_thread_ = RoundUp<int64_t>(floats, 16);
    memory_.scratch_bytes = per_thread_ * 4 * TeamSize();
  }

  Status Forward(const ForwardArgs& args) override {
    Run(args.src, nullptr, args.dst, args.scratch);
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    Run(args.src, args.dst_gradient, args.src_gradient, args.scratch);
    return Status();
  }

 private:
  // Tasks are runs of positions of a sample (across) or planes (within).
  int64_t Tasks() const {
    return across_ ? src_.shape[0] * Tiles() : src_.shape[0] * walk_.blocks();
  }
  int64_t Tiles() const { return (walk_.positions + kLrnTile - 1) / kLrnTile; }

  void Run(const void* src, const void* gradient, void* out, void* scratch) {
    ParallelFor(Tasks(), 1, [&](int slot, int64_t begin, int64_t end) {
      float* lines = static_cast<float*>(scratch) + slot * per_thread_;
      for (int64_t task = begin; task < end; ++task) {
        const auto* x = static_cast<const float*>(src);
        const auto* g = static_cast<const float*>(gradient);
        auto* y = static_cast<float*>(out);
        across_ ? RunTile(task, x, g, y, lines)
                : RunPlane(task, x, g, y, lines);
      }
    });
  }

  void RunTile(int64_t task, const float* x, const float* g, float* out,
               float* lines) const {
    const int64_t first = task % Tiles() * kLrnTile;
    const int64_t count = std::min(kLrnTile, walk_.positions - first);
    const int64_t start = task / Tiles() * walk_.sample() + first * walk_.block;
    LrnAcross(
        {walk_.channels, walk_.block, walk_.positions * walk_.block, count},
        math_, x + start, g == nullptr ? nullptr : g + start, out + start,
        lines);
  }

  void RunPlane(int64_t task, const float* x, const float* g, float* out,
                float* lines) const {
    const int64_t start = task * walk_.positions * walk_.block;
    LrnWithin({src_.shape[2], src_.shape[3], walk_.block}, math_, x + start,
              g == nullptr ? nullptr : g + start, out + start, lines);
  }

  const Lrn lrn_;
  const bool across_;
  Walk walk_{};
  LrnMath math_;
  int64_t per_thread_ = 0;
};

}  // namespace

KernelResult MakeKernel(const Lrn&, const KernelRequest& request) {
  return std::unique_ptr<Kernel>(std::make_unique<LrnKernel>(request));
}

}  // namespace alexnet::cpu

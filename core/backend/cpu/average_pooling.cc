// Average pooling on dense and on channel-blocked blobs.

#include <algorithm>
#include <memory>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/planes.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

bool Padded(const Window& window) {
  return window.pad_top > 0 || window.pad_left > 0 || window.pad_bottom > 0 ||
         window.pad_right > 0;
}

class AveragePoolingKernel : public CpuKernel {
 public:
  explicit AveragePoolingKernel(const KernelRequest& request)
      : asked_(As<Pooling>(*request.layer)->window),
        window_(request.shapes->window.window),
        counts_padding_(As<Pooling>(*request.layer)->count_padding &&
                        Padded(asked_)) {
    name_ = request.layer->name + " average";
    src_ = request.src;
    dst_ = InLayoutOf(src_, WithBatch(request.shapes->out, request.batch));
  }

  Status Forward(const ForwardArgs& args) override {
    const auto* src = static_cast<const float*>(args.src);
    auto* dst = static_cast<float*>(args.dst);
    ForEachBlock([&]<int64_t kBlock>(int64_t in, int64_t out, int64_t step) {
      ForEachWindow([&](const Taps& taps, int64_t pixel) {
        float sums[kBlock] = {};
        ForEachTap(taps, [&](int64_t at) {
          for (int64_t c = 0; c < kBlock; ++c)
            sums[c] += src[in + at * step + c];
        });
        for (int64_t c = 0; c < kBlock; ++c) {
          dst[out + pixel * step + c] = sums[c] / taps.divisor;
        }
      });
    });
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    const auto* dst = static_cast<const float*>(args.dst_gradient);
    auto* src = static_cast<float*>(args.src_gradient);
    ForEachBlock([&]<int64_t kBlock>(int64_t in, int64_t out, int64_t step) {
      for (int64_t at = 0; at < src_.shape[2] * src_.shape[3]; ++at) {
        std::fill_n(src + in + at * step, kBlock, 0.0f);
      }
      ForEachWindow([&](const Taps& taps, int64_t pixel) {
        float shares[kBlock];
        for (int64_t c = 0; c < kBlock; ++c) {
          shares[c] = dst[out + pixel * step + c] / taps.divisor;
        }
        ForEachTap(taps, [&](int64_t at) {
          for (int64_t c = 0; c < kBlock; ++c) {
            src[in + at * step + c] += shares[c];
          }
        });
      });
    });
    return Status();
  }

 private:
  struct Taps {
    int64_t top, bottom, left, right;  // inside the input
    float divisor;
  };

  // `fn`, for so many channels as a constant, of where their plane begins in
  // the source and in the output, and how far its pixels are apart. They run on
  // different threads: a window never leaves its plane.
  template <typename Fn>
  void ForEachBlock(const Fn& fn) const {
    const int64_t block = ChannelBlock(src_);
    if (block % 16 == 0) {
      ForEachPlane<16>(fn);
    } else if (block % 8 == 0) {
      ForEachPlane<8>(fn);
    } else {
      ForEachPlane<1>(fn);
    }
  }
  template <int64_t kBlock, typename Fn>
  void ForEachPlane(const Fn& fn) const {
    const int64_t block = ChannelBlock(src_);
    const int64_t in = src_.shape[2] * src_.shape[3];
    const int64_t out = dst_.shape[2] * dst_.shape[3];
    ParallelFor(src_.shape[0] * src_.shape[1] / kBlock, 1,
                [&](int64_t begin, int64_t end) {
                  for (int64_t task = begin; task < end; ++task) {
                    const int64_t channel = task * kBlock;
                    fn.template operator()<kBlock>(PlaneOf(channel, block, in),
                                                   PlaneOf(channel, block, out),
                                                   block);
                  }
                });
  }

  // `fn` of the taps of each output pixel.
  template <typename Fn>
  void ForEachWindow(const Fn& fn) const {
    const int64_t height = src_.shape[2];
    const int64_t width = src_.shape[3];
    for (int64_t oy = 0; oy < dst_.shape[2]; ++oy) {
      for (int64_t ox = 0; ox < dst_.shape[3]; ++ox) {
        const int64_t y = oy * window_.stride_h - window_.pad_top;
        const int64_t x = ox * window_.stride_w - window_.pad_left;
        Taps taps = {std::max<int64_t>(y, 0),
                     std::min(y + window_.kernel_h, height),
                     std::max<int64_t>(x, 0),
                     std::min(x + window_.kernel_w, width), 1.0f};
        taps.divisor = static_cast<float>(
            counts_padding_
                ? Counted(y, window_.kernel_h, height, asked_.pad_bottom) *
                      Counted(x, window_.kernel_w, width, asked_.pad_right)
                : (taps.bottom - taps.top) * (taps.right - taps.left));
        fn(taps, oy * dst_.shape[3] + ox);
      }
    }
  }
  // Taps that count where padding does, but not what a window that was rounded
  // up reaches beyond it.
  static int64_t Counted(int64_t start, int64_t kernel, int64_t extent,
                         int64_t pad_end) {
    return std::min(start + kernel, extent + pad_end) - start;
  }

  // `fn` of each tap's pixel in the source.
  template <typename Fn>
  void ForEachTap(const Taps& taps, const Fn& fn) const {
    for (int64_t y = taps.top; y < taps.bottom; ++y) {
      for (int64_t x = taps.left; x < taps.right; ++x) {
        fn(y * src_.shape[3] + x);
      }
    }
  }

  const Window asked_;
  const Window window_;
  const bool counts_padding_;
};

}  // namespace

KernelResult MakeAveragePooling(const KernelRequest& request) {
  return std::unique_ptr<Kernel>(
      std::make_unique<AveragePoolingKernel>(request));
}

}  // namespace alexnet::cpu

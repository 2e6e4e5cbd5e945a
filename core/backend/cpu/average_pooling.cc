// Average pooling: oneDNN where its meaning is ours, plain loops otherwise.

#include <algorithm>
#include <limits>

#include "core/backend/cpu/dnnl_support.h"
#include "core/backend/cpu/kernels.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

using Dims = dnnl::memory::dims;
using dnnl::algorithm;
using dnnl::prop_kind;

bool Grown(const Pooling& pooling, const Window& resolved) {
  return resolved.pad_bottom != pooling.window.pad_bottom ||
         resolved.pad_right != pooling.window.pad_right;
}

bool Padded(const Window& window) {
  return window.pad_top > 0 || window.pad_left > 0 || window.pad_bottom > 0 ||
         window.pad_right > 0;
}

class DnnlAverageKernel : public CpuKernel {
 public:
  explicit DnnlAverageKernel(const KernelRequest& request) {
    const Pooling& pooling = *As<Pooling>(*request.layer);
    const Window& window = request.shapes->window.window;
    const Shape out = WithBatch(request.shapes->out, request.batch);
    // Taps beyond the edge of an unpadded input do not count, nor do those of
    // padding that is not to be counted.
    const algorithm kind = pooling.count_padding && Padded(pooling.window)
                               ? algorithm::pooling_avg_include_padding
                               : algorithm::pooling_avg_exclude_padding;
    const Dims strides = {window.stride_h, window.stride_w};
    const Dims kernel = {window.kernel_h, window.kernel_w};
    const Dims begin = {window.pad_top, window.pad_left};
    const Dims end = {window.pad_bottom, window.pad_right};
    const Descriptor src = DescriptorOf(request.src);
    const dnnl::pooling_forward::primitive_desc forward(
        {request.training ? prop_kind::forward_training
                          : prop_kind::forward_inference,
         kind, src, AnyDescriptor(out), strides, kernel, begin, end},
        Attributes(), Engine());
    forward_ = dnnl::pooling_forward(forward);
    forward_scratch_ = forward.scratchpad_desc();
    name_ = request.layer->name + " " + forward.impl_info_str();
    src_ = request.src;
    dst_ = FormatOf(forward.dst_desc(), out);
    memory_.scratch_bytes = static_cast<int64_t>(forward_scratch_.get_size());
    if (!request.training || !request.src_gradient) return;
    const dnnl::pooling_backward::primitive_desc backward(
        {kind, src, forward.dst_desc(), strides, kernel, begin, end},
        Attributes(), Engine(), forward);
    backward_ = dnnl::pooling_backward(backward);
    backward_scratch_ = backward.scratchpad_desc();
    memory_.scratch_bytes =
        std::max(memory_.scratch_bytes,
                 static_cast<int64_t>(backward_scratch_.get_size()));
  }

  Status Forward(const ForwardArgs& args) override {
    return Guarded(name_, [&] {
      forward_.execute(
          Stream(),
          {{DNNL_ARG_SRC, View(DescriptorOf(src_), args.src)},
           {DNNL_ARG_DST, View(DescriptorOf(dst_), args.dst)},
           {DNNL_ARG_SCRATCHPAD, View(forward_scratch_, args.scratch)}});
      return Status();
    });
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return Guarded(name_, [&] {
      backward_.execute(
          Stream(),
          {{DNNL_ARG_DIFF_DST, View(DescriptorOf(dst_), args.dst_gradient)},
           {DNNL_ARG_DIFF_SRC, View(DescriptorOf(src_), args.src_gradient)},
           {DNNL_ARG_SCRATCHPAD, View(backward_scratch_, args.scratch)}});
      return Status();
    });
  }

 private:
  dnnl::primitive forward_;
  dnnl::primitive backward_;
  Descriptor forward_scratch_;
  Descriptor backward_scratch_;
};

// An average that counts padding, but not what a grown window reaches beyond:
// oneDNN cannot tell the two apart.
class GrownAverageKernel : public CpuKernel {
 public:
  explicit GrownAverageKernel(const KernelRequest& request)
      : asked_(As<Pooling>(*request.layer)->window),
        window_(request.shapes->window.window) {
    name_ = request.layer->name + " average with overhang";
    src_ = Format::Dense(request.src.shape);
    dst_ = Format::Dense(WithBatch(request.shapes->out, request.batch));
  }

  Status Forward(const ForwardArgs& args) override {
    const auto* src = static_cast<const float*>(args.src);
    auto* dst = static_cast<float*>(args.dst);
    ForEachWindow([&](int64_t in, const Taps& taps, int64_t out) {
      float sum = 0;
      for (int64_t y = taps.top; y < taps.bottom; ++y) {
        for (int64_t x = taps.left; x < taps.right; ++x) {
          sum += src[in + y * src_.shape[3] + x];
        }
      }
      dst[out] = sum / taps.divisor;
    });
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    const auto* dst = static_cast<const float*>(args.dst_gradient);
    auto* src = static_cast<float*>(args.src_gradient);
    std::fill_n(src, src_.shape.elements(), 0.0f);
    ForEachWindow([&](int64_t in, const Taps& taps, int64_t out) {
      for (int64_t y = taps.top; y < taps.bottom; ++y) {
        for (int64_t x = taps.left; x < taps.right; ++x) {
          src[in + y * src_.shape[3] + x] += dst[out] / taps.divisor;
        }
      }
    });
    return Status();
  }

 private:
  struct Taps {
    int64_t top, bottom, left, right;  // inside the input
    float divisor;
  };

  static int64_t Counted(int64_t start, int64_t kernel, int64_t extent,
                         int64_t pad_end) {
    return std::min(start + kernel, extent + pad_end) - start;
  }

  // Planes run on different threads: a window never leaves its plane.
  template <typename Fn>
  void ForEachWindow(const Fn& fn) const {
    const int64_t height = src_.shape[2];
    const int64_t width = src_.shape[3];
    const int64_t out_h = dst_.shape[2];
    const int64_t out_w = dst_.shape[3];
    ParallelFor(
        src_.shape[0] * src_.shape[1], 1, [&](int64_t first, int64_t last) {
          for (int64_t plane = first; plane < last; ++plane) {
            for (int64_t oy = 0; oy < out_h; ++oy) {
              for (int64_t ox = 0; ox < out_w; ++ox) {
                const int64_t y = oy * window_.stride_h - window_.pad_top;
                const int64_t x = ox * window_.stride_w - window_.pad_left;
                const int64_t counted =
                    Counted(y, window_.kernel_h, height, asked_.pad_bottom) *
                    Counted(x, window_.kernel_w, width, asked_.pad_right);
                const Taps taps = {std::max<int64_t>(y, 0),
                                   std::min(y + window_.kernel_h, height),
                                   std::max<int64_t>(x, 0),
                                   std::min(x + window_.kernel_w, width),
                                   static_cast<float>(counted)};
                fn(plane * height * width, taps,
                   (plane * out_h + oy) * out_w + ox);
              }
            }
          }
        });
  }

  const Window asked_;
  const Window window_;
};

}  // namespace

KernelResult MakeAveragePooling(const KernelRequest& request) {
  const Pooling& pooling = *As<Pooling>(*request.layer);
  if (pooling.count_padding && Padded(pooling.window) &&
      Grown(pooling, request.shapes->window.window)) {
    return std::unique_ptr<Kernel>(
        std::make_unique<GrownAverageKernel>(request));
  }
  std::unique_ptr<Kernel> kernel;
  ALEXNET_RETURN_IF_ERROR(Guarded(request.layer->name, [&] {
    kernel = std::make_unique<DnnlAverageKernel>(request);
    return Status();
  }));
  return kernel;
}

}  // namespace alexnet::cpu

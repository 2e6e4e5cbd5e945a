// Kernels of one loop each: activations, dropout, adaptive pooling and softmax.

#include <algorithm>
#include <cmath>

#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/dropout_math.h"
#include "core/backend/cpu/elementwise.h"
#include "core/backend/cpu/kernels.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

class ActivationKernel : public CpuKernel {
 public:
  explicit ActivationKernel(const KernelRequest& request)
      : relu_(As<Activation>(*request.layer)->kind == ActivationKind::kRelu) {
    name_ = request.layer->name + (relu_ ? " ReLU" : " tanh");
    src_ = request.src;
    dst_ = request.src;
    memory_.backward_reads_dst = true;
    memory_.in_place = true;
  }

  Status Forward(const ForwardArgs& args) override {
    (relu_ ? ReluForward : TanhForward)(static_cast<const float*>(args.src),
                                        src_.bytes / 4,
                                        static_cast<float*>(args.dst));
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    (relu_ ? ReluBackward : TanhBackward)(
        static_cast<const float*>(args.dst),
        static_cast<const float*>(args.dst_gradient), src_.bytes / 4,
        static_cast<float*>(args.src_gradient));
    return Status();
  }

 private:
  const bool relu_;
};

// The mask is found again in Backward.
class DropoutKernel : public CpuKernel {
 public:
  explicit DropoutKernel(const KernelRequest& request)
      : rate_(request.training ? As<Dropout>(*request.layer)->rate : 0.0f),
        layer_(static_cast<uint32_t>(request.layer_index)),
        part_(request.part) {
    name_ = request.layer->name + " dropout";
    // Units are counted in C, H, W order.
    src_ = Format::Dense(request.src.shape);
    dst_ = src_;
    memory_.in_place = true;
  }

  Status Forward(const ForwardArgs& args) override {
    Apply(*args.random, args.src, args.dst);
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    Apply(*args.random, args.dst_gradient, args.src_gradient);
    return Status();
  }

 private:
  void Apply(const RandomState& random, const void* from, void* to) const {
    const auto* in = static_cast<const float*>(from);
    auto* out = static_cast<float*>(to);
    const int64_t batch = src_.shape[0];
    const int64_t own = src_.shape.elements() / batch;
    // Units whose numbers follow one another: of all samples, where the part
    // has whole ones, else of one.
    const bool whole = part_.units == 0 || part_.units == own;
    const int64_t runs = whole ? 1 : batch;
    const int64_t units = whole ? batch * own : own;
    const DropoutMask mask = {random, layer_, rate_};
    const int64_t parts = MostDropoutRuns(units);
    ParallelFor(runs * parts, 64, [&](int64_t begin, int64_t end) {
      for (int64_t at = begin; at < end;) {
        const int64_t run = at / parts;
        const int64_t part = at % parts;
        const int64_t last = std::min(part + (end - at), parts);
        DropUnits(mask, part_.Number(run, 0, own), units, part, last,
                  in + run * own, out + run * own);
        at += last - part;
      }
    });
  }

  const float rate_;
  const uint32_t layer_;
  const BlobPart part_;
};

class AdaptivePoolingKernel : public CpuKernel {
 public:
  explicit AdaptivePoolingKernel(const KernelRequest& request) {
    name_ = request.layer->name + " adaptive average";
    src_ = Format::Dense(request.src.shape);
    dst_ = Format::Dense(WithBatch(request.shapes->out, request.batch));
  }

  Status Forward(const ForwardArgs& args) override {
    const auto* src = static_cast<const float*>(args.src);
    auto* dst = static_cast<float*>(args.dst);
    ForEachTap([&](int64_t out, float) { dst[out] = 0.0f; },
               [&](int64_t in, int64_t out, float share) {
                 dst[out] += src[in] * share;
               });
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    const auto* dst = static_cast<const float*>(args.dst_gradient);
    auto* src = static_cast<float*>(args.src_gradient);
    std::fill_n(src, src_.shape.elements(), 0.0f);
    ForEachTap([](int64_t, float) {},
               [&](int64_t in, int64_t out, float share) {
                 src[in] += dst[out] * share;
               });
    return Status();
  }

 private:
  // `start` for each output, then `tap` for each input of its window.
  template <typename Start, typename Tap>
  void ForEachTap(const Start& start, const Tap& tap) const {
    const int64_t height = src_.shape[2];
    const int64_t width = src_.shape[3];
    const int64_t out_h = dst_.shape[2];
    const int64_t out_w = dst_.shape[3];
    ParallelFor(
        src_.shape[0] * src_.shape[1], 1, [&](int64_t first, int64_t last) {
          for (int64_t plane = first; plane < last; ++plane) {
            for (int64_t oy = 0; oy < out_h; ++oy) {
              const int64_t top = oy * height / out_h;
              const int64_t bottom = ((oy + 1) * height + out_h - 1) / out_h;
              for (int64_t ox = 0; ox < out_w; ++ox) {
                const int64_t left = ox * width / out_w;
                const int64_t right = ((ox + 1) * width + out_w - 1) / out_w;
                const int64_t out = (plane * out_h + oy) * out_w + ox;
                const float share =
                    1.0f / static_cast<float>((bottom - top) * (right - left));
                start(out, share);
                for (int64_t y = top; y < bottom; ++y) {
                  for (int64_t x = left; x < right; ++x) {
                    tap((plane * height + y) * width + x, out, share);
                  }
                }
              }
            }
          }
        });
  }
};

class SoftmaxKernel : public CpuKernel {
 public:
  explicit SoftmaxKernel(const KernelRequest& request)
      : classes_(request.shapes->out[1]) {
    name_ = request.layer->name + " softmax";
    src_ = Format::Dense(request.src.shape);
    dst_ = Format::Dense(WithBatch(request.shapes->out, request.batch));
    memory_.backward_reads_dst = true;
    memory_.in_place = true;
  }

  Status Forward(const ForwardArgs& args) override {
    ForEachRow([&](int64_t row) {
      const float* z = static_cast<const float*>(args.src) + row;
      float* p = static_cast<float*>(args.dst) + row;
      const float largest = *std::max_element(z, z + classes_);
      float sum = 0.0f;
      for (int64_t c = 0; c < classes_; ++c) {
        p[c] = std::exp(z[c] - largest);
        sum += p[c];
      }
      for (int64_t c = 0; c < classes_; ++c) p[c] /= sum;
    });
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    ForEachRow([&](int64_t row) {
      const float* p = static_cast<const float*>(args.dst) + row;
      const float* g = static_cast<const float*>(args.dst_gradient) + row;
      float* out = static_cast<float*>(args.src_gradient) + row;
      float dot = 0.0f;
      for (int64_t c = 0; c < classes_; ++c) dot += p[c] * g[c];
      for (int64_t c = 0; c < classes_; ++c) out[c] = p[c] * (g[c] - dot);
    });
    return Status();
  }

 private:
  // `fn` of the first element of each row.
  template <typename Fn>
  void ForEachRow(const Fn& fn) const {
    ParallelFor(src_.shape[0], 4, [&](int64_t begin, int64_t end) {
      for (int64_t n = begin; n < end; ++n) fn(n * classes_);
    });
  }

  const int64_t classes_;
};

template <typename T, typename... Args>
KernelResult Make(Args&&... args) {
  return std::unique_ptr<Kernel>(
      std::make_unique<T>(std::forward<Args>(args)...));
}

}  // namespace

KernelResult MakeKernel(const Activation&, const KernelRequest& request) {
  return Make<ActivationKernel>(request);
}

KernelResult MakeKernel(const Dropout&, const KernelRequest& request) {
  return Make<DropoutKernel>(request);
}

KernelResult MakeKernel(const AdaptiveAveragePooling&,
                        const KernelRequest& request) {
  return Make<AdaptivePoolingKernel>(request);
}

KernelResult MakeKernel(const Softmax&, const KernelRequest& request) {
  return Make<SoftmaxKernel>(request);
}

}  // namespace alexnet::cpu

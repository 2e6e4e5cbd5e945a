// Locally connected layers: at each position of the output a matrix product of
// the patches that it sees and of its own weights.
//
// Blobs have their channels innermost, so that a patch is a few runs of memory,
// which are multiplied where they lie, and a position's outputs lie together. A
// position's weights are packed (taps, output channels), taps in the order of a
// patch: rows, columns, channels.

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/elementwise.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/products.h"
#include "core/base/checked_math.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Samples whose source gradients are summed at once, at the most: they stay in
// the cache.
constexpr int64_t kMostSamples = 32;
static_assert(kMostSamples % kProductColumns == 0);

// What does not depend on the batch.
struct Local {
  explicit Local(const KernelRequest& request)
      : window(request.shapes->window.window),
        channels(request.shapes->in[1]),
        height(request.shapes->in[2]),
        width(request.shapes->in[3]),
        out(request.shapes->out[1]),
        out_height(request.shapes->out[2]),
        out_width(request.shapes->out[3]) {}

  int64_t positions() const { return out_height * out_width; }
  int64_t taps() const { return window.kernel_h * window.kernel_w * channels; }
  int64_t in_elements() const { return channels * height * width; }
  int64_t out_elements() const { return out * positions(); }

  Window window;
  int64_t channels;
  int64_t height;
  int64_t width;
  int64_t out;  // channels
  int64_t out_height;
  int64_t out_width;
};

// Rows of a tensor that are output channels by positions, as model files have
// them, packed by positions: (O, P, C, kH, kW) as (P, kH, kW, C, O).
class PositionLayout : public ParameterLayout {
 public:
  // Biases have one tap.
  PositionLayout(const Local& local, bool is_bias)
      : out_(local.out), positions_(local.positions()) {
    if (is_bias) {
      order_ = {0};
      return;
    }
    const Window& window = local.window;
    for (int64_t y = 0; y < window.kernel_h; ++y) {
      for (int64_t x = 0; x < window.kernel_w; ++x) {
        for (int64_t c = 0; c < local.channels; ++c) {
          order_.push_back((c * window.kernel_h + y) * window.kernel_w + x);
        }
      }
    }
  }

  int64_t bytes() const override { return elements() * 4; }
  int64_t elements() const override { return out_ * positions_ * taps(); }
  std::string key() const override {
    // Taps may be as many and in another order.
    return fmt::format("positions {} of {} with {} taps, {} apart", positions_,
                       out_, taps(), taps() > 1 ? order_[1] : 0);
  }
  bool dense() const override {
    return taps() == 1 && (out_ == 1 || positions_ == 1);
  }

  Status Pack(const TensorView& tensor, void* packed) const override {
    std::vector<float> row(static_cast<size_t>(taps()));
    auto* to = static_cast<float*>(packed);
    const auto* from = static_cast<const std::byte*>(tensor.data);
    for (int64_t unit = 0; unit < out_ * positions_; ++unit) {
      WidenToFloat(tensor.dtype, from + unit * taps() * DTypeSize(tensor.dtype),
                   taps(), row.data());
      float* column = to + ColumnOf(unit);
      for (int64_t t = 0; t < taps(); ++t) {
        column[t * out_] = row[static_cast<size_t>(order_[At(t)])];
      }
    }
    return Status();
  }

  Status Unpack(const void* packed, float* dense) const override {
    const auto* from = static_cast<const float*>(packed);
    for (int64_t unit = 0; unit < out_ * positions_; ++unit) {
      const float* column = from + ColumnOf(unit);
      for (int64_t t = 0; t < taps(); ++t) {
        dense[unit * taps() + order_[At(t)]] = column[t * out_];
      }
    }
    return Status();
  }

 private:
  static size_t At(int64_t tap) { return static_cast<size_t>(tap); }
  int64_t taps() const { return static_cast<int64_t>(order_.size()); }
  // Where a unit's first tap lies.
  int64_t ColumnOf(int64_t unit) const {
    return unit % positions_ * taps() * out_ + unit / positions_;
  }

  const int64_t out_;
  const int64_t positions_;
  std::vector<int64_t> order_;  // in the file, by packed tap
};

class LocallyConnectedKernel : public CpuKernel {
 public:
  explicit LocallyConnectedKernel(const KernelRequest& request)
      : local_(request),
        batch_(request.batch),
        relu_(request.fused.has_value()),
        has_bias_(As<LocallyConnected>(*request.layer)->has_bias),
        weight_(local_, false),
        bias_(local_, true) {
    name_ = request.layer->name + " by positions";
    if (relu_) name_ += " and ReLU";
    src_ = ChannelsInnermost(WithBatch(request.shapes->in, batch_));
    dst_ = ChannelsInnermost(WithBatch(request.shapes->out, batch_));
    memory_.backward_reads_src = true;
    memory_.backward_reads_dst = relu_;
    masked_ = request.training && relu_
                  ? RoundUp<int64_t>(batch_ * local_.out_elements(), 16)
                  : 0;
    samples_ = std::min(
        kMostSamples,
        RoundUp((batch_ + TeamSize() - 1) / TeamSize(), kProductColumns));
    chunks_ = (batch_ + samples_ - 1) / samples_;
    const int64_t turned =
        request.training && request.src_gradient ? turned_size() : 0;
    memory_.scratch_bytes = 4 * (masked_ + TeamSize() * turned);
  }

  const ParameterLayout* weight_layout() const override { return &weight_; }
  const ParameterLayout* bias_layout() const override {
    return has_bias_ ? &bias_ : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    const auto* src = static_cast<const float*>(args.src);
    const auto* weight = static_cast<const float*>(args.weight);
    const auto* bias = static_cast<const float*>(args.bias);
    auto* dst = static_cast<float*>(args.dst);
    const int64_t out = local_.out;
    ParallelFor(local_.positions(), 1, [&](int64_t begin, int64_t end) {
      for (int64_t position = begin; position < end; ++position) {
        float* y = dst + position * out;
        for (int64_t n = 0; n < batch_; ++n) {
          float* own = y + n * local_.out_elements();
          if (bias != nullptr) {
            std::copy_n(bias + position * out, out, own);
          } else {
            std::fill_n(own, out, 0.0f);
          }
        }
        const float* own = weight + position * local_.taps() * out;
        ForEachRun(position, [&](int64_t in, int64_t tap, int64_t count) {
          AddProduct({.rows = batch_,
                      .columns = out,
                      .depth = count,
                      .a = src + in,
                      .a_row = local_.in_elements(),
                      .a_depth = 1,
                      .b = own + tap * out,
                      .b_row = out,
                      .c = y,
                      .c_row = local_.out_elements()});
        });
      }
    });
    if (relu_) Rectify(batch_ * local_.out_elements(), dst);
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    const auto* gradient = static_cast<const float*>(args.dst_gradient);
    if (relu_) {
      auto* masked = static_cast<float*>(args.scratch);
      ReluBackward(static_cast<const float*>(args.dst), gradient,
                   batch_ * local_.out_elements(), masked);
      gradient = masked;
    }
    if (args.bias_gradient != nullptr) {
      SumRows(gradient, batch_, local_.out_elements(),
              static_cast<float*>(args.bias_gradient));
    }
    if (args.weight_gradient != nullptr) {
      WeightGradient(static_cast<const float*>(args.src), gradient,
                     static_cast<float*>(args.weight_gradient));
    }
    if (args.src_gradient != nullptr) {
      SourceGradient(static_cast<const float*>(args.weight), gradient,
                     static_cast<float*>(args.scratch) + masked_,
                     static_cast<float*>(args.src_gradient));
    }
    return Status();
  }

 private:
  static Format ChannelsInnermost(const Shape& shape) {
    return BlockedFormat(shape, shape[1]);
  }

  // Calls run(offset in the source's sample, first tap, taps) for each run of a
  // position's taps that lies inside the input: what lies outside is never
  // multiplied, so that weights that are not finite do no harm there.
  template <typename Run>
  void ForEachRun(int64_t position, const Run& run) const {
    const Window& window = local_.window;
    const int64_t top =
        position / local_.out_width * window.stride_h - window.pad_top;
    const int64_t left =
        position % local_.out_width * window.stride_w - window.pad_left;
    const int64_t first = std::max<int64_t>(left, 0);
    const int64_t last = std::min(left + window.kernel_w, local_.width);
    if (first >= last) return;
    for (int64_t ky = 0; ky < window.kernel_h; ++ky) {
      const int64_t y = top + ky;
      if (y < 0 || y >= local_.height) continue;
      run((y * local_.width + first) * local_.channels,
          (ky * window.kernel_w + first - left) * local_.channels,
          (last - first) * local_.channels);
    }
  }

  // A thread's scratch for the source's gradient, in floats.
  int64_t turned_size() const {
    return (local_.in_elements() + local_.out_elements()) * samples_;
  }

  void WeightGradient(const float* src, const float* gradient,
                      float* weight_gradient) const {
    const int64_t out = local_.out;
    ParallelFor(local_.positions(), 1, [&](int64_t begin, int64_t end) {
      for (int64_t position = begin; position < end; ++position) {
        float* sums = weight_gradient + position * local_.taps() * out;
        std::fill_n(sums, local_.taps() * out, 0.0f);
        ForEachRun(position, [&](int64_t in, int64_t tap, int64_t count) {
          AddProduct({.rows = count,
                      .columns = out,
                      .depth = batch_,
                      .a = src + in,
                      .a_row = 1,
                      .a_depth = local_.in_elements(),
                      .b = gradient + position * out,
                      .b_row = local_.out_elements(),
                      .c = sums + tap * out,
                      .c_row = out});
        });
      }
    });
  }

  // By samples, since the patches of neighbouring positions overlap, and with
  // samples innermost, since weights have their output channels there.
  void SourceGradient(const float* weight, const float* gradient,
                      float* scratch, float* src_gradient) const {
    const int64_t out = local_.out;
    ParallelFor(chunks_, 1, [&](int slot, int64_t begin, int64_t end) {
      float* dx = scratch + slot * turned_size();
      float* dy = dx + local_.in_elements() * samples_;
      for (int64_t chunk = begin; chunk < end; ++chunk) {
        const int64_t first = chunk * samples_;
        const int64_t samples = std::min(samples_, batch_ - first);
        // Samples that are not there are zeros, where whole vectors need them.
        const int64_t columns = RoundUp<int64_t>(samples, kProductColumns);
        std::fill_n(dx, local_.in_elements() * columns, 0.0f);
        SamplesInnermost(gradient + first * local_.out_elements(), samples,
                         local_.out_elements(), columns, dy);
        for (int64_t position = 0; position < local_.positions(); ++position) {
          const float* own = weight + position * local_.taps() * out;
          ForEachRun(position, [&](int64_t in, int64_t tap, int64_t count) {
            AddProduct({.rows = count,
                        .columns = columns,
                        .depth = out,
                        .a = own + tap * out,
                        .a_row = out,
                        .a_depth = 1,
                        .b = dy + position * out * columns,
                        .b_row = columns,
                        .c = dx + in * columns,
                        .c_row = columns});
          });
        }
        SamplesOutermost(dx, samples, local_.in_elements(), columns,
                         src_gradient + first * local_.in_elements());
      }
    });
  }

  // (samples, elements) to (elements, columns), of which those past the samples
  // are zero.
  static void SamplesInnermost(const float* from, int64_t samples,
                               int64_t elements, int64_t columns, float* to) {
    for (int64_t i = 0; i < elements; ++i) {
      for (int64_t n = 0; n < samples; ++n) {
        to[i * columns + n] = from[n * elements + i];
      }
      std::fill(to + i * columns + samples, to + (i + 1) * columns, 0.0f);
    }
  }
  static void SamplesOutermost(const float* from, int64_t samples,
                               int64_t elements, int64_t columns, float* to) {
    for (int64_t n = 0; n < samples; ++n) {
      for (int64_t i = 0; i < elements; ++i) {
        to[n * elements + i] = from[i * columns + n];
      }
    }
  }

  const Local local_;
  const int64_t batch_;
  const bool relu_;
  const bool has_bias_;
  const PositionLayout weight_;
  const PositionLayout bias_;
  int64_t masked_ = 0;  // floats of the gradient before the ReLU
  // Of the source's gradient: samples at once, and how often.
  int64_t samples_ = 0;
  int64_t chunks_ = 0;
};

}  // namespace

KernelResult MakeKernel(const LocallyConnected&, const KernelRequest& request) {
  return std::unique_ptr<Kernel>(
      std::make_unique<LocallyConnectedKernel>(request));
}

}  // namespace alexnet::cpu

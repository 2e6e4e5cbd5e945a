// The emulation's MathLibrary: plain loops in double.

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/kernels/bias_apart.h"
#include "core/backend/cuda/kernels/direct_operation.h"
#include "core/backend/cuda/math/algorithm_choice.h"
#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/math/tuning_file.h"
#include "core/backend/cuda/primitives/number.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// A tensor of either type.
class Values {
 public:
  Values(const void* data, Precision precision)
      : data_(data), wide_(ComputeType(precision) == DType::kF32) {}
  double operator[](int64_t i) const {
    return wide_ ? static_cast<const float*>(data_)[i]
                 : ToFloat(static_cast<const Bf16*>(data_)[i]);
  }
  void Set(int64_t i, double value) const {
    void* data = const_cast<void*>(data_);
    const float narrow = static_cast<float>(value);
    if (wide_) {
      static_cast<float*>(data)[i] = narrow;
    } else {
      static_cast<Bf16*>(data)[i] = FromFloat<Bf16>(narrow);
    }
  }

 private:
  const void* data_;
  bool wide_;
};

// Libraries launch kernels and ask for the last error then, which may be one
// that somebody else has met and left.
Status MeetLibrary(const char* call) {
  const cudaError_t met = emulation::Meet(call);
  const cudaError_t last = cudaGetLastError();
  return FromCuda(met != cudaSuccess ? met : last, call);
}

class EmulatedOperation : public Operation {
 public:
  // `number`: of the algorithm, which gives the same as the others.
  explicit EmulatedOperation(int number) : number_(number) {}
  int64_t workspace_bytes() const override { return 512; }
  std::string Name() const override { return "emulated"; }
  Status Run(const KernelStream& stream, const Operands& operands) override {
    for (const void* data :
         {operands.a, operands.b, static_cast<const void*>(operands.out),
          static_cast<const void*>(operands.workspace)}) {
      // What cuBLASLt is promised.
      if (reinterpret_cast<uintptr_t>(data) % 256 != 0) {
        return InternalError("a buffer that is not aligned to 256 bytes");
      }
    }
    ALEXNET_RETURN_IF_ERROR(MeetLibrary("cublasLtMatmul"));
    if (number_ < emulation::machine().broken_algorithms) {
      return InternalError("the algorithm does not run");
    }
    const cudaError_t error = emulation::Send(stream.stream, [this, operands] {
      const emulation::Watched watched(What());
      ++emulation::LibraryRuns();
      if (emulation::machine().algorithms > 1) {
        emulation::machine().clock += emulation::machine().algorithms - number_;
      }
      std::memset(operands.workspace, 0xff,
                  static_cast<size_t>(workspace_bytes()));
      Compute(operands);
    });
    return FromCuda(error, "an emulated operation");
  }

 protected:
  virtual const char* What() const = 0;
  virtual void Compute(const Operands& operands) const = 0;

 private:
  const int number_;
};

class EmulatedConvolution : public EmulatedOperation {
 public:
  EmulatedConvolution(const ConvolutionProblem& problem, int number)
      : EmulatedOperation(number), p_(problem) {}
  bool masks() const override { return masks_; }

 private:
  // Products of channels that lie side by side, the first of them: all of one
  // filter's at one place of its window.
  struct Products {
    int64_t src;
    int64_t weight;
    int64_t dst;
  };

  template <typename Visit>
  void ForEachProducts(const Visit& visit) const {
    const int64_t in = p_.channels / p_.groups;
    const int64_t out = p_.out_channels / p_.groups;
    const int64_t in_pitch = p_.channels / p_.towers;
    const int64_t out_pitch = p_.out_channels / p_.towers;
    for (int64_t n = 0; n < p_.batch; ++n)
      for (int64_t oy = 0; oy < p_.out_height; ++oy)
        for (int64_t ox = 0; ox < p_.out_width; ++ox)
          for (int64_t ky = 0; ky < p_.kernel_h; ++ky)
            for (int64_t kx = 0; kx < p_.kernel_w; ++kx) {
              const int64_t y = oy * p_.stride_h + ky - p_.pad_top;
              const int64_t x = ox * p_.stride_w + kx - p_.pad_left;
              if (y < 0 || x < 0 || y >= p_.height || x >= p_.width) continue;
              for (int64_t o = 0; o < p_.out_channels; ++o) {
                // Of the first of the group's channels.
                const int64_t c = o / out * in;
                const int64_t in_sample = c / in_pitch * p_.batch + n;
                const int64_t out_sample = o / out_pitch * p_.batch + n;
                visit(Products{
                    ((in_sample * p_.height + y) * p_.width + x) * in_pitch +
                        c % in_pitch,
                    ((o * p_.kernel_h + ky) * p_.kernel_w + kx) * in,
                    ((out_sample * p_.out_height + oy) * p_.out_width + ox) *
                            out_pitch +
                        o % out_pitch});
              }
            }
  }

  const char* What() const override {
    switch (p_.pass) {
      case ConvolutionPass::kSourceGradient:
        return "convolutions backward, data";
      case ConvolutionPass::kWeightGradient:
        return "convolutions backward, weights";
      case ConvolutionPass::kForward:
        break;
    }
    return "convolutions forward";
  }

  std::vector<double> Widened(const void* data, int64_t count) const {
    const Values values(data, p_.precision);
    std::vector<double> wide;
    for (int64_t i = 0; i < count; ++i) wide.push_back(values[i]);
    return wide;
  }

  void Compute(const Operands& operands) const override {
    const Values result(operands.out, p_.precision);
    const int64_t in = p_.channels / p_.groups;
    const int64_t src = p_.batch * p_.height * p_.width * p_.channels;
    const int64_t dst =
        p_.batch * p_.out_height * p_.out_width * p_.out_channels;
    const int64_t weights = p_.out_channels * p_.kernel_h * p_.kernel_w * in;
    std::vector<double> sums;
    switch (p_.pass) {
      case ConvolutionPass::kForward: {
        const std::vector<double> a = Widened(operands.a, src);
        const std::vector<double> b = Widened(operands.b, weights);
        sums.resize(static_cast<size_t>(dst));
        ForEachProducts([&](const Products& p) {
          double sum = sums[p.dst];
          for (int64_t i = 0; i < in; ++i)
            sum += a[p.src + i] * b[p.weight + i];
          sums[p.dst] = sum;
        });
        break;
      }
      case ConvolutionPass::kSourceGradient: {
        const std::vector<double> a = Widened(operands.a, dst);
        const std::vector<double> b = Widened(operands.b, weights);
        sums.resize(static_cast<size_t>(src));
        ForEachProducts([&](const Products& p) {
          const double factor = a[p.dst];
          for (int64_t i = 0; i < in; ++i) {
            sums[p.src + i] += factor * b[p.weight + i];
          }
        });
        break;
      }
      case ConvolutionPass::kWeightGradient: {
        const std::vector<double> a = Widened(operands.a, src);
        const std::vector<double> b = Widened(operands.b, dst);
        sums.resize(static_cast<size_t>(weights));
        ForEachProducts([&](const Products& p) {
          const double factor = b[p.dst];
          for (int64_t i = 0; i < in; ++i) {
            sums[p.weight + i] += a[p.src + i] * factor;
          }
        });
        break;
      }
    }
    for (size_t i = 0; i < sums.size(); ++i) {
      double value = sums[i];
      if (p_.bias) {
        const int64_t pitch = p_.out_channels / p_.towers;
        const int64_t at = static_cast<int64_t>(i);
        value +=
            Values(operands.bias,
                   p_.precision)[at / (dst / p_.towers) * pitch + at % pitch];
      }
      if (p_.relu && value < 0.0) value = 0.0;
      if (masks_ &&
          Values(operands.mask, p_.precision)[static_cast<int64_t>(i)] <= 0.0) {
        value = 0.0;
      }
      result.Set(static_cast<int64_t>(i), value);
    }
  }

  const ConvolutionProblem p_;
  const bool masks_ = p_.mask && emulation::machine().masks;
};

class EmulatedProduct : public EmulatedOperation {
 public:
  EmulatedProduct(const ProductProblem& problem, int number)
      : EmulatedOperation(number), p_(problem) {}

 private:
  const char* What() const override { return "products"; }
  void Compute(const Operands& operands) const override {
    const Values a(operands.a, p_.precision);
    const Values b(operands.b, p_.precision);
    const Values out(operands.out, p_.precision);
    for (int64_t m = 0; m < p_.m; ++m) {
      for (int64_t n = 0; n < p_.n; ++n) {
        double sum = p_.bias ? Values(operands.bias, p_.precision)[n] : 0.0;
        for (int64_t k = 0; k < p_.k; ++k) {
          sum += a[p_.transpose_a ? k * p_.m + m : m * p_.k + k] *
                 b[p_.transpose_b ? n * p_.k + k : k * p_.n + n];
        }
        out.Set(m * p_.n + n, sum);
      }
    }
  }

  const ProductProblem p_;
};

template <typename Operation_, typename Problem>
std::vector<Algorithm> AlgorithmsOf(const Problem& problem) {
  std::vector<Algorithm> algorithms;
  for (int i = 0; i < emulation::machine().algorithms; ++i) {
    algorithms.push_back({fmt::format("emulated {}", i),
                          [problem, i]() -> Result<std::unique_ptr<Operation>> {
                            return std::unique_ptr<Operation>(
                                std::make_unique<Operation_>(problem, i));
                          }});
  }
  return algorithms;
}

class EmulatedMath : public MathLibrary {
 public:
  EmulatedMath(cudaStream_t stream, const MathOptions& options)
      : options_(options),
        file_(options.tune && !options.tuning_folder.empty()
                  ? std::make_unique<TuningFile>(options.tuning_folder,
                                                 "emulated GPU")
                  : nullptr),
        choice_(stream, options.tune, file_.get()) {}

  Result<std::shared_ptr<Operation>> MakeConvolution(
      const ConvolutionProblem& problem) override {
    ALEXNET_RETURN_IF_ERROR(MeetLibrary("cudnnBackendFinalize"));
    // What tuning may choose.
    if (options_.tune && SuitsDirectConvolution(problem)) {
      return std::shared_ptr<Operation>(
          std::make_unique<DirectOperation>(problem));
    }
    const ConvolutionProblem& p = problem;
    OperandBytes bytes;
    bytes.dtype = ComputeType(p.precision);
    const int64_t size = DTypeSize(bytes.dtype);
    const int64_t src = p.batch * p.height * p.width * p.channels * size;
    const int64_t dst =
        p.batch * p.out_height * p.out_width * p.out_channels * size;
    const int64_t weights = p.out_channels * p.kernel_h * p.kernel_w *
                            (p.channels / p.groups) * size;
    bytes.a = p.pass == ConvolutionPass::kSourceGradient ? dst : src;
    bytes.b = p.pass == ConvolutionPass::kWeightGradient ? dst : weights;
    bytes.bias = p.out_channels * size;
    bytes.mask = p.mask ? src : 0;
    bytes.out = p.pass == ConvolutionPass::kForward          ? dst
                : p.pass == ConvolutionPass::kSourceGradient ? src
                                                             : weights;
    return Choose(
        fmt::format("convolution {} n{} c{} {}x{} o{} k{}x{} {}{}",
                    static_cast<int>(p.pass), p.batch, p.channels, p.height,
                    p.width, p.out_channels, p.kernel_h, p.kernel_w,
                    static_cast<int>(p.precision), p.mask ? " masked" : ""),
        AlgorithmsOf<EmulatedConvolution>(p), bytes);
  }
  Result<std::shared_ptr<Operation>> MakeProduct(
      const ProductProblem& problem) override {
    ALEXNET_RETURN_IF_ERROR(MeetLibrary("cublasLtMatmulAlgoGetHeuristic"));
    ALEXNET_ASSIGN_OR_RETURN(
        const std::vector<Algorithm> algorithms,
        WithBiasApart(
            problem,
            [](const ProductProblem& form) -> Result<std::vector<Algorithm>> {
              if (form.bias && !emulation::machine().epilogues) {
                return UnsupportedError("no product adds a bias");
              }
              return AlgorithmsOf<EmulatedProduct>(form);
            }));
    const ProductProblem& p = problem;
    OperandBytes bytes;
    bytes.dtype = ComputeType(p.precision);
    const int64_t size = DTypeSize(bytes.dtype);
    bytes.a = p.m * p.k * size;
    bytes.b = p.k * p.n * size;
    bytes.bias = p.n * size;
    bytes.out = p.m * p.n * size;
    return Choose(fmt::format("product {}x{}x{} {} {}{} {}", p.m, p.n, p.k,
                              p.bias, p.transpose_a, p.transpose_b,
                              static_cast<int>(p.precision)),
                  algorithms, bytes);
  }
  std::vector<std::string> Notes() const override {
    return file_ != nullptr ? file_->notes() : std::vector<std::string>();
  }

 private:
  Result<std::shared_ptr<Operation>> Choose(
      const std::string& problem, const std::vector<Algorithm>& algorithms,
      const OperandBytes& bytes) const {
    // Loops of which nothing else is there are not tried: of a large batch they
    // would take hours.
    if (emulation::machine().algorithms == 1) {
      ALEXNET_ASSIGN_OR_RETURN(auto only, algorithms.front().make());
      return std::shared_ptr<Operation>(std::move(only));
    }
    ALEXNET_ASSIGN_OR_RETURN(auto chosen,
                             choice_.Choose(problem, algorithms, bytes));
    return std::shared_ptr<Operation>(std::move(chosen));
  }

  const MathOptions options_;
  const std::unique_ptr<TuningFile> file_;
  const AlgorithmChoice choice_;
};

}  // namespace

Result<std::unique_ptr<MathLibrary>> OpenMathLibrary(
    cudaStream_t stream, const MathOptions& options) {
  ALEXNET_RETURN_IF_ERROR(MeetLibrary("cudnnCreate"));
  return std::unique_ptr<MathLibrary>(
      std::make_unique<EmulatedMath>(stream, options));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

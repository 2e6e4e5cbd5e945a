// MathLibrary: the convolutions and matrix products that others compute best:
// cuDNN and cuBLASLt on a GPU, plain loops in the tests' emulation.

#ifndef ALEXNET_CORE_BACKEND_CUDA_MATH_MATH_LIBRARY_H_
#define ALEXNET_CORE_BACKEND_CUDA_MATH_MATH_LIBRARY_H_

#include <cuda_runtime.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/precision.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Of blobs, and of the parameters that kernels read.
inline DType ComputeType(Precision precision) {
  return precision == Precision::kBf16 ? DType::kBF16 : DType::kF32;
}

// What Operation::Run reads and writes, all in the device's memory.
struct Operands {
  const void* a = nullptr;
  const void* b = nullptr;
  const void* bias = nullptr;
  const void* mask = nullptr;  // laid out as `out`
  void* out = nullptr;
  void* workspace = nullptr;  // Operation::workspace_bytes()
};

class Operation {
 public:
  virtual ~Operation() = default;
  virtual int64_t workspace_bytes() const = 0;
  virtual std::string Name() const = 0;  // the algorithm
  // Whether it applies the problem's mask, which may be left to the caller.
  virtual bool masks() const { return false; }
  virtual Status Run(const KernelStream& stream, const Operands& operands) = 0;
};

enum class ConvolutionPass : int8_t {
  kForward = 0,         // a: source, b: weights, out: output
  kSourceGradient = 1,  // a: output gradient, b: weights
  kWeightGradient = 2,  // a: source, b: output gradient
};

// Blobs are (tower, N, H, W, channels of a tower), weights (O, kH, kW,
// C / groups).
struct ConvolutionProblem {
  ConvolutionPass pass = ConvolutionPass::kForward;
  Precision precision = Precision::kF32;
  int64_t batch = 0;
  int64_t channels = 0;
  int64_t height = 0;
  int64_t width = 0;
  int64_t out_channels = 0;
  int64_t out_height = 0;
  int64_t out_width = 0;
  int64_t kernel_h = 1;
  int64_t kernel_w = 1;
  int64_t stride_h = 1;
  int64_t stride_w = 1;
  int64_t pad_top = 0;
  int64_t pad_left = 0;
  int64_t pad_bottom = 0;  // as much as the last window needs
  int64_t pad_right = 0;
  int64_t groups = 1;
  int64_t towers = 1;  // of both blobs: 1 or the groups
  bool bias = false;   // forward only: (O)
  bool relu = false;   // likewise; NaN goes on
  // Source gradient only: the source, which came out of a ReLU, is an operand,
  // and the gradient zero where it is, if the operation masks().
  bool mask = false;
};

// out (m, n) = a b, row-major; a (m, k), or (k, m) if transposed; b (k, n), or
// (n, k) if transposed.
struct ProductProblem {
  Precision precision = Precision::kF32;
  int64_t m = 0;
  int64_t n = 0;
  int64_t k = 0;
  bool transpose_a = false;
  bool transpose_b = false;
  bool bias = false;  // (n), added to each row
};

// One stream's libraries, which outlive their operations. The same problem may
// get the same operation again. Not thread safe.
class MathLibrary {
 public:
  virtual ~MathLibrary() = default;
  virtual Result<std::shared_ptr<Operation>> MakeConvolution(
      const ConvolutionProblem& problem) = 0;
  virtual Result<std::shared_ptr<Operation>> MakeProduct(
      const ProductProblem& problem) = 0;
  // What a person may want to know of how it has chosen so far.
  virtual std::vector<std::string> Notes() const = 0;
};

struct MathOptions {
  // Times candidates when an operation is made, and takes the fastest of all.
  // Otherwise the first that sums in a fixed order and runs, so that the same
  // work gives the same bits in every run.
  bool tune = false;
  // Where what tuning finds is kept; empty: nowhere.
  std::string tuning_folder;
};

// `stream` must outlive the library. Loads what is not loaded yet; the error
// names the library that is missing and where it was looked for.
Result<std::unique_ptr<MathLibrary>> OpenMathLibrary(
    cudaStream_t stream, const MathOptions& options);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_MATH_MATH_LIBRARY_H_

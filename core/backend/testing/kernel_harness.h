// RunKernel: one layer through any backend on dense blobs, so that backends can
// be compared with each other and with golden vectors.

#ifndef ALEXNET_CORE_BACKEND_TESTING_KERNEL_HARNESS_H_
#define ALEXNET_CORE_BACKEND_TESTING_KERNEL_HARNESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/backend/weight_type.h"
#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet::testing {

// Everything dense row-major float32. Empty weights and biases are filled with
// RandomValues.
struct KernelCase {
  Layer layer;
  // (N, C, H, W); (N, F) for activations, dropout, softmax and fully connected
  // layers.
  Shape in;
  std::vector<float> src;
  std::vector<float> weight;
  std::vector<float> bias;
  // Of the size of the output; backward runs where it is not empty, and the
  // kernel is made for training.
  std::vector<float> dst_gradient;
  bool training = false;     // for a forward pass alone
  bool src_gradient = true;  // ask for it
  bool src_sums = false;     // ask for its sums, of a kernel that has them
  bool frozen = false;       // ask for no gradients of parameters
  // The source came out of a ReLU; its gradient is masked whether the kernel
  // does that or not.
  bool src_rectified = false;
  std::optional<ActivationKind> fused;
  // A pooling layer that the kernel applies too.
  std::optional<Layer> pooling;
  // Who gives the source, a layer that keeps its shape, and who reads the
  // output: only the kernel's layouts follow from them.
  std::optional<Layer> producer;
  std::optional<Layer> reader;
  int layer_index = 3;
  RandomState random{.seed = 5, .step = 2};
  BlobPart part{.first_sample = 1};
  WeightType weight_dtype = WeightType::kF32;
};

struct KernelResult {
  std::string name;  // of the kernel
  Shape out;
  std::vector<float> dst;
  std::vector<float> src_gradient;
  std::vector<float> src_sums;
  std::vector<float> weight_gradient;
  std::vector<float> bias_gradient;
};

// Reorders between dense blobs and the kernel's formats as core/exec does.
// Buffers that a kernel says it does not read in backward are poisoned, and
// what it may not write is checked.
Result<KernelResult> RunKernel(Backend& backend, const KernelCase& test);

// Shapes of `layer` over `in`.
Result<LayerShapes> ShapesOf(const Layer& layer, const Shape& in);

// `count` values in [-scale, scale), different for each `stream`.
std::vector<float> RandomValues(int64_t count, uint32_t stream,
                                float scale = 1.0f);

// Largest |actual - expected| over the largest |expected| (at least `floor`);
// infinity where sizes differ or a value is not finite.
double RelativeError(const std::vector<float>& actual,
                     const std::vector<float>& expected, double floor = 1e-6);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_BACKEND_TESTING_KERNEL_HARNESS_H_

#include "core/parallel/testing/layer_math.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>

#include "core/backend/kernel.h"
#include "core/backend/reference/reference_backend.h"

namespace alexnet::testing {
namespace {

std::unique_ptr<Kernel> KernelOf(const LayerCase& test) {
  KernelRequest request;
  request.layer = &test.layer;
  request.shapes = &test.shapes;
  request.batch = test.batch;
  request.training = true;
  request.src_gradient = true;
  return CreateReferenceBackend()->CreateKernel(request).value();
}

void Multiply(const Values& a, const Values& b, Values* product) {
  for (size_t i = 0; i < a.size(); ++i) (*product)[i] = a[i] * b[i];
}

template <typename Elements>
auto* DataOrNull(Elements& elements) {
  return elements.empty() ? nullptr : elements.data();
}

}  // namespace

void ForwardLayer(const LayerCase& test, const LayerParameters& parameters,
                  LayerBlobs* blobs) {
  const int64_t elements = test.batch * test.shapes.out.elements();
  blobs->out.assign(static_cast<size_t>(elements), 0.0);
  if (!test.mask.empty()) return Multiply(blobs->in, test.mask, &blobs->out);
  ForwardArgs args;
  args.src = blobs->in.data();
  args.dst = blobs->out.data();
  args.weight = DataOrNull(parameters.weight);
  args.bias = DataOrNull(parameters.bias);
  const Status status = KernelOf(test)->Forward(args);
  EXPECT_TRUE(status.ok()) << status.ToString();
}

void BackwardLayer(const LayerCase& test, LayerParameters* parameters,
                   LayerBlobs* blobs) {
  blobs->in_gradient.assign(blobs->in.size(), 0.0);
  if (!test.mask.empty()) {
    return Multiply(blobs->out_gradient, test.mask, &blobs->in_gradient);
  }
  parameters->weight_gradient.assign(parameters->weight.size(), 0.0f);
  parameters->bias_gradient.assign(parameters->bias.size(), 0.0f);
  BackwardArgs args;
  args.src = blobs->in.data();
  args.dst = blobs->out.data();
  args.dst_gradient = blobs->out_gradient.data();
  args.src_gradient = blobs->in_gradient.data();
  args.weight = DataOrNull(parameters->weight);
  args.weight_gradient = DataOrNull(parameters->weight_gradient);
  args.bias_gradient = DataOrNull(parameters->bias_gradient);
  const Status status = KernelOf(test)->Backward(args);
  EXPECT_TRUE(status.ok()) << status.ToString();
}

}  // namespace alexnet::testing

#include "core/parallel/testing/whole_run.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/backend/reference/ops.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/backend/update.h"

namespace alexnet::testing {

StepCase MakeStepCase(const Network& network, int64_t batch) {
  StepCase step{network, InferNetwork(network).value(), batch, {}, {}, {}};
  const Floats input = RandomValues(
      batch * network.channels * network.height * network.width, 1000);
  step.input.assign(input.begin(), input.end());
  for (int64_t n = 0; n < batch; ++n) {
    step.labels.push_back(static_cast<int>((3 * n + 1) % step.info.classes));
  }
  for (size_t p = 0; p < step.info.parameters.size(); ++p) {
    const ParameterInfo& parameter = step.info.parameters[p];
    const float scale =
        parameter.is_bias
            ? 0.2f
            : std::sqrt(3.0f / static_cast<float>(parameter.fan_in));
    step.parameters.push_back(RandomValues(parameter.shape.elements(),
                                           static_cast<uint32_t>(p), scale));
  }
  return step;
}

std::vector<Tensor> TensorsOf(const StepCase& step) {
  std::vector<Tensor> tensors;
  for (size_t p = 0; p < step.parameters.size(); ++p) {
    tensors.push_back(Tensor::Create(step.info.parameters[p].shape).value());
    std::copy(step.parameters[p].begin(), step.parameters[p].end(),
              tensors.back().f32());
  }
  return tensors;
}

Values DropoutMask(const StepCase& step, int layer, const RandomState& random) {
  const auto index = static_cast<size_t>(layer);
  const auto* dropout = As<Dropout>(step.network.layers[index]);
  if (dropout == nullptr) return {};
  const int64_t features = step.info.layers[index].in.elements();
  const Values ones(static_cast<size_t>(step.batch * features), 1.0);
  Values mask(ones.size());
  reference::DropoutApply(*dropout, {layer, random, {}}, step.batch, features,
                          ones.data(), mask.data());
  return mask;
}

double SampleLoss(const double* scores, int64_t classes, int label,
                  int64_t batch, double* gradient) {
  const double largest = *std::max_element(scores, scores + classes);
  double sum = 0.0;
  for (int64_t c = 0; c < classes; ++c) sum += std::exp(scores[c] - largest);
  for (int64_t c = 0; c < classes; ++c) {
    const double probability = std::exp(scores[c] - largest) / sum;
    gradient[c] =
        (probability - (c == label ? 1.0 : 0.0)) / static_cast<double>(batch);
  }
  return (std::log(sum) + largest - scores[label]) / static_cast<double>(batch);
}

StepValues RunWhole(const StepCase& step) {
  const size_t layers = static_cast<size_t>(step.info.logits_layer) + 1;
  std::vector<LayerBlobs> blobs(layers);
  std::vector<LayerParameters> parameters(layers);
  for (size_t p = 0; p < step.parameters.size(); ++p) {
    const ParameterInfo& info = step.info.parameters[p];
    LayerParameters& of = parameters[static_cast<size_t>(info.layer)];
    (info.is_bias ? of.bias : of.weight) = step.parameters[p];
  }
  StepValues outcome;
  const auto test = [&](size_t i) {
    return LayerCase{step.network.layers[i], step.info.layers[i], step.batch,
                     DropoutMask(step, static_cast<int>(i))};
  };
  for (size_t i = 0; i < layers; ++i) {
    blobs[i].in = i == 0 ? step.input : blobs[i - 1].out;
    ForwardLayer(test(i), parameters[i], &blobs[i]);
  }
  outcome.logits = blobs.back().out;
  Values gradient(outcome.logits.size());
  const int64_t classes = step.info.classes;
  for (int64_t n = 0; n < step.batch; ++n) {
    outcome.loss += SampleLoss(outcome.logits.data() + n * classes, classes,
                               step.labels[static_cast<size_t>(n)], step.batch,
                               gradient.data() + n * classes);
  }
  for (size_t i = layers; i-- > 0;) {
    blobs[i].out_gradient =
        i + 1 == layers ? gradient : blobs[i + 1].in_gradient;
    BackwardLayer(test(i), &parameters[i], &blobs[i]);
  }
  for (const ParameterInfo& info : step.info.parameters) {
    LayerParameters& of = parameters[static_cast<size_t>(info.layer)];
    outcome.gradients.push_back(
        std::move(info.is_bias ? of.bias_gradient : of.weight_gradient));
  }
  return outcome;
}

}  // namespace alexnet::testing

#include "core/exec/self_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/philox.h"

namespace alexnet {
namespace {

double Norm(const std::vector<float>& values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value) * value;
  return std::sqrt(sum);
}

// |actual - expected| relative to `scale`, the least positive float where that
// is zero.
double Relative(double actual, double expected, double scale) {
  const double error = std::abs(actual - expected);
  if (!std::isfinite(error)) return std::numeric_limits<double>::infinity();
  return error / std::max(scale, static_cast<double>(
                                     std::numeric_limits<float>::min()));
}

}  // namespace

std::vector<float> SelfCheckInput(const Network& network, uint64_t key,
                                  float scale) {
  PhiloxStream random(key, RandomPurpose::kSelfCheck);
  std::vector<float> input(
      static_cast<size_t>(network.channels * network.height * network.width));
  for (float& value : input) value = (2.0f * random.Uniform() - 1.0f) * scale;
  return input;
}

Result<SelfCheck> ComputeSelfCheck(const Network& network,
                                   std::shared_ptr<Backend> backend,
                                   std::shared_ptr<PackedParameters> parameters,
                                   const SelfCheckOptions& options,
                                   const Interrupt& interrupt) {
  const auto compile = [&](const InferenceOptions& plan_options)
      -> Result<std::unique_ptr<Predictor>> {
    ALEXNET_ASSIGN_OR_RETURN(
        std::unique_ptr<Predictor> plan,
        InferencePlan::Compile(network, backend, parameters, plan_options));
    return plan;
  };
  return ComputeSelfCheck(network, compile, options, interrupt);
}

Result<SelfCheck> ComputeSelfCheck(const Network& network,
                                   const CompileSelfCheck& compile,
                                   const SelfCheckOptions& options,
                                   const Interrupt& interrupt) {
  InferenceOptions plan_options;
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<Predictor> plan,
                           compile(plan_options));
  for (const Layer& layer : network.layers) {
    plan_options.keep.push_back(layer.name);
  }
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<Predictor> apart,
                           compile(plan_options));

  SelfCheck check;
  check.key = options.key;
  check.input_scale = options.input_scale;
  const int64_t batch = plan->batch();
  const int64_t classes = plan->info().classes;
  // The first sample of the batch; any others are zeros.
  std::vector<float> input =
      SelfCheckInput(network, options.key, options.input_scale);
  input.resize(input.size() * static_cast<size_t>(batch));
  std::vector<float> output(static_cast<size_t>(batch * classes));
  check.logits.resize(output.size());
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  ALEXNET_RETURN_IF_ERROR(apart->Run(input.data(), output.data()));
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  std::vector<float> blob;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const int64_t each = apart->info().layers[i].out.elements();
    blob.resize(static_cast<size_t>(batch * each));
    ALEXNET_RETURN_IF_ERROR(apart->Blob(network.layers[i].name, blob.data()));
    blob.resize(static_cast<size_t>(each));
    check.layer_norms.push_back(Norm(blob));
  }
  ALEXNET_RETURN_IF_ERROR(
      plan->Run(input.data(), output.data(), check.logits.data()));
  check.logits.resize(static_cast<size_t>(classes));
  return check;
}

Result<SelfCheckComparison> CompareSelfCheck(const Network& network,
                                             const SelfCheck& expected,
                                             const SelfCheck& actual,
                                             DType dtype) {
  if (expected.logits.size() != actual.logits.size() ||
      expected.layer_norms.size() != network.layers.size() ||
      actual.layer_norms.size() != network.layers.size()) {
    return DataLossError(
               fmt::format("holds {} logits and {} norms where the network has "
                           "{} and {}",
                           expected.logits.size(), expected.layer_norms.size(),
                           actual.logits.size(), network.layers.size()))
        .WithField("self_check");
  }
  SelfCheckComparison comparison;
  comparison.tolerance = expected.tolerance[static_cast<size_t>(dtype)];
  comparison.worst = "logits";
  double largest = 0.0;
  for (const float logit : expected.logits) {
    largest = std::max(largest, std::abs(static_cast<double>(logit)));
  }
  for (size_t i = 0; i < expected.logits.size(); ++i) {
    comparison.error =
        std::max(comparison.error,
                 Relative(actual.logits[i], expected.logits[i], largest));
  }
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const double norm = expected.layer_norms[i];
    const double error = Relative(actual.layer_norms[i], norm, norm);
    if (error > comparison.error) {
      comparison.error = error;
      comparison.worst = network.layers[i].name;
    }
  }
  return comparison;
}

}  // namespace alexnet

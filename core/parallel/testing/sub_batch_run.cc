#include "core/parallel/testing/sub_batch_run.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/backend/update.h"
#include "core/parallel/testing/layer_math.h"

namespace alexnet::testing {
namespace {

class SubBatchRun {
 public:
  SubBatchRun(const StepCase& test, int parts)
      : test_(test),
        parts_(parts),
        layers_(static_cast<size_t>(test.info.logits_layer) + 1),
        parameters_(layers_) {
    for (size_t p = 0; p < test.parameters.size(); ++p) {
      weights_.emplace_back(test.parameters[p].begin(),
                            test.parameters[p].end());
      velocities_.emplace_back(weights_.back().size(), 0.0);
    }
    while (As<FullyConnected>(test.network.layers[first_]) == nullptr) ++first_;
  }

  Trained Run() {
    Trained trained;
    for (int step = 0; step < kSteps; ++step) {
      trained.results.push_back(Step(step));
    }
    for (size_t p = 0; p < weights_.size(); ++p) {
      trained.parameters.push_back(TensorOf(p, weights_[p]));
      trained.momenta.push_back(TensorOf(p, velocities_[p]));
    }
    return trained;
  }

 private:
  StepResult Step(int step) {
    const StepData data = DataOf(test_, step);
    random_ = RandomOf(step);
    result_ = {};
    squares_ = 0.0;
    std::vector<LayerBlobs> blobs(first_);
    Values in(data.images.begin(), data.images.end());
    for (size_t i = 0; i < first_; ++i) {
      blobs[i].in = std::move(in);
      Forward(i, 0, test_.batch, &blobs[i]);
      in = blobs[i].out;
    }
    Values gradient;
    for (int part = 0; part < parts_; ++part) {
      const int64_t begin = test_.batch * part / parts_;
      const int64_t end = test_.batch * (part + 1) / parts_;
      const Values back = Part(data, Rows(in, begin, end), begin, end);
      gradient.insert(gradient.end(), back.begin(), back.end());
    }
    for (size_t i = first_; i-- > 0;) {
      blobs[i].out_gradient = std::move(gradient);
      Backward(i, 0, test_.batch, &blobs[i]);
      gradient = blobs[i].in_gradient;
    }
    Update(0, first_, 1.0);
    result_.gradient_norm = std::sqrt(squares_);
    return result_;
  }

  // One part of the batch, of samples [begin, end), and its update; the
  // gradient of `in`.
  Values Part(const StepData& data, Values in, int64_t begin, int64_t end) {
    const int64_t samples = end - begin;
    std::vector<LayerBlobs> blobs(layers_);
    for (size_t i = first_; i < layers_; ++i) {
      blobs[i].in = std::move(in);
      Forward(i, begin, samples, &blobs[i]);
      in = blobs[i].out;
    }
    const int64_t classes = test_.info.classes;
    Values gradient(in.size());
    for (int64_t n = 0; n < samples; ++n) {
      const double* const scores = in.data() + n * classes;
      const int label = data.labels[static_cast<size_t>(begin + n)];
      result_.loss += SampleLoss(scores, classes, label, test_.batch,
                                 gradient.data() + n * classes);
      result_.correct +=
          std::max_element(scores, scores + classes) - scores == label ? 1 : 0;
    }
    for (size_t i = layers_; i-- > first_;) {
      blobs[i].out_gradient = std::move(gradient);
      Backward(i, begin, samples, &blobs[i]);
      gradient = blobs[i].in_gradient;
    }
    Update(first_, layers_,
           static_cast<double>(samples) / static_cast<double>(test_.batch));
    return gradient;
  }

  // Gradients are of the mean over the whole batch.
  void Update(size_t first, size_t end, double share) {
    const UpdateRule rule = RuleOf(ParallelKind::kHybridSubBatches);
    for (size_t p = 0; p < weights_.size(); ++p) {
      const ParameterInfo& info = test_.info.parameters[p];
      const auto layer = static_cast<size_t>(info.layer);
      if (layer < first || layer >= end) continue;
      const double rate = static_cast<double>(rule.rate) * info.rule.rate;
      const double decay =
          static_cast<double>(rule.weight_decay) * info.rule.decay * share;
      const Floats& gradient = info.is_bias
                                   ? parameters_[layer].bias_gradient
                                   : parameters_[layer].weight_gradient;
      for (size_t i = 0; i < weights_[p].size(); ++i) {
        double& weight = weights_[p][i];
        double& velocity = velocities_[p][i];
        velocity =
            rule.momentum * velocity - rate * (decay * weight + gradient[i]);
        weight += velocity;
        squares_ += static_cast<double>(gradient[i]) * gradient[i];
      }
    }
  }

  void Forward(size_t layer, int64_t begin, int64_t samples,
               LayerBlobs* blobs) {
    Load(layer);
    ForwardLayer(CaseOf(layer, begin, samples), parameters_[layer], blobs);
  }
  void Backward(size_t layer, int64_t begin, int64_t samples,
                LayerBlobs* blobs) {
    Load(layer);
    BackwardLayer(CaseOf(layer, begin, samples), &parameters_[layer], blobs);
  }
  void Load(size_t layer) {
    for (size_t p = 0; p < weights_.size(); ++p) {
      const ParameterInfo& info = test_.info.parameters[p];
      if (static_cast<size_t>(info.layer) != layer) continue;
      LayerParameters& of = parameters_[layer];
      (info.is_bias ? of.bias : of.weight)
          .assign(weights_[p].begin(), weights_[p].end());
    }
  }
  LayerCase CaseOf(size_t layer, int64_t begin, int64_t samples) const {
    Values mask = DropoutMask(test_, static_cast<int>(layer), random_);
    if (!mask.empty()) mask = Rows(mask, begin, begin + samples);
    return {test_.network.layers[layer], test_.info.layers[layer], samples,
            std::move(mask)};
  }

  // Samples [begin, end) of a blob of the whole batch.
  Values Rows(const Values& blob, int64_t begin, int64_t end) const {
    const int64_t row = static_cast<int64_t>(blob.size()) / test_.batch;
    return {blob.begin() + begin * row, blob.begin() + end * row};
  }
  Tensor TensorOf(size_t p, const Values& values) const {
    Tensor tensor = Tensor::Create(test_.info.parameters[p].shape).value();
    std::copy(values.begin(), values.end(), tensor.f32());
    return tensor;
  }

  const StepCase& test_;
  const int parts_;
  const size_t layers_;
  size_t first_ = 0;  // of the fully connected layers
  std::vector<Values> weights_;
  std::vector<Values> velocities_;
  std::vector<LayerParameters> parameters_;  // by layer
  RandomState random_;
  StepResult result_;
  double squares_ = 0.0;
};

}  // namespace

Trained TrainInSubBatches(const StepCase& test, int parts) {
  return SubBatchRun(test, parts).Run();
}

}  // namespace alexnet::testing

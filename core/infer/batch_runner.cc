#include "core/infer/batch_runner.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "core/exec/predictor.h"
#include "core/infer/check_model.h"
#include "core/infer/computers.h"
#include "core/infer/view_runner.h"
#include "core/tensor/tensor.h"

namespace alexnet {
namespace {

// One of the sizes.
struct SizedPlan {
  SizedPlan(int64_t samples_held, std::unique_ptr<Predictor> compiled)
      : samples(samples_held), plan(std::move(compiled)), runner(*plan) {}
  int64_t samples;
  std::unique_ptr<Predictor> plan;
  ViewRunner runner;
};

Result<AlignedBuffer> FloatsOfHost(Predictor& plan, int64_t count) {
  return plan.device().AllocateHost(count *
                                    static_cast<int64_t>(sizeof(float)));
}

class SizedRunner final : public ModelBatchRunner {
 public:
  SizedRunner(std::shared_ptr<SharedModel> model, int64_t views,
              std::vector<std::unique_ptr<SizedPlan>> sizes)
      : model_(std::move(model)), views_(views), sizes_(std::move(sizes)) {}

  Status Allocate() {
    Predictor& plan = *sizes_.back()->plan;
    ALEXNET_ASSIGN_OR_RETURN(samples_,
                             FloatsOfHost(plan, most() * sample_elements()));
    ALEXNET_ASSIGN_OR_RETURN(outputs_, FloatsOfHost(plan, most() * classes()));
    return Status();
  }

  int64_t most() const override { return sizes_.back()->samples; }
  int64_t sample_elements() const override {
    return views_ * sizes_.back()->runner.view_elements();
  }
  int64_t classes() const override { return sizes_.back()->runner.classes(); }
  float* sample(int64_t i) override {
    return reinterpret_cast<float*>(samples_.data()) + i * sample_elements();
  }
  const float* output(int64_t i) const override {
    return reinterpret_cast<const float*>(outputs_.data()) + i * classes();
  }

  int64_t Fit(int64_t waiting) const override {
    const auto size = Smallest(waiting);
    const int64_t samples = (*size)->samples;
    if (size == sizes_.begin()) return waiting;
    return 4 * waiting >= 3 * samples ? waiting : (*std::prev(size))->samples;
  }

  Status Run(int64_t count) override {
    SizedPlan& size = **Smallest(count);
    std::fill(sample(count), sample(size.samples), 0.0f);
    return size.runner.RunSamples(sample(0), size.samples, views_,
                                  reinterpret_cast<float*>(outputs_.data()));
  }

  const Model& model() const override { return *model_->model(); }
  int64_t views() const override { return views_; }
  int threads() const override { return sizes_.back()->plan->threads(); }

 private:
  using Sizes = std::vector<std::unique_ptr<SizedPlan>>;

  // That holds so many.
  Sizes::const_iterator Smallest(int64_t count) const {
    return std::find_if(sizes_.begin(), sizes_.end(), [&](const auto& size) {
      return size->samples >= count;
    });
  }

  const std::shared_ptr<SharedModel> model_;
  const int64_t views_;
  const Sizes sizes_;  // smallest first
  AlignedBuffer samples_;
  AlignedBuffer outputs_;
};

}  // namespace

Result<std::unique_ptr<ModelBatchRunner>> ModelBatchRunner::Create(
    std::shared_ptr<SharedModel> model, CompileOptions options, int64_t views,
    int64_t most) {
  ALEXNET_ASSIGN_OR_RETURN(const Computers computers, MakeComputers(options));
  std::vector<std::unique_ptr<SizedPlan>> sizes;
  // The largest first, which is the likeliest not to fit.
  for (int64_t samples = most;; samples = (samples + 1) / 2) {
    options.batch = samples * views;
    ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Predictor> plan,
                             CompileModel(*model, computers, options, 1, {}));
    sizes.push_back(std::make_unique<SizedPlan>(samples, std::move(plan)));
    const int64_t half = (samples + 1) / 2;
    if (samples == 1 || half * views < computers.least_batch()) break;
  }
  ALEXNET_RETURN_IF_ERROR(TellNarrowWeights(*model, computers, options, {}));
  std::reverse(sizes.begin(), sizes.end());
  auto runner =
      std::make_unique<SizedRunner>(std::move(model), views, std::move(sizes));
  ALEXNET_RETURN_IF_ERROR(runner->Allocate());
  return std::unique_ptr<ModelBatchRunner>(std::move(runner));
}

}  // namespace alexnet

// Snapshot: dense copies of a training plan's parameters and momenta, for
// checkpoints and for evaluating while training goes on.

#ifndef ALEXNET_CORE_TRAIN_SNAPSHOT_H_
#define ALEXNET_CORE_TRAIN_SNAPSHOT_H_

#include <memory>
#include <vector>

#include "core/base/status.h"
#include "core/exec/parameters.h"
#include "core/exec/training_plan.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// A ParameterSource of the parameters last read. Reading is not thread safe.
class Snapshot final : public ParameterSource {
 public:
  static Result<std::shared_ptr<Snapshot>> Create(const NetworkInfo& info);

  Status ReadParameters(const TrainingPlan& plan);
  // Memory for the momenta is taken at the first call.
  Status ReadMomenta(const TrainingPlan& plan);

  // Views of what was last read, by parameter; of a frozen parameter's momentum
  // a view without data.
  std::vector<TensorView> parameters() const;
  std::vector<TensorView> momenta() const;

  Result<TensorView> Get(int parameter) override;
  void Release(int /*parameter*/) override {}

 private:
  std::vector<Tensor> parameters_;
  std::vector<Tensor> momenta_;  // elements 0: frozen
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_SNAPSHOT_H_

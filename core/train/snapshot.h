// Snapshot: dense copies of a training plan's parameters and momenta, for
// checkpoints and for evaluating while training goes on.

#ifndef ALEXNET_CORE_TRAIN_SNAPSHOT_H_
#define ALEXNET_CORE_TRAIN_SNAPSHOT_H_

#include <cstdint>
#include <functional>
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

  // Reads each tensor, as it is after `step` updates, by a call of `read`; of
  // the momenta, those of frozen parameters not. What was last read after as
  // many updates is not read again. Refuses values that are not finite. Memory
  // for the momenta is taken at the first call.
  using ReadTensor = std::function<Status(int parameter, float* dense)>;
  Status ReadParameters(int64_t step, const ReadTensor& read);
  Status ReadMomenta(int64_t step, const ReadTensor& read);
  // The squared L2 norms of what `read` gives, by parameter, 0 of frozen ones.
  // Overwrites the momenta, so that it needs no memory of its own.
  Result<std::vector<double>> ReadSquaredNorms(const ReadTensor& read);
  // Those of what was last read, likewise.
  std::vector<double> SquaredNormsOfParameters() const;
  std::vector<double> SquaredNormsOfMomenta() const;
  // Those of a plan that has the whole network.
  Status ReadParameters(const TrainingPlan& plan);

  // Views of what was last read, by parameter; of a frozen parameter's momentum
  // a view without data.
  std::vector<TensorView> parameters() const;
  std::vector<TensorView> momenta() const;

  // For whoever brings them from elsewhere.
  std::vector<Tensor>* writable_parameters() {
    parameters_step_ = kNotRead;
    return &parameters_;
  }

  Result<TensorView> Get(int parameter) override;
  void Release(int /*parameter*/) override {}

 private:
  explicit Snapshot(const NetworkInfo& info) : info_(info) {}

  Status ReadEachParameter(const ReadTensor& read);
  Status AllocateMomenta();

  const NetworkInfo info_;
  std::vector<Tensor> parameters_;
  std::vector<Tensor> momenta_;  // elements 0: frozen
  // After how many updates each was read; kNotRead: something else is there.
  static constexpr int64_t kNotRead = -1;
  int64_t parameters_step_ = kNotRead;
  int64_t momenta_step_ = kNotRead;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_SNAPSHOT_H_

// SharedModel: a model, and what its users on the same devices share.

#ifndef ALEXNET_CORE_INFER_SHARED_MODEL_H_
#define ALEXNET_CORE_INFER_SHARED_MODEL_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/backend.h"
#include "core/exec/parameters.h"
#include "core/model/model.h"
#include "core/parallel/parallel_plan.h"

namespace alexnet {

// Thread safe.
class SharedModel {
 public:
  explicit SharedModel(std::shared_ptr<const Model> model)
      : model_(std::move(model)) {}

  const std::shared_ptr<const Model>& model() const { return model_; }
  // The parameters as packed for what `backend` computes on: every backend of
  // one device and precision gets the same ones.
  std::shared_ptr<PackedParameters> Packed(const Backend& backend);
  // Of `rank` in `plan`: its slices. Whoever has the same ones gets the same.
  std::shared_ptr<PackedParameters> Packed(const Backend& backend,
                                           const ParallelPlan& plan, int rank);

 private:
  struct Key {
    std::string device;
    Precision precision;
    std::vector<int64_t> rows;  // of each parameter from, to; empty: all

    auto operator<=>(const Key&) const = default;
  };

  std::shared_ptr<PackedParameters> Find(
      const Key& key,
      const std::function<std::shared_ptr<ParameterSource>()>& source);

  const std::shared_ptr<const Model> model_;
  std::mutex mutex_;
  std::map<Key, std::shared_ptr<PackedParameters>> packed_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_SHARED_MODEL_H_

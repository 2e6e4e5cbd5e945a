// SharedModel: a model, and what its users on one device share.

#ifndef ALEXNET_CORE_INFER_SHARED_MODEL_H_
#define ALEXNET_CORE_INFER_SHARED_MODEL_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/backend/backend.h"
#include "core/exec/parameters.h"
#include "core/model/model.h"

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

 private:
  const std::shared_ptr<const Model> model_;
  std::mutex mutex_;
  std::map<std::pair<std::string, Precision>, std::shared_ptr<PackedParameters>>
      packed_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_SHARED_MODEL_H_

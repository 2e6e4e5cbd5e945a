// A model behind its handle.

#ifndef ALEXNET_CAPI_MODEL_H_
#define ALEXNET_CAPI_MODEL_H_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <memory>
#include <utility>

#include "capi/handle.h"
#include "core/infer/shared_model.h"
#include "core/model/model.h"

struct alexnet_model : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4d44;
  static constexpr const char* kName = "model";
  explicit alexnet_model(std::shared_ptr<const alexnet::Model> model)
      : Counted(kTag),
        shared(std::make_shared<alexnet::SharedModel>(std::move(model))) {}
  const alexnet::Model& get() const { return *shared->model(); }
  const std::shared_ptr<alexnet::SharedModel> shared;
};

namespace alexnet::capi {

// For what computes with a model, trains it or writes it: refuses one that was
// opened in spite of its damage.
Result<Ref<const alexnet_model>> EnterWhole(const alexnet_model* handle);

// kNotFound unless the model has a tensor of that index.
Status CheckTensorIndex(const Model& model, size_t index);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_MODEL_H_

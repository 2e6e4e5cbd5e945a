// A model behind its handle.

#ifndef ALEXNET_CAPI_MODEL_H_
#define ALEXNET_CAPI_MODEL_H_

#include <alexnet/alexnet.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "capi/handle.h"
#include "core/base/cancel.h"
#include "core/exec/parameters.h"
#include "core/model/model.h"
#include "core/model/save.h"
#include "core/tensor/dtype.h"

namespace alexnet::capi {

// A model and what its sessions share: packed weights, for each kind of
// backend. Thread safe.
class SharedModel {
 public:
  explicit SharedModel(std::shared_ptr<const Model> model)
      : model_(std::move(model)) {}

  const std::shared_ptr<const Model>& model() const { return model_; }
  std::shared_ptr<PackedParameters> Packed(const std::string& backend);

 private:
  const std::shared_ptr<const Model> model_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<PackedParameters>> packed_;
};

// The model of `contents` in memory, with a self-check computed anew. `owner`
// keeps the tensors that `contents` borrows; they are not copied.
Result<std::shared_ptr<const Model>> BuildModel(
    ModelContents contents, std::shared_ptr<const void> owner,
    const Interrupt& interrupt);

// The ABI's numbers; ALEXNET_DTYPE_DEFAULT gives `by_default`.
Result<DType> ReadDType(int32_t given, DType by_default, const char* field);
int32_t ToAbi(DType dtype);

}  // namespace alexnet::capi

struct alexnet_model : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4d44;
  static constexpr const char* kName = "model";
  explicit alexnet_model(std::shared_ptr<const alexnet::Model> model)
      : Counted(kTag),
        shared(std::make_shared<alexnet::capi::SharedModel>(std::move(model))) {
  }
  const alexnet::Model& get() const { return *shared->model(); }
  const std::shared_ptr<alexnet::capi::SharedModel> shared;
};

#endif  // ALEXNET_CAPI_MODEL_H_

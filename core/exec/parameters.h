// Where a plan's parameters come from, and their packed copies.

#ifndef ALEXNET_CORE_EXEC_PARAMETERS_H_
#define ALEXNET_CORE_EXEC_PARAMETERS_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/kernel.h"
#include "core/base/status.h"
#include "core/model/parameter_source.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// A source over tensors in memory, e.g. initial values.
std::shared_ptr<ParameterSource> TensorsAsSource(std::vector<Tensor> tensors);

// Packed parameters of one model, shared by all its plans: the same layout of
// the same parameter is packed once. Thread safe.
class PackedParameters {
 public:
  explicit PackedParameters(std::shared_ptr<ParameterSource> source)
      : source_(std::move(source)) {}

  // Borrowed from the source where `layout` is dense, else a packed copy. Valid
  // as long as this object.
  Result<const void*> Get(int parameter, const ParameterLayout& layout);
  ParameterSource& source() { return *source_; }

 private:
  std::shared_ptr<ParameterSource> source_;
  std::mutex mutex_;
  std::map<std::pair<int, std::string>, AlignedBuffer> packed_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_PARAMETERS_H_

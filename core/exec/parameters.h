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

#include "core/backend/device.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"
#include "core/model/parameter_source.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// A source over tensors in memory, e.g. initial values.
std::shared_ptr<ParameterSource> TensorsAsSource(std::vector<Tensor> tensors);

// Packs `tensor` into `packed`, layout.bytes() of the device's memory. If
// `working` is not null, it gets the same elements in layout.compute_dtype().
Status PackOnto(Device& device, const ParameterLayout& layout,
                const TensorView& tensor, void* packed, void* working);

// Packed parameters of one model, shared by all its plans on one device: the
// same layout of the same parameter is packed once. Thread safe.
class PackedParameters {
 public:
  explicit PackedParameters(std::shared_ptr<ParameterSource> source)
      : source_(std::move(source)) {}

  // Borrowed from the source where `layout` is dense and the device is the
  // host, else a packed copy in the device's memory. Valid as long as this
  // object. Inside Backend::Run.
  Result<const void*> Get(int parameter, const ParameterLayout& layout,
                          Device& device);
  // Packs once more what Get packed, whose source has other values now.
  Status Reload(int parameter, const ParameterLayout& layout, Device& device);
  ParameterSource& source() { return *source_; }

 private:
  std::shared_ptr<ParameterSource> source_;
  std::mutex mutex_;
  std::map<std::pair<int, std::string>, AlignedBuffer> packed_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_PARAMETERS_H_

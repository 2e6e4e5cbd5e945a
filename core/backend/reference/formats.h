// The reference backend's layouts: dense float64 blobs, dense float32
// parameters.

#ifndef ALEXNET_CORE_BACKEND_REFERENCE_FORMATS_H_
#define ALEXNET_CORE_BACKEND_REFERENCE_FORMATS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "core/backend/format.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"

namespace alexnet::reference {

Format DoubleFormat(const Shape& shape);
bool IsDouble(const Format& format);

// Copies between dense float32 and dense float64, either way. Refuses other
// formats and different shapes.
Result<std::unique_ptr<Kernel>> MakeReorder(const Format& from,
                                            const Format& to);

class DenseParameter : public ParameterLayout {
 public:
  explicit DenseParameter(const Shape& shape) : shape_(shape) {}
  int64_t bytes() const override { return elements() * 4; }
  int64_t elements() const override { return shape_.elements(); }
  std::string key() const override { return "dense f32"; }
  bool dense() const override { return true; }
  Status Pack(const TensorView& tensor, void* packed) const override;
  Status Unpack(const void* packed, float* dense) const override;

 private:
  Shape shape_;
};

}  // namespace alexnet::reference

#endif  // ALEXNET_CORE_BACKEND_REFERENCE_FORMATS_H_

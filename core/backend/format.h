// Format: how a backend lays one blob out in memory.

#ifndef ALEXNET_CORE_BACKEND_FORMAT_H_
#define ALEXNET_CORE_BACKEND_FORMAT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "core/tensor/tensor.h"

namespace alexnet {

// A backend's own memory layout. Immutable.
class Layout {
 public:
  virtual ~Layout() = default;
  virtual bool Equals(const Layout& other) const = 0;
  virtual std::string Name() const = 0;  // for traces, e.g. "nChw16c"
  // How each sample lies, whatever their number.
  virtual std::string SampleName() const { return Name(); }
};

struct Format {
  Shape shape;  // logical: (N, C, H, W) or (N, F)
  int64_t bytes = 0;
  std::shared_ptr<const Layout> layout;  // null: dense row-major float32

  static Format Dense(const Shape& shape) {
    return {shape, shape.elements() * 4, nullptr};
  }
  bool dense() const { return layout == nullptr; }
  bool operator==(const Format& other) const;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_FORMAT_H_

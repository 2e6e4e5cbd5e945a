// What the oneDNN kernels share: engine, layouts, and exceptions as statuses.

#ifndef ALEXNET_CORE_BACKEND_CPU_DNNL_SUPPORT_H_
#define ALEXNET_CORE_BACKEND_CPU_DNNL_SUPPORT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "core/backend/format.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"
#include "oneapi/dnnl/dnnl.hpp"

namespace alexnet::cpu {

using Descriptor = dnnl::memory::desc;
using Tag = dnnl::memory::format_tag;

// The processor. oneDNN's engine and stream for it hold no state of a caller.
dnnl::engine& Engine();
dnnl::stream& Stream();

// A layout of oneDNN's.
class DnnlLayout : public Layout {
 public:
  explicit DnnlLayout(const Descriptor& descriptor) : descriptor_(descriptor) {}
  bool Equals(const Layout& other) const override;
  std::string Name() const override;
  std::string SampleName() const override;
  const Descriptor& descriptor() const { return descriptor_; }

 private:
  const Descriptor descriptor_;
};

// Float32 in the order of `shape`, outermost first.
Descriptor DenseDescriptor(const Shape& shape);
Descriptor AnyDescriptor(const Shape& shape);
// Descriptor of a format, and the reverse; dense stays dense.
Descriptor DescriptorOf(const Format& format);
Format FormatOf(const Descriptor& descriptor, const Shape& shape);

// Channels that a layout keeps together: 16 for nChw16c, all of them for nhwc,
// 1 for dense. 0: a layout that our own kernels do not walk.
int64_t ChannelBlock(const Format& format);
// Float32 in blocks of 8 or 16 channels, of which C is a multiple.
Format BlockedFormat(const Shape& shape, int64_t block);
// The layout of `format`, whose ChannelBlock is not 0, for another shape.
Format InLayoutOf(const Format& format, const Shape& shape);

// A view of `data`, which oneDNN does not write to where it is an input.
dnnl::memory View(const Descriptor& descriptor, const void* data);

// Equal for equal layouts, from axis `first` on: the key of packed parameters.
std::string DescribeLayout(const Descriptor& descriptor, int first = 0);

// Copies between layouts, for which code may have to be made.
Status Reorder(const Descriptor& from, const void* source, const Descriptor& to,
               void* target);

// Runs `call`; an exception of oneDNN becomes a Status that names `what`.
template <typename Call>
Status Guarded(const std::string& what, const Call& call) {
  try {
    return call();
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_out_of_memory) {
      return OutOfMemoryError(what + ": memory ran out");
    }
    if (error.status == dnnl_unimplemented) {
      return UnsupportedError(what + ": oneDNN has no kernel for this shape");
    }
    return InternalError(what + ": oneDNN: " + error.what());
  }
}

// Attributes that every primitive has: scratch memory is the plan's.
dnnl::primitive_attr Attributes();

// What most kernels hold.
class CpuKernel : public Kernel {
 public:
  std::string Name() const override { return name_; }
  const Format& src_format() const override { return src_; }
  const Format& dst_format() const override { return dst_; }
  const KernelMemory& memory() const override { return memory_; }
  Status Backward(const BackwardArgs&) override {
    return InternalError(name_ + ": made for inference, cannot run backward");
  }

 protected:
  std::string name_;
  Format src_;
  Format dst_;
  KernelMemory memory_;
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_DNNL_SUPPORT_H_

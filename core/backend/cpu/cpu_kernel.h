#ifndef ALEXNET_CORE_BACKEND_CPU_CPU_KERNEL_H_
#define ALEXNET_CORE_BACKEND_CPU_CPU_KERNEL_H_

#include <string>

#include "core/backend/format.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"

namespace alexnet::cpu {

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

#endif  // ALEXNET_CORE_BACKEND_CPU_CPU_KERNEL_H_

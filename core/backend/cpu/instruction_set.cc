#include "core/backend/cpu/instruction_set.h"

#include <fmt/core.h>

#include <optional>
#include <string>

#include "core/base/cpu.h"

namespace alexnet::cpu {
bool HasInstructionSet(InstructionSet set) {
  const CpuFeatures& cpu = HostCpu();
  switch (set) {
    case InstructionSet::kBaseline:
      return true;
    case InstructionSet::kAvx2:
      return cpu.avx2 && cpu.fma && cpu.f16c;
    case InstructionSet::kAvx512:
      return cpu.avx512 && cpu.fma && cpu.f16c;
  }
  return false;
}

InstructionSet UsedInstructionSet() {
  return HasInstructionSet(InstructionSet::kAvx512) ? InstructionSet::kAvx512
         : HasInstructionSet(InstructionSet::kAvx2) ? InstructionSet::kAvx2
                                                    : InstructionSet::kBaseline;
}

Status CheckInstructionSetLimit() {
  const std::optional<std::string> unknown = UnknownCpuLimit();
  if (!unknown) return Status();
  return InvalidArgumentError(
             fmt::format("must be x86-64-v2, avx2 or avx512, not \"{}\"",
                         *unknown))
      .WithField("ALEXNET_MAX_CPU_ISA");
}

}  // namespace alexnet::cpu

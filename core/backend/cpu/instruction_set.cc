#include "core/backend/cpu/instruction_set.h"

#include "core/base/cpu.h"
#include "oneapi/dnnl/dnnl.hpp"

namespace alexnet::cpu {
namespace {

InstructionSet FindUsedInstructionSet() {
  // Sets of bits; none: oneDNN was built without the choice.
  const auto used = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto has = [&](InstructionSet set, dnnl::cpu_isa isa) {
    const auto bits = static_cast<unsigned>(isa);
    return HasInstructionSet(set) && (used == 0 || (used & bits) == bits);
  };
  return has(InstructionSet::kAvx512, dnnl::cpu_isa::avx512_core)
             ? InstructionSet::kAvx512
         : has(InstructionSet::kAvx2, dnnl::cpu_isa::avx2)
             ? InstructionSet::kAvx2
             : InstructionSet::kBaseline;
}

}  // namespace

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
  static const InstructionSet used = FindUsedInstructionSet();
  return used;
}

}  // namespace alexnet::cpu

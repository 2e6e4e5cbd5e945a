#include "core/backend/cpu/instruction_set.h"

#include <fmt/core.h>

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "core/base/cpu.h"

namespace alexnet::cpu {
namespace {

constexpr const char* kLimit = "ALEXNET_MAX_CPU_ISA";
constexpr std::array kNames = {
    std::pair{std::string_view("x86-64-v2"), InstructionSet::kBaseline},
    std::pair{std::string_view("avx2"), InstructionSet::kAvx2},
    std::pair{std::string_view("avx512"), InstructionSet::kAvx512},
};

InstructionSet FindUsedInstructionSet() {
  InstructionSet limit = InstructionSet::kAvx512;
  if (const char* const text = std::getenv(kLimit)) {
    for (const auto& [name, set] : kNames) {
      if (name == text) limit = set;
    }
  }
  for (const InstructionSet set :
       {InstructionSet::kAvx512, InstructionSet::kAvx2}) {
    if (set <= limit && HasInstructionSet(set)) return set;
  }
  return InstructionSet::kBaseline;
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

Status CheckInstructionSetLimit() {
  const char* const text = std::getenv(kLimit);
  if (text == nullptr) return Status();
  for (const auto& [name, set] : kNames) {
    if (name == text) return Status();
  }
  return InvalidArgumentError(
             fmt::format("must be x86-64-v2, avx2 or avx512, not \"{}\"", text))
      .WithField(kLimit);
}

}  // namespace alexnet::cpu

#include "core/backend/cpu/winograd/loops.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/planes.h"
#include "core/backend/cpu/winograd/forms.h"

namespace alexnet::cpu {
namespace {

namespace baseline {
constexpr int kLanes = 4;
#include "core/backend/cpu/winograd/loops.inc"
}  // namespace baseline

ALEXNET_BEGIN_AVX2
namespace avx2 {
constexpr int kLanes = 8;
#include "core/backend/cpu/winograd/loops.inc"
}  // namespace avx2
ALEXNET_END_INSTRUCTION_SET

ALEXNET_BEGIN_AVX512
namespace avx512 {
constexpr int kLanes = 16;
#include "core/backend/cpu/winograd/loops.inc"
}  // namespace avx512
ALEXNET_END_INSTRUCTION_SET

template <typename Form>
WinogradLoops LoopsOf(InstructionSet set) {
  switch (set) {
    case InstructionSet::kBaseline:
      return baseline::LoopsWith<Form>();
    case InstructionSet::kAvx2:
      return avx2::LoopsWith<Form>();
    case InstructionSet::kAvx512:
      return avx512::LoopsWith<Form>();
  }
  return {};
}

}  // namespace

WinogradLoops WinogradLoopsOf(WinogradForm form, InstructionSet set) {
  switch (form) {
    case WinogradForm::k3x3Of3x3:
      return LoopsOf<Form3x3Of3x3>(set);
    case WinogradForm::k4x4Of3x3:
      return LoopsOf<Form4x4Of3x3>(set);
    case WinogradForm::k5x5Of3x3:
      return LoopsOf<Form5x5Of3x3>(set);
    case WinogradForm::k4x4Of5x5:
      return LoopsOf<Form4x4Of5x5>(set);
  }
  return {};
}

}  // namespace alexnet::cpu

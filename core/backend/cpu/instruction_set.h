// Which of the code that our loops are compiled to is run. GCC parts vectors
// into what the target of the innermost function has before that function is
// inlined, so that clones of a function that uses vectors come too late: such
// loops are included once for each instruction set, in a namespace of its own.

#ifndef ALEXNET_CORE_BACKEND_CPU_INSTRUCTION_SET_H_
#define ALEXNET_CORE_BACKEND_CPU_INSTRUCTION_SET_H_

#include "core/base/status.h"

// Between these code is compiled for one. By features: what is inlined into
// code for an architecture must be of that architecture, too, which intrinsics
// and the library's functions are not.
#ifdef __clang__
#define ALEXNET_PRAGMA(text) _Pragma(#text)
#define ALEXNET_BEGIN_TARGET(features)                                   \
  ALEXNET_PRAGMA(clang attribute push(__attribute__((target(features))), \
                                      apply_to = function))
#define ALEXNET_BEGIN_AVX2 ALEXNET_BEGIN_TARGET("avx2,fma,f16c")
#define ALEXNET_BEGIN_AVX512 \
  ALEXNET_BEGIN_TARGET("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl")
#define ALEXNET_END_INSTRUCTION_SET _Pragma("clang attribute pop")
#else
#define ALEXNET_BEGIN_AVX2 \
  _Pragma("GCC push_options") _Pragma("GCC target(\"avx2,fma,f16c\")")
#define ALEXNET_BEGIN_AVX512 \
  ALEXNET_BEGIN_AVX2         \
  _Pragma("GCC target(\"avx512f,avx512bw,avx512dq,avx512vl\")")
#define ALEXNET_END_INSTRUCTION_SET _Pragma("GCC pop_options")
#endif

#define ALEXNET_INLINE __attribute__((always_inline)) inline

namespace alexnet::cpu {

// kAvx2 has FMA and F16C, too; kAvx512 is F, BW, DQ and VL with both.
enum class InstructionSet { kBaseline, kAvx2, kAvx512 };

// Whether this processor has it, within ALEXNET_MAX_CPU_ISA (core/base/cpu.h).
bool HasInstructionSet(InstructionSet set);

// The widest of these. What the compiler vectorizes (simd.h) is chosen by the
// processor alone. Thread safe.
InstructionSet UsedInstructionSet();

// kInvalidArgument where ALEXNET_MAX_CPU_ISA names none.
Status CheckInstructionSetLimit();

// What is made for that one.
template <typename T>
T OfUsedInstructionSet(T baseline, T avx2, T avx512) {
  switch (UsedInstructionSet()) {
    case InstructionSet::kBaseline:
      return baseline;
    case InstructionSet::kAvx2:
      return avx2;
    case InstructionSet::kAvx512:
      return avx512;
  }
  return baseline;
}

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_INSTRUCTION_SET_H_

// Which of the code that our loops are compiled to is run. GCC parts vectors
// into what the target of the innermost function has before that function is
// inlined, so that clones of a function that uses vectors come too late: such
// loops are included once for each instruction set, in a namespace of its own.

#ifndef ALEXNET_CORE_BACKEND_CPU_INSTRUCTION_SET_H_
#define ALEXNET_CORE_BACKEND_CPU_INSTRUCTION_SET_H_

namespace alexnet::cpu {

// kAvx2 has FMA and F16C, too; kAvx512 is F, BW, DQ and VL.
enum class InstructionSet { kBaseline, kAvx2, kAvx512 };

// Whether this processor has it.
bool HasInstructionSet(InstructionSet set);

// The widest that the processor has and oneDNN may use (ONEDNN_MAX_CPU_ISA), so
// that both block blobs alike. Thread safe.
InstructionSet UsedInstructionSet();

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

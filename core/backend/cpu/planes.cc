#include "core/backend/cpu/planes.h"

#include "core/backend/cpu/instruction_set.h"

namespace alexnet::cpu {

int64_t VectorBlock() {
  return UsedInstructionSet() == InstructionSet::kAvx512 ? 16 : 8;
}

}  // namespace alexnet::cpu

#include "core/backend/cpu/instruction_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace alexnet::cpu {
namespace {

// What ONEDNN_MAX_CPU_ISA, which is set, allows.
InstructionSet Allowed() {
  const std::string isa = std::getenv("ONEDNN_MAX_CPU_ISA");
  return isa == "SSE41"  ? InstructionSet::kBaseline
         : isa == "AVX2" ? InstructionSet::kAvx2
                         : InstructionSet::kAvx512;
}

TEST(InstructionSetTest, IsTheWidestThatThereIsAndIsAllowed) {
  EXPECT_TRUE(HasInstructionSet(InstructionSet::kBaseline));
  InstructionSet widest = InstructionSet::kBaseline;
  for (const auto set : {InstructionSet::kAvx2, InstructionSet::kAvx512}) {
    if (HasInstructionSet(set)) widest = set;
  }
  EXPECT_EQ(UsedInstructionSet(), std::min(widest, Allowed()));
  EXPECT_EQ(OfUsedInstructionSet(0, 1, 2),
            static_cast<int>(UsedInstructionSet()));
}

}  // namespace
}  // namespace alexnet::cpu

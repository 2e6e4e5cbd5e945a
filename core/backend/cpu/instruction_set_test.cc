#include "core/backend/cpu/instruction_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace alexnet::cpu {
namespace {

// What ALEXNET_MAX_CPU_ISA, which is set, allows.
InstructionSet Allowed() {
  const std::string isa = std::getenv("ALEXNET_MAX_CPU_ISA");
  return isa == "x86-64-v2" ? InstructionSet::kBaseline
         : isa == "avx2"    ? InstructionSet::kAvx2
                            : InstructionSet::kAvx512;
}

// The compiler's run-time library knows no limit.
InstructionSet Widest() {
  return __builtin_cpu_supports("avx512f") != 0 &&
                 __builtin_cpu_supports("avx512bw") != 0 &&
                 __builtin_cpu_supports("avx512dq") != 0 &&
                 __builtin_cpu_supports("avx512vl") != 0
             ? InstructionSet::kAvx512
         : __builtin_cpu_supports("avx2") != 0 ? InstructionSet::kAvx2
                                               : InstructionSet::kBaseline;
}

TEST(InstructionSetTest, IsTheWidestThatThereIsAndIsAllowed) {
  EXPECT_TRUE(HasInstructionSet(InstructionSet::kBaseline));
  EXPECT_EQ(UsedInstructionSet(), std::min(Widest(), Allowed()));
  EXPECT_EQ(OfUsedInstructionSet(0, 1, 2),
            static_cast<int>(UsedInstructionSet()));
}

TEST(InstructionSetTest, ALimitThatIsNoneIsTold) {
  EXPECT_TRUE(CheckInstructionSetLimit().ok());
  const std::string before = std::getenv("ALEXNET_MAX_CPU_ISA");
  ASSERT_EQ(setenv("ALEXNET_MAX_CPU_ISA", "AVX1024", 1), 0);
  const Status status = CheckInstructionSetLimit();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(status.ToString().find("ALEXNET_MAX_CPU_ISA"), std::string::npos);
  EXPECT_NE(status.ToString().find("AVX1024"), std::string::npos);
  ASSERT_EQ(setenv("ALEXNET_MAX_CPU_ISA", before.c_str(), 1), 0);
}

}  // namespace
}  // namespace alexnet::cpu

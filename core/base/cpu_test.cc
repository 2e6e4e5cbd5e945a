#include "core/base/cpu.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace alexnet {
namespace {

// The compiler's run-time library reads the processor on its own.
TEST(HostCpuTest, AgreesWithTheCompilersDetection) {
  const CpuFeatures& cpu = HostCpu();
  EXPECT_EQ(cpu.avx2, __builtin_cpu_supports("avx2") != 0);
  EXPECT_EQ(cpu.fma, __builtin_cpu_supports("fma") != 0);
  EXPECT_EQ(cpu.avx512, __builtin_cpu_supports("avx512f") != 0 &&
                            __builtin_cpu_supports("avx512bw") != 0 &&
                            __builtin_cpu_supports("avx512dq") != 0 &&
                            __builtin_cpu_supports("avx512vl") != 0);
  // Every processor with AVX2 can convert halfs.
  EXPECT_TRUE(cpu.f16c || !cpu.avx2);
}

TEST(HostCpuTest, IsaIsTheWidest) {
  const CpuFeatures& cpu = HostCpu();
  const std::string expected = cpu.avx512_bf16 ? "avx512_bf16"
                               : cpu.avx512    ? "avx512"
                               : cpu.avx2      ? "avx2"
                                               : "x86-64-v2";
  EXPECT_EQ(cpu.isa, expected);
}

TEST(HostCpuTest, ModelIsTrimmedText) {
  const std::string& model = HostCpu().model;
  ASSERT_FALSE(model.empty());
  EXPECT_NE(model.front(), ' ');
  EXPECT_NE(model.back(), ' ');
  EXPECT_EQ(model.find('\0'), std::string::npos);
}

TEST(AvailableCpusTest, IsAtLeastOneAndNoMoreThanTheMachineHas) {
  EXPECT_GE(AvailableCpus(), 1);
  EXPECT_LE(AvailableCpus(),
            static_cast<int>(std::thread::hardware_concurrency()));
}

TEST(AvailableCpusTest, FollowsTheAffinityMask) {
  int cpus = 0;
  // On a thread of its own, so that the mask of the others is left alone.
  std::thread([&cpus] {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    CPU_SET(sched_getcpu(), &mask);
    ASSERT_EQ(sched_setaffinity(0, sizeof(mask), &mask), 0);
    cpus = AvailableCpus();
  }).join();
  EXPECT_EQ(cpus, 1);
}

}  // namespace
}  // namespace alexnet

#include "core/base/cpu.h"

#include <cpuid.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>
#include <thread>

#include "core/base/cgroup.h"

namespace alexnet {
namespace {

struct Registers {
  uint32_t eax = 0;
  uint32_t ebx = 0;
  uint32_t ecx = 0;
  uint32_t edx = 0;
};

// All zero where the processor does not have the leaf.
Registers Cpuid(uint32_t leaf, uint32_t subleaf = 0) {
  Registers r;
  __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

bool Bit(uint32_t word, int bit) { return ((word >> bit) & 1) != 0; }

// Which register states the operating system saves (XCR0). Only valid with
// OSXSAVE.
uint32_t SavedStates() {
  uint32_t low = 0;
  uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

std::string ModelName() {
  std::array<char, 49> name{};
  for (uint32_t i = 0; i < 3; ++i) {
    const Registers r = Cpuid(0x80000002u + i);
    std::memcpy(name.data() + i * sizeof(r), &r, sizeof(r));
  }
  const std::string text = name.data();
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "unknown";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

constexpr const char* kLimit = "ALEXNET_MAX_CPU_ISA";
constexpr std::array<std::string_view, 3> kLimits = {"x86-64-v2", "avx2",
                                                     "avx512"};

// What a limit leaves.
void Restrict(std::string_view limit, CpuFeatures* cpu) {
  if (limit == kLimits[0]) cpu->avx2 = cpu->fma = cpu->f16c = false;
  if (limit == kLimits[0] || limit == kLimits[1]) cpu->avx512 = false;
  if (!cpu->avx512) cpu->avx512_bf16 = false;
}

CpuFeatures Detect() {
  CpuFeatures cpu;
  cpu.model = ModelName();
  const Registers basic = Cpuid(1);
  const Registers extended = Cpuid(7, 0);
  const uint32_t saved = Bit(basic.ecx, 27) ? SavedStates() : 0;
  const bool saves_ymm = (saved & 0x06) == 0x06;
  const bool saves_zmm = (saved & 0xE6) == 0xE6;
  cpu.avx2 = saves_ymm && Bit(extended.ebx, 5);
  cpu.fma = saves_ymm && Bit(basic.ecx, 12);
  cpu.f16c = saves_ymm && Bit(basic.ecx, 29);
  cpu.avx512 = saves_zmm && Bit(extended.ebx, 16) && Bit(extended.ebx, 17) &&
               Bit(extended.ebx, 30) && Bit(extended.ebx, 31);
  cpu.avx512_bf16 = cpu.avx512 && Bit(Cpuid(7, 1).eax, 5);
  if (const char* limit = std::getenv(kLimit)) Restrict(limit, &cpu);
  cpu.isa = cpu.avx512_bf16 ? "avx512_bf16"
            : cpu.avx512    ? "avx512"
            : cpu.avx2      ? "avx2"
                            : "x86-64-v2";
  return cpu;
}

struct CpuSetFree {
  void operator()(cpu_set_t* set) const { CPU_FREE(set); }
};

// Processors in the affinity mask.
int AffinityCpus() {
  // A mask that is too short for the system's processors is refused with
  // EINVAL, so grow it.
  for (int capacity = 1024; capacity <= 1 << 20; capacity *= 4) {
    const std::unique_ptr<cpu_set_t, CpuSetFree> set(CPU_ALLOC(capacity));
    if (set == nullptr) break;
    const size_t size = CPU_ALLOC_SIZE(capacity);
    if (sched_getaffinity(0, size, set.get()) == 0) {
      return CPU_COUNT_S(size, set.get());
    }
    if (errno != EINVAL) break;
  }
  return static_cast<int>(std::thread::hardware_concurrency());
}

}  // namespace

const CpuFeatures& HostCpu() {
  static const CpuFeatures cpu = Detect();
  return cpu;
}

std::optional<std::string> UnknownCpuLimit() {
  const char* const limit = std::getenv(kLimit);
  if (limit == nullptr ||
      std::find(kLimits.begin(), kLimits.end(), limit) != kLimits.end()) {
    return std::nullopt;
  }
  return limit;
}

int AvailableCpus() {
  int cpus = AffinityCpus();
  std::ostringstream membership;
  membership << std::ifstream("/proc/self/cgroup").rdbuf();
  if (const std::optional<double> limit =
          CgroupCpuLimit("/sys/fs/cgroup", membership.str());
      limit && *limit < cpus) {
    cpus = static_cast<int>(std::ceil(*limit));
  }
  return std::max(cpus, 1);
}

}  // namespace alexnet

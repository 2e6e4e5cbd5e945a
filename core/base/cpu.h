// What the processor has and how much of it this process may use.
// ALEXNET_MAX_CPU_ISA (x86-64-v2, avx2 or avx512) limits the instruction sets.

#ifndef ALEXNET_CORE_BASE_CPU_H_
#define ALEXNET_CORE_BASE_CPU_H_

#include <optional>
#include <string>

namespace alexnet {

struct CpuFeatures {
  std::string model;  // e.g. "AMD EPYC"
  bool avx2 = false;
  bool fma = false;
  bool f16c = false;
  bool avx512 = false;  // F, BW, DQ and VL together
  bool avx512_bf16 = false;
  // The widest of these by name: "avx512_bf16", "avx512", "avx2" or
  // "x86-64-v2".
  std::string isa;
};

// Within the limit, if there is one. Read once; thread safe.
const CpuFeatures& HostCpu();

// What the limit names where that is none, which limits nothing.
std::optional<std::string> UnknownCpuLimit();

// Threads this process may keep busy: the least of the affinity mask and the
// cgroup's CPU limit (v1 or v2), rounded up, at least 1.
int AvailableCpus();

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_CPU_H_

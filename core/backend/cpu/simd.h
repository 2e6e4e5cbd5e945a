// Plain loops that the compiler vectorizes are compiled once for each
// instruction set, and the processor's is chosen when the program starts.

#ifndef ALEXNET_CORE_BACKEND_CPU_SIMD_H_
#define ALEXNET_CORE_BACKEND_CPU_SIMD_H_

// Sanitizers instrument the choice itself, which runs before they are ready.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ALEXNET_SIMD_CLONES
#else
#define ALEXNET_SIMD_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif

#endif  // ALEXNET_CORE_BACKEND_CPU_SIMD_H_

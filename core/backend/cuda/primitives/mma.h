// The tensor cores' product of bfloat16. For .cu files.

#ifndef ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_MMA_H_
#define ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_MMA_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/primitives/number.h"
#include "core/backend/cuda/runtime/namespace.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// c (16, 8) += a (16, 16) b (16, 8), by a whole warp; a and b in bfloat16, c in
// float32. With g = lane / 4 and q = lane % 4 a lane holds
//   a: rows g, g + 8, g, g + 8, of columns 2q and 2q + 1, the last two words of
//      columns 2q + 8 and 2q + 9;
//   b: column g, of rows 2q and 2q + 1, then of 2q + 8 and 2q + 9;
//   c: (g, 2q), (g, 2q + 1), (g + 8, 2q), (g + 8, 2q + 1).
// (PTX ISA, mma.m16n8k16.) Needs compute capability 8.0.
__device__ __forceinline__ void MultiplyAdd(const uint32_t (&a)[4],
                                            const uint32_t (&b)[2],
                                            float (&c)[4]) {
#ifdef ALEXNET_CUDA_EMULATION
  const uint32_t mine[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
  const auto* words = emulation::ShareInWarp(mine);
  const unsigned lane = threadIdx.x % 32;
  const auto value = [&](unsigned row_or_column, int word, int k) {
    // The lane and half that hold number k of 16.
    const unsigned from =
        row_or_column % 8 * 4 + static_cast<unsigned>(k % 8) / 2;
    const uint32_t pair = words[from][word];
    return FromBits(k % 2 == 0 ? pair << 16 : pair & 0xffff0000u);
  };
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned row = lane / 4 + i / 2 * 8;
    const unsigned column = lane % 4 * 2 + i % 2;
    for (int k = 0; k < 16; ++k) {
      c[i] += value(row, (row < 8 ? 0 : 1) + (k < 8 ? 0 : 2), k) *
              value(column, k < 8 ? 4 : 5, k);
    }
  }
  __syncwarp();
#elif !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  __trap();  // nobody launches it there
#endif
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_MMA_H_

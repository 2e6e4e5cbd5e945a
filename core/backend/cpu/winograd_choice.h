// Which convolutions run by Winograd's algorithm, in which form and layouts.

#ifndef ALEXNET_CORE_BACKEND_CPU_WINOGRAD_CHOICE_H_
#define ALEXNET_CORE_BACKEND_CPU_WINOGRAD_CHOICE_H_

#include <cstdint>

#include "core/backend/cpu/winograd/loops.h"
#include "core/backend/kernel.h"

namespace alexnet::cpu {

// Of a window that SuitsWinograd: the form with the least to compute and read.
WinogradForm WinogradFormOf(const ResolvedWindow& window, int64_t batch);

// Whether the loops can walk a blob.
bool WinogradWalks(const Format& format);

// Blobs of `src` and `dst`, which they can walk.
WinogradLayer WinogradLayerOf(const KernelRequest& request, const Format& src,
                              const Format& dst);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_WINOGRAD_CHOICE_H_

// A pooling layer as its kernels take it.

#ifndef ALEXNET_CORE_BACKEND_CUDA_LAYERS_POOL_SHAPE_H_
#define ALEXNET_CORE_BACKEND_CUDA_LAYERS_POOL_SHAPE_H_

#include "core/backend/cuda/kernels/pooling.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/kernel.h"
#include "core/network/layer.h"
#include "core/network/network.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// `layer` is a Pooling or an AdaptiveAveragePooling; batch and towers are those
// of `request`, whose layer may be another.
PoolShape PoolShapeOf(const Layer& layer, const LayerShapes& shapes,
                      const KernelRequest& request);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_LAYERS_POOL_SHAPE_H_

// ALEXNET_HOST_DEVICE marks math that the CPU tests and the CUDA kernels share.

#ifndef ALEXNET_CORE_BASE_HOST_DEVICE_H_
#define ALEXNET_CORE_BASE_HOST_DEVICE_H_

#ifdef __CUDACC__
#define ALEXNET_HOST_DEVICE __host__ __device__
#else
#define ALEXNET_HOST_DEVICE
#endif

#endif  // ALEXNET_CORE_BASE_HOST_DEVICE_H_

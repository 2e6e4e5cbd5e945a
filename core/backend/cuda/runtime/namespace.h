// ALEXNET_CUDA_RUNTIME: the inline namespace of what is compiled against CUDA's
// runtime. What is compiled against the tests' emulation of it has names of its
// own, so that one program can hold both.

#ifndef ALEXNET_CORE_BACKEND_CUDA_RUNTIME_NAMESPACE_H_
#define ALEXNET_CORE_BACKEND_CUDA_RUNTIME_NAMESPACE_H_

#ifdef ALEXNET_CUDA_EMULATION
#define ALEXNET_CUDA_RUNTIME emulated
#else
#define ALEXNET_CUDA_RUNTIME nvidia
#endif

#endif  // ALEXNET_CORE_BACKEND_CUDA_RUNTIME_NAMESPACE_H_

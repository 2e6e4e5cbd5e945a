// A library as cuDNN is to DynamicLibrary: it tells what CUDA it is made for.

#include <cstddef>

extern "C" size_t FakeCudartVersion() { return ALEXNET_FAKE_CUDART; }

// A library as cuBLASLt is to DynamicLibrary, and a part of one as cuDNN is: it
// tells what CUDA it is made for.

#include <cstddef>

extern "C" size_t FakeCudartVersion() { return ALEXNET_FAKE_CUDART; }

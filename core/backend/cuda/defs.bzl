"""What sets the emulated CUDA backend apart."""

# One program can hold both backends: the emulated one has names of its own. For
# its sources, and for tests that are built once for each.
EMULATION_DEFINES = [
    "ALEXNET_CUDA_EMULATION=1",
    "CreateCudaBackend=CreateEmulatedCudaBackend",
    "FindCudaDevice=FindEmulatedCudaDevice",
    "ListCudaDevices=ListEmulatedCudaDevices",
    "ReportCuda=ReportEmulatedCuda",
    "cuda=emulated_cuda",
]

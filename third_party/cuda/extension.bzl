"""The module extension that makes @local_cuda from the machine's toolkit."""

load("//third_party/cuda:repository.bzl", "local_cuda_repository")

def _cuda_impl(_ctx):
    local_cuda_repository(name = "local_cuda")

cuda = module_extension(implementation = _cuda_impl)

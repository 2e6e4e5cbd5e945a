"""A repository with the machine's CUDA toolkit, for compiling only.

It is looked for in $CUDA_PATH and then in /usr/local/cuda. It is usable if it
has nvcc 13, the static runtime, and the headers of cuBLASLt, cuDNN 9 and NCCL 2;
of those three nothing is linked: the engine finds them when it runs. Where there
is no usable toolkit, what needs it fails, saying so, and nothing else does. It is
looked at again when what it is made of appears, changes or disappears.
"""

_NEEDED = [
    "bin/nvcc",
    "include/cublasLt.h",
    "include/cuda_runtime.h",
    "include/cudnn.h",
    "include/nccl.h",
]

_RUNTIME = ["lib64/libcudart_static.a", "lib/libcudart_static.a"]

def _missing(ctx, why):
    ctx.file("found.bzl", "CUDA_FOUND = False\nCUDA_PATH = \"\"\n")
    ctx.template("BUILD.bazel", ctx.attr._missing, {
        "%{message}": "%s. Install CUDA 13 with cuDNN 9 and NCCL 2 and set CUDA_PATH to it, or build with --//:cuda=off" % why,
        "%{missing}": str(Label("//third_party/cuda:missing.bzl")),
    })

def _local_cuda_repository_impl(ctx):
    named = ctx.os.environ.get("CUDA_PATH", "")
    if named and not named.startswith("/"):
        return _missing(ctx, "CUDA_PATH is not an absolute path: %s" % named)
    root = ctx.path(named or "/usr/local/cuda")
    for name in _NEEDED + _RUNTIME:
        ctx.watch(root.get_child(name))
    if not root.exists:
        return _missing(ctx, "there is no CUDA toolkit at %s" % root)
    root = root.realpath
    for name in _NEEDED:
        if not root.get_child(name).exists:
            return _missing(ctx, "the CUDA toolkit at %s has no %s" % (root, name))
    runtimes = [root.get_child(name) for name in _RUNTIME if root.get_child(name).exists]
    if not runtimes:
        return _missing(ctx, "the CUDA toolkit at %s has no libcudart_static.a" % root)
    version = ctx.execute([root.get_child("bin/nvcc"), "--version"])
    if version.return_code or "release 13." not in version.stdout:
        return _missing(ctx, "the CUDA toolkit at %s is not of version 13" % root)
    ctx.symlink(root.get_child("include"), "include")
    ctx.symlink(runtimes[0], "lib/libcudart_static.a")
    ctx.file("found.bzl", "CUDA_FOUND = True\nCUDA_PATH = \"%s\"\n" % root)
    ctx.template("BUILD.bazel", ctx.attr._found, {})

local_cuda_repository = repository_rule(
    implementation = _local_cuda_repository_impl,
    attrs = {
        "_found": attr.label(default = "//third_party/cuda:found.BUILD.bazel"),
        "_missing": attr.label(default = "//third_party/cuda:missing.BUILD.bazel"),
    },
    configure = True,
    doc = "CUDA's headers and static runtime.",
    environ = ["CUDA_PATH"],
    local = True,
)

"""Targets that are made twice: for a GPU, and for the tests' emulation of CUDA.

The twin of NAME is emulated_NAME, of the same sources. Which of the two runtimes
they are compiled against is up to what they depend on.
"""

load("@rules_shell//shell:sh_test.bzl", "sh_test")
load("//third_party/cuda:defs.bzl", "cuda_library")
load("//tools/build:defs.bzl", "alexnet_binary", "alexnet_library", "alexnet_test")

def _emulated(labels):
    twins = [native.package_relative_label(label) for label in labels]
    return ["//%s:emulated_%s" % (twin.package, twin.name) for twin in twins]

def cuda_twin_library(name, srcs = None, hdrs = None, deps = [], twins = [], **kwargs):
    """A library and its twin.

    Args:
      name: of the library for a GPU.
      srcs: by default NAME.cc, where there is one; or .cu alone, for nvcc.
      hdrs: by default NAME.h, where there is one.
      deps: that have no twins.
      twins: deps that have.
      **kwargs: as of both.
    """
    if srcs == None:
        srcs = native.glob([name + ".cc"], allow_empty = True)
    if hdrs == None:
        hdrs = native.glob([name + ".h"], allow_empty = True)
    kernels = [src for src in srcs if src.endswith(".cu")]
    (cuda_library if kernels else alexnet_library)(
        name = name,
        srcs = srcs,
        hdrs = hdrs,
        deps = deps + twins,
        **kwargs
    )
    alexnet_library(
        name = "emulated_" + name,
        testonly = True,
        srcs = srcs,
        hdrs = hdrs,
        # The compiler does not know the suffix; pragmas are for nvcc.
        copts = ["-xc++", "-Wno-unknown-pragmas"] if kernels else [],
        deps = deps + _emulated(twins),
        **kwargs
    )

def cuda_twin_test(name, srcs = None, size = "small", deps = [], twins = [], backwards = True):
    """A GoogleTest program that runs on the emulation, and on a GPU.

    X_test is emulated with threads in their order, X_backwards_test in the
    opposite one; X_gpu is the program for a GPU, and X_gpu_test runs it.

    Args:
      name: X_test.
      srcs: by default NAME.cc.
      size: of the emulated tests.
      deps: that have no twins.
      twins: deps that have.
      backwards: whether there is X_backwards_test.
    """
    srcs = srcs or [name + ".cc"]
    subject = name.removesuffix("_test")
    orders = {name: "0"}
    if backwards:
        orders[subject + "_backwards_test"] = "1"
    for test, order in orders.items():
        alexnet_test(
            name = test,
            size = size,
            srcs = srcs,
            env = {"ALEXNET_EMULATION_BACKWARDS": order},
            unit = None,
            deps = deps + _emulated(twins),
        )
    alexnet_binary(
        name = subject + "_gpu",
        testonly = True,
        srcs = srcs,
        visibility = ["//tests/gpu:__pkg__"],
        deps = deps + twins + ["//third_party:googletest_main"],
    )
    sh_test(
        name = subject + "_gpu_test",
        size = "medium",
        srcs = [":" + subject + "_gpu"],
        tags = ["gpu"],
    )

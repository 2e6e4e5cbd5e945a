"""Targets of this project's own C++ sources: its warnings, a library named for
its files, and a unit's test beside it by one line."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

# The language standard and the processor baseline are in .bazelrc, since they
# must be the same in everything that is linked together.
_COPTS = [
    "-Wall",
    "-Wextra",
    "-Wshadow",
    "-Wnon-virtual-dtor",
    "-Werror",
]

# What ALEXNET_MAX_CPU_ISA may be: tests of kernels run under each.
INSTRUCTION_SETS = [
    "x86-64-v2",
    "avx2",
    "avx512",
]

def alexnet_library(name, srcs = None, hdrs = None, deps = [], copts = [], **kwargs):
    """A library of this project.

    Args:
      name: of the target.
      srcs: by default NAME.cc, where there is one.
      hdrs: by default NAME.h, where there is one.
      deps: as of cc_library.
      copts: beside the project's own.
      **kwargs: as of cc_library.
    """
    cc_library(
        name = name,
        srcs = native.glob([name + ".cc"], allow_empty = True) if srcs == None else srcs,
        hdrs = native.glob([name + ".h"], allow_empty = True) if hdrs == None else hdrs,
        copts = _COPTS + copts,
        deps = deps,
        **kwargs
    )

def alexnet_binary(name, srcs = None, deps = [], copts = [], **kwargs):
    """A program of this project; srcs is by default NAME.cc."""
    cc_binary(
        name = name,
        srcs = [name + ".cc"] if srcs == None else srcs,
        copts = _COPTS + copts,
        deps = deps,
        **kwargs
    )

def alexnet_test(
        name,
        unit = "",
        srcs = None,
        size = "small",
        deps = [],
        copts = [],
        main = True,
        **kwargs):
    """A GoogleTest program.

    Args:
      name: of the target; of a unit's test, NAME_test.
      unit: label of what is tested; by default :NAME. None: no single target.
      srcs: by default the source of the target's name.
      size: as of cc_test.
      deps: beside the unit and GoogleTest.
      copts: beside the project's own.
      main: links GoogleTest's main().
      **kwargs: as of cc_test.
    """
    tested = [] if unit == None else [unit or ":" + name.removesuffix("_test")]
    cc_test(
        name = name,
        size = size,
        srcs = [name + ".cc"] if srcs == None else srcs,
        copts = _COPTS + copts,
        deps = tested + deps +
               ["//third_party:googletest_main" if main else "//third_party:googletest"],
        **kwargs
    )

"""Fuzz targets: a libFuzzer program under --config=fuzz, a replay of its corpus
as an ordinary test."""

load("@rules_cc//cc:defs.bzl", "cc_binary")
load("//tools/build:defs.bzl", "alexnet_library", "alexnet_test")

def fuzz_target(name, src, deps, local_defines = [], mutator = None):
    """Makes NAME, which libFuzzer drives, and NAME_corpus_test.

    Args:
      name: of the target and of its folder under corpus/.
      src: a source with LLVMFuzzerTestOneInput.
      deps: what it needs.
      local_defines: for that source.
      mutator: a source with LLVMFuzzerCustomMutator, or None for libFuzzer's own.
    """
    alexnet_library(
        name = name + "_input",
        testonly = True,
        srcs = [src],
        local_defines = local_defines,
        deps = deps,
        alwayslink = True,
    )

    # Only --config=fuzz has what it links.
    cc_binary(
        name = name,
        testonly = True,
        srcs = [mutator] if mutator else [],
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = [":%s_input" % name],
    )

    alexnet_test(
        name = name + "_corpus_test",
        size = "medium",
        unit = ":%s_input" % name,
        srcs = ["replay.cc"] + ([mutator] if mutator else []),
        args = ["tests/fuzz/corpus/" + name],
        data = native.glob(["corpus/%s/*" % name]),
        main = False,
    )

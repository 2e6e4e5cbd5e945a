"""Fuzz targets: a libFuzzer program under --config=fuzz, a replay of its corpus
as an ordinary test."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")
load("//tools/build:copts.bzl", "ALEXNET_COPTS")

def fuzz_target(name, src, deps, local_defines = []):
    """Makes NAME, which libFuzzer drives, and NAME_corpus_test.

    Args:
      name: of the target and of its folder under corpus/.
      src: a source with LLVMFuzzerTestOneInput.
      deps: what it needs.
      local_defines: for that source.
    """
    cc_library(
        name = name + "_input",
        testonly = True,
        srcs = [src],
        copts = ALEXNET_COPTS,
        local_defines = local_defines,
        deps = deps,
        alwayslink = True,
    )

    # Only --config=fuzz has what it links.
    cc_binary(
        name = name,
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],
        deps = [":%s_input" % name],
    )

    cc_test(
        name = name + "_corpus_test",
        size = "small",
        srcs = ["replay.cc"],
        args = ["tests/fuzz/corpus/" + name],
        copts = ALEXNET_COPTS,
        data = native.glob(["corpus/%s/*" % name]),
        deps = [
            ":%s_input" % name,
            "//third_party:googletest",
        ],
    )

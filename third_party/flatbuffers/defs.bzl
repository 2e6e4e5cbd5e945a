"""C++ from FlatBuffers schemas."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def fbs_library(name, src, visibility = None, testonly = False):
    """A cc_library of the header that flatc makes of a schema.

    Args:
      name: name of the library.
      src: the schema, x.fbs; the header is x_generated.h, included by its path
        from the root of the repository.
      visibility: as usual.
      testonly: as usual.
    """
    if not src.endswith(".fbs"):
        fail("fbs_library %s: src must be a .fbs file, not %s" % (name, src))
    header = src[:-len(".fbs")] + "_generated.h"
    native.genrule(
        name = name + "_header",
        srcs = [src],
        outs = [header],
        # The pragma keeps our warnings out of code that we did not write.
        cmd = " && ".join([
            "out=$$(mktemp -d)",
            "$(execpath //third_party:flatc) --cpp --cpp-std c++17 --scoped-enums" +
            " --gen-name-strings -o $$out $<",
            "(echo '#pragma GCC system_header'; cat $$out/*_generated.h) > $@",
            "rm -r $$out",
        ]),
        message = "Compiling schema",
        testonly = testonly,
        tools = ["//third_party:flatc"],
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        hdrs = [header],
        testonly = testonly,
        visibility = visibility,
        deps = ["//third_party:flatbuffers"],
    )

"""C++ from .proto files, with protobuf's lite runtime."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def proto_lite_library(name, src, visibility = None, testonly = False):
    """A cc_library of what protoc makes of one .proto file, without reflection.

    Args:
      name: name of the library.
      src: x.proto, importing nothing; the header is x.pb.h, included by its
        path from the root of the repository.
      visibility: as usual.
      testonly: as usual.
    """
    if not src.endswith(".proto"):
        fail("proto_lite_library %s: src must be a .proto file, not %s" % (name, src))
    stem = src[:-len(".proto")]
    native.genrule(
        name = name + "_source",
        srcs = [src],
        outs = [
            stem + ".pb.cc",
            stem + ".pb.h",
        ],
        # The pragma keeps our warnings out of code that we did not write.
        # Its folder is the path, so that the source finds its header beside it in
        # whichever repository this is.
        cmd = " && ".join([
            "out=$$(mktemp -d)",
            "$(execpath //third_party:protoc) --proto_path=$$(dirname $<) --cpp_out=lite:$$out $<",
            "cp $$out/*.pb.cc $(execpath %s)" % (stem + ".pb.cc"),
            "(echo '#pragma GCC system_header'; cat $$out/*.pb.h) > $(execpath %s)" % (stem + ".pb.h"),
            "rm -r $$out",
        ]),
        message = "Compiling",
        testonly = testonly,
        tools = ["//third_party:protoc"],
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        srcs = [stem + ".pb.cc"],
        hdrs = [stem + ".pb.h"],
        copts = ["-w"],
        testonly = testonly,
        visibility = visibility,
        deps = ["//third_party:protobuf_lite"],
    )

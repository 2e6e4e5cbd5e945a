"""Rust tests whose cases are counted."""

load("@rules_rust//rust:defs.bzl", "rust_test")
load("@rules_shell//shell:sh_test.bzl", "sh_test")

def rust_cases_test(name, size = "small", args = [], tags = [], **kwargs):
    """A rust_test that leaves its cases in test.xml.

    Args:
      name: of the test.
      size: of the test.
      args: to the test harness.
      tags: of the test.
      **kwargs: of the rust_test, which is NAME_program.
    """
    rust_test(
        name = name + "_program",
        tags = ["manual"],
        **kwargs
    )
    sh_test(
        name = name,
        size = size,
        srcs = ["//bindings/rust:run_cases.sh"],
        args = ["$(rootpath :%s_program)" % name] + args,
        data = [":%s_program" % name],
        tags = tags,
    )

"""The module extension that makes @local_rust from the machine's rustc."""

load("//third_party/rust:repository.bzl", "local_rust_repository")

def _rust_impl(_ctx):
    local_rust_repository(name = "local_rust")

rust = module_extension(implementation = _rust_impl)

"""The module extension that makes @debian_packages from packages.lock."""

load("//third_party/debian:repository.bzl", "debian_repository")

def _debian_impl(_ctx):
    debian_repository(
        name = "debian_packages",
        build_file = "//third_party/debian:packages.BUILD.bazel",
        lock = "//third_party/debian:packages.lock",
    )

debian = module_extension(implementation = _debian_impl)

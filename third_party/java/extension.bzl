"""The module extension that makes @missing_jdk."""

load("//third_party/java:repository.bzl", "missing_jdk_repository")

def _java_impl(_ctx):
    missing_jdk_repository(name = "missing_jdk")

java = module_extension(implementation = _java_impl)

"""A repository that stands in for the JDK of a machine that has none.

rules_java looks for the JDK ($JAVA_HOME, or the javac on the PATH) and makes
@local_jdk of it, or of nothing, and then what needs Java fails and //... with it.
Here are toolchains that go before those: what needs Java is skipped by //... and
refused by its name, and missing.txt says why. Where there is a JDK, this is empty.
"""

_WANTED = "a JDK 17 in $JAVA_HOME or on the PATH (Debian - apt-get install openjdk-17-jdk-headless)"

def _missing_jdk_repository_impl(ctx):
    found = ctx.path(ctx.attr._local_jdk)
    ctx.watch(found)
    if found.dirname.get_child("bin").get_child("javac").exists:
        ctx.file("BUILD.bazel", "")
        return
    ctx.file("missing.txt", "there is no JDK on this machine; wanted: %s\n" % _WANTED)
    ctx.template("BUILD.bazel", ctx.attr._missing, {
        "%{missing}": str(Label("//third_party:missing.bzl")),
        "%{wanted}": _WANTED,
    })

missing_jdk_repository = repository_rule(
    implementation = _missing_jdk_repository_impl,
    attrs = {
        "_local_jdk": attr.label(default = "@local_jdk//:BUILD.bazel"),
        "_missing": attr.label(default = "//third_party/java:missing.BUILD.bazel"),
    },
    configure = True,
    doc = "Toolchains that nothing can be built with, where there is no JDK.",
    local = True,
)

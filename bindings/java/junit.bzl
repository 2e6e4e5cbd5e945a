"""JUnit 5 tests of what uses native code."""

load("@rules_java//java:defs.bzl", "java_binary")
load("@rules_shell//shell:sh_test.bzl", "sh_test")

def junit_test(name, classes, runtime_deps, data = [], size = "small", tags = []):
    """Runs test classes under -Xcheck:jni, each case counted.

    Args:
      name: of the test.
      classes: full names of the test classes.
      runtime_deps: java_library targets that hold them.
      data: files that they read.
      size: of the test.
      tags: of the test.
    """
    java_binary(
        name = name + "_launcher",
        testonly = True,
        jvm_flags = ["-Xcheck:jni"],
        main_class = "org.junit.platform.console.ConsoleLauncher",
        runtime_deps = runtime_deps + ["//third_party:junit5"],
    )
    sh_test(
        name = name,
        size = size,
        srcs = ["//bindings/java:junit.sh"],
        args = ["$(rootpath :%s_launcher)" % name] + classes,
        data = data + [":%s_launcher" % name],
        tags = tags,
    )

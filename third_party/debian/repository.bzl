"""A repository made of unpacked Debian packages, pinned by a lock file.

The work is done by fetch.sh, so that it can be tested without Bazel. Nothing
of the machine is changed and no root is needed.
"""

def _debian_repository_impl(ctx):
    # A local folder of packages, used before the network:
    # --repo_env=ALEXNET_PACKAGES=DIR
    packages = ctx.getenv("ALEXNET_PACKAGES", "")
    result = ctx.execute(
        [
            "bash",
            ctx.path(ctx.attr._fetch),
            ctx.path(ctx.attr._private_apt),
            ctx.path(ctx.attr.lock),
            ctx.path("."),
            packages,
        ],
        timeout = 900,
    )
    if result.return_code:
        fail("the pinned Debian packages could not be fetched:\n" + result.stderr)
    for line in result.stderr.splitlines():
        if line.startswith("warning: "):
            # buildifier: disable=print
            print(line)
    ctx.symlink(ctx.attr.build_file, "BUILD.bazel")
    ctx.symlink(ctx.attr._run_tool, "run_tool.sh")

debian_repository = repository_rule(
    implementation = _debian_repository_impl,
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "lock": attr.label(mandatory = True, allow_single_file = True),
        "_fetch": attr.label(default = "//third_party/debian:fetch.sh"),
        "_private_apt": attr.label(default = "//tools/build:private_apt.sh"),
        "_run_tool": attr.label(default = "//third_party/debian:run_tool.sh"),
    },
    doc = "Fetches, checks and unpacks the packages of a lock file into unpacked/.",
)

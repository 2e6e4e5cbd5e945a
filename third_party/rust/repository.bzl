"""A repository with a Rust toolchain made of the rustc on the PATH.

Where that is rustup's shim, the toolchain is what the shim runs: actions see
neither the PATH nor rustup. Where there is no usable rustc, what needs Rust
fails, saying so, and nothing else does.
"""

_INSTALL = "install rustc, rustdoc and cargo, 1.63 or newer (Debian: apt-get install rustc cargo), and put them on the PATH"

# Programs that not every installation has.
_OPTIONAL = ["cargo", "cargo-clippy", "cargo-fmt", "clippy-driver", "rustfmt"]

def _missing(ctx, why):
    ctx.template("BUILD.bazel", ctx.attr._missing, {
        "%{message}": "%s: %s" % (why, _INSTALL),
        "%{missing}": str(Label("//third_party/rust:missing.bzl")),
    })

def _local_rust_repository_impl(ctx):
    rustc = ctx.which("rustc")
    if not rustc:
        return _missing(ctx, "there is no Rust compiler on this machine")
    sysroot = ctx.execute([rustc, "--print", "sysroot"])
    if sysroot.return_code:
        return _missing(ctx, "%s does not run (%s)" % (rustc, sysroot.stderr.strip()))
    sysroot = ctx.path(sysroot.stdout.strip())
    bin = sysroot.get_child("bin")
    standard = sysroot.get_child("lib").get_child("rustlib").get_child("x86_64-unknown-linux-gnu").get_child("lib")
    for path in [bin.get_child("rustc"), bin.get_child("rustdoc"), standard]:
        if not path.exists:
            return _missing(ctx, "%s is missing" % path)

    # Not the whole sysroot: Debian's is /usr.
    ctx.symlink(standard, "std")
    programs = ["rustc", "rustdoc"]
    programs += [name for name in _OPTIONAL if bin.get_child(name).exists]
    for name in programs:
        ctx.symlink(bin.get_child(name), "bin/" + name)
    libraries = [sysroot.get_child("lib")]
    debian = sysroot.get_child("lib").get_child("x86_64-linux-gnu")
    if debian.exists:
        libraries.append(debian)
    for folder in libraries:
        for file in folder.readdir():
            name = file.basename
            if name.startswith("librustc_driver-") or name.startswith("libstd-") or name.startswith("libLLVM"):
                ctx.symlink(file, "lib/" + name)

    def attribute(key, name):
        return "%s = \"bin/%s\"," % (key, name) if name in programs else ""

    ctx.template("BUILD.bazel", ctx.attr._found, {
        "%{cargo_clippy}": attribute("cargo_clippy", "cargo-clippy"),
        "%{cargo_target}": "bin/cargo" if "cargo" in programs else ":no_cargo",
        "%{cargo}": attribute("cargo", "cargo"),
        "%{clippy_driver}": attribute("clippy_driver", "clippy-driver"),
        "%{missing}": str(Label("//third_party/rust:missing.bzl")),
        "%{rustfmt_target}": "bin/rustfmt" if "rustfmt" in programs else ":no_rustfmt",
    })

local_rust_repository = repository_rule(
    implementation = _local_rust_repository_impl,
    attrs = {
        "_found": attr.label(default = "//third_party/rust:local.BUILD.bazel"),
        "_missing": attr.label(default = "//third_party/rust:missing.BUILD.bazel"),
    },
    configure = True,
    doc = "Toolchains of rustc, clippy and rustfmt, and the programs.",
    environ = ["PATH"],
    local = True,
)

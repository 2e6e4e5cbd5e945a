"""A repository with a Rust toolchain made of the rustc on the PATH.

Where that is rustup's shim, the toolchain is what the shim runs: actions see
neither the PATH nor rustup. Where there is no usable rustc, what needs Rust is
skipped by //... and refused by its name, and missing.txt says why.

It is looked at again when one of _ENVIRONMENT changes, and when a rustc or a
choice of rustup's appears, changes or disappears.
"""

_WANTED = "rustc, rustdoc and cargo 1.63 or newer on the PATH (Debian - apt-get install rustc cargo)"

# What decides which rustc is found, and which toolchain rustup's runs.
_ENVIRONMENT = ["CARGO_HOME", "HOME", "PATH", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"]

_NEEDED = ["rustc", "rustdoc"]

# Programs that not every installation has.
_OPTIONAL = ["cargo", "cargo-clippy", "cargo-fmt", "clippy-driver", "rustfmt"]

def _missing(ctx, why):
    ctx.file("missing.txt", "%s; wanted: %s\n" % (why, _WANTED))
    ctx.template("BUILD.bazel", ctx.attr._missing, {
        "%{missing}": str(Label("//third_party:missing.bzl")),
        "%{wanted}": _WANTED,
    })

def _watch(ctx):
    environment = ctx.os.environ
    for folder in environment.get("PATH", "").split(":"):
        if folder.startswith("/"):
            ctx.watch(folder + "/rustc")
    rustup = environment.get("RUSTUP_HOME", environment.get("HOME", "") + "/.rustup")
    if rustup.startswith("/"):
        ctx.watch(rustup + "/settings.toml")

def _local_rust_repository_impl(ctx):
    _watch(ctx)
    rustc = ctx.which("rustc")
    if not rustc:
        return _missing(ctx, "there is no Rust compiler on this machine")
    sysroot = ctx.execute([rustc, "--print", "sysroot"])
    if sysroot.return_code:
        return _missing(ctx, "%s does not run (%s)" % (rustc, sysroot.stderr.strip().split("\n")[0]))
    sysroot = ctx.path(sysroot.stdout.strip())
    bin = sysroot.get_child("bin")
    standard = sysroot.get_child("lib").get_child("rustlib").get_child("x86_64-unknown-linux-gnu").get_child("lib")
    needed = [bin.get_child(name) for name in _NEEDED] + [standard]
    for path in needed + [bin.get_child(name) for name in _OPTIONAL]:
        ctx.watch(path)
    for path in needed:
        if not path.exists:
            return _missing(ctx, "%s is missing" % path)

    # Not the whole sysroot: Debian's is /usr.
    ctx.symlink(standard, "std")
    programs = _NEEDED + [name for name in _OPTIONAL if bin.get_child(name).exists]
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
        "%{missing}": str(Label("//third_party:missing.bzl")),
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
    environ = _ENVIRONMENT,
    local = True,
)

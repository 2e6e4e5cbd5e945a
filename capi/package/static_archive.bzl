"""A static archive of a library with all that is linked to it statically."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")

def _static_archive_impl(ctx):
    whole = []
    needed = []
    for dep in ctx.attr.deps:
        for input in dep[CcInfo].linking_context.linker_inputs.to_list():
            for library in input.libraries:
                archive = library.pic_static_library or library.static_library
                if archive:
                    (whole if library.alwayslink else needed).append(archive)
    needed += ctx.files._libraries
    toolchain = find_cc_toolchain(ctx)
    arguments = ctx.actions.args()
    arguments.add(ctx.outputs.out)
    arguments.add(ctx.file.map)
    arguments.add_all(whole)
    arguments.add("--")
    arguments.add_all(needed)
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [arguments],
        inputs = depset(whole + needed + [ctx.file.map], transitive = [toolchain.all_files]),
        outputs = [ctx.outputs.out],
        env = {
            "AR": toolchain.ar_executable,
            "CC": toolchain.compiler_executable,
            "NM": toolchain.nm_executable,
            "OBJCOPY": toolchain.objcopy_executable,
            "PATH": "/usr/bin:/bin",
        },
        mnemonic = "StaticArchive",
    )
    return [DefaultInfo(files = depset([ctx.outputs.out]))]

static_archive = rule(
    implementation = _static_archive_impl,
    attrs = {
        "deps": attr.label_list(
            doc = "Of what is alwayslink in them everything is taken.",
            providers = [CcInfo],
        ),
        "map": attr.label(
            allow_single_file = True,
            doc = "The version script that names the functions.",
            mandatory = True,
        ),
        "out": attr.output(mandatory = True),
        "_libraries": attr.label(
            default = "//third_party:static_libraries",
            doc = "In place of what is else linked as shared libraries.",
        ),
        "_tool": attr.label(
            cfg = "exec",
            default = "//capi/package:static_archive",
            executable = True,
        ),
    },
    doc = "See static_archive.sh.",
    toolchains = use_cc_toolchain(),
    fragments = ["cpp"],
)

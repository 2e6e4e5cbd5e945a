"""A static archive of the objects that this repository itself compiles."""

load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")

def _own_archive_impl(ctx):
    archives = []
    for dep in ctx.attr.deps:
        for input in dep[CcInfo].linking_context.linker_inputs.to_list():
            if input.owner.workspace_name:
                continue  # of a dependency
            for library in input.libraries:
                archive = library.pic_static_library or library.static_library
                if archive:
                    archives.append(archive)
    toolchain = find_cc_toolchain(ctx)
    script = ctx.actions.declare_file(ctx.label.name + ".mri")
    ctx.actions.write(
        script,
        "create %s\n" % ctx.outputs.out.path +
        "".join(["addlib %s\n" % archive.path for archive in archives]) +
        "save\nend\n",
    )
    ctx.actions.run_shell(
        command = "%s -M < %s" % (toolchain.ar_executable, script.path),
        inputs = depset(archives + [script], transitive = [toolchain.all_files]),
        outputs = [ctx.outputs.out],
        mnemonic = "OwnArchive",
    )
    return [DefaultInfo(files = depset([ctx.outputs.out]))]

own_archive = rule(
    implementation = _own_archive_impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "out": attr.output(mandatory = True),
    },
    toolchains = use_cc_toolchain(),
    fragments = ["cpp"],
)

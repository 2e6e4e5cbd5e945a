"""A versioned shared library in the form that rustc links."""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain", "use_cpp_toolchain")

def _rust_shared_library_impl(ctx):
    library = ctx.file.library
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(ctx = ctx, cc_toolchain = toolchain)

    # rustc links NAME by -lNAME, so there must be a libNAME.so; the program
    # then looks for the library's SONAME, libNAME.so.0, in the same folder.
    link_name = ctx.actions.declare_file("lib%s.so" % ctx.attr.link_name)
    ctx.actions.symlink(output = link_name, target_file = library)
    folder = ctx.label.package.replace("/", "_") + "_" + ctx.label.name
    linked = [
        cc_common.create_library_to_link(
            actions = ctx.actions,
            cc_toolchain = toolchain,
            dynamic_library = file,
            dynamic_library_symlink_path = folder + "/" + file.basename,
            feature_configuration = features,
        )
        for file in [library, link_name]
    ]
    inputs = cc_common.create_linker_input(
        libraries = depset(linked),
        owner = ctx.label,
    )
    files = [each.dynamic_library for each in linked]
    context = cc_common.create_linking_context(linker_inputs = depset([inputs]))
    return [
        DefaultInfo(
            files = depset(files),
            runfiles = ctx.runfiles(files).merge(
                ctx.attr.library[DefaultInfo].default_runfiles,
            ),
        ),
        CcInfo(linking_context = context),
    ]

rust_shared_library_import = rule(
    implementation = _rust_shared_library_impl,
    attrs = {
        "library": attr.label(
            allow_single_file = True,
            doc = "The file, named as its SONAME.",
            mandatory = True,
        ),
        "link_name": attr.string(
            doc = "What it is linked by, without \"lib\".",
            mandatory = True,
        ),
    },
    doc = "A library for deps of rust_library.",
    fragments = ["cpp"],
    provides = [CcInfo],
    toolchains = use_cpp_toolchain(),
)

"""A Maven repository of one artifact."""

def _maven_repository_impl(ctx):
    folder = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run(
        outputs = [folder],
        inputs = ctx.files.files + [ctx.file.pom],
        executable = ctx.executable._make,
        arguments = [folder.path, ctx.file.pom.path] + [each.path for each in ctx.files.files],
        mnemonic = "MavenRepository",
    )
    return DefaultInfo(files = depset([folder]), runfiles = ctx.runfiles([folder]))

maven_repository = rule(
    implementation = _maven_repository_impl,
    attrs = {
        "files": attr.label_list(
            allow_files = [".jar"],
            doc = "NAME.jar, NAME-CLASSIFIER.jar, where NAME is the artifact's",
        ),
        "pom": attr.label(allow_single_file = [".pom"], mandatory = True),
        "_make": attr.label(
            default = ":maven_repository",
            executable = True,
            cfg = "exec",
        ),
    },
    doc = "A folder in the layout that Maven and Gradle read, with checksums.",
)

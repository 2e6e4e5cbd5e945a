"""clang-tidy over the project's own C++ targets, with the profile of .clang-tidy:

  ./tools/bazel build --config=tidy //core/base/...

The tag no-tidy leaves a target out.
"""

load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

def _flags(context):
    flags = ["-std=c++20", "-march=x86-64-v2"]
    flags += ["-D" + define for define in context.defines.to_list()]
    flags += ["-D" + define for define in context.local_defines.to_list()]
    flags += ["-I" + path for path in context.includes.to_list()]
    flags += ["-iquote" + path for path in context.quote_includes.to_list()]
    flags += ["-isystem" + path for path in context.system_includes.to_list()]
    flags += ["-isystem" + path for path in context.external_includes.to_list()]
    return flags

def _tidy_impl(target, ctx):
    if target.label.workspace_name or CcInfo not in target or not hasattr(ctx.rule.attr, "srcs"):
        return []
    if "no-tidy" in ctx.rule.attr.tags:
        return []
    context = target[CcInfo].compilation_context
    flags = _flags(context) + ctx.rule.attr.copts
    headers = ctx.rule.files.hdrs if hasattr(ctx.rule.files, "hdrs") else []
    reports = []
    for source in ctx.rule.files.srcs:
        if source.extension != "cc" or not source.is_source:
            continue
        report = ctx.actions.declare_file("%s.%s.tidy" % (target.label.name, source.basename))
        ctx.actions.run_shell(
            command = '"$1" --quiet --config-file="$2" "$3" -- "${@:5}" > "$4" 2>&1 || { cat "$4"; exit 1; }',
            arguments = [
                ctx.executable._clang_tidy.path,
                ctx.file._profile.path,
                source.path,
                report.path,
                "-resource-dir=" + ctx.files._headers[0].dirname.removesuffix("/include"),
            ] + flags,
            inputs = depset(
                ctx.rule.files.srcs + headers + ctx.files._headers + [ctx.file._profile],
                transitive = [context.headers],
            ),
            tools = [ctx.attr._clang_tidy[DefaultInfo].files_to_run],
            outputs = [report],
            mnemonic = "Tidy",
            progress_message = "Tidying " + source.short_path,
        )
        reports.append(report)
    return [OutputGroupInfo(tidy = depset(reports))]

tidy_aspect = aspect(
    implementation = _tidy_impl,
    attrs = {
        "_clang_tidy": attr.label(default = "//third_party:clang_tidy", executable = True, cfg = "exec"),
        "_headers": attr.label(default = "//third_party:clang_headers"),
        "_profile": attr.label(default = "//:.clang-tidy", allow_single_file = True),
    },
)

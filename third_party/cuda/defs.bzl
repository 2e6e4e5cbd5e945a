"""cuda_library: CUDA C++ compiled by the machine's nvcc."""

load("@local_cuda//:found.bzl", "CUDA_PATH")
load("@rules_cc//cc:find_cc_toolchain.bzl", "find_cc_toolchain", "use_cc_toolchain")

# Warnings of our own code are errors for nvcc, too. Its generated host code is
# not ours: the host compiler's warnings come from compiling the emulation.
_NVCC_OPTIONS = [
    "-O3",
    "-std=c++20",
    "--expt-relaxed-constexpr",
    "--extra-device-vectorization",
    "-Werror=all-warnings",
    "-Xcompiler=-fPIC,-march=x86-64-v2",
]

def _architecture_options(architectures):
    options = []
    for architecture in architectures:
        options.append("-gencode=arch=compute_%s,code=sm_%s" % (architecture, architecture))

    # Newer devices compile this when the program starts.
    newest = architectures[-1]
    options.append("-gencode=arch=compute_%s,code=compute_%s" % (newest, newest))
    return options

def _compile(ctx, cc_toolchain, source, headers, arguments):
    object = ctx.actions.declare_file("_objs/%s/%s.o" % (ctx.label.name, source.basename))
    command = ctx.actions.args()
    command.add("-c", source)
    command.add("-o", object)
    command.add("-ccbin", cc_toolchain.compiler_executable)
    command.add_all(arguments)
    ctx.actions.run(
        executable = CUDA_PATH + "/bin/nvcc",
        arguments = [command],
        inputs = depset([source], transitive = [headers, cc_toolchain.all_files]),
        outputs = [object],
        env = {"PATH": "/usr/bin:/bin"},
        mnemonic = "CudaCompile",
        progress_message = "Compiling %{input}",
    )
    return object

def _cuda_library_impl(ctx):
    cc_toolchain = find_cc_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = cc_toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    deps = [dep[CcInfo] for dep in ctx.attr.deps]
    merged = cc_common.merge_cc_infos(cc_infos = deps)
    below = merged.compilation_context
    arguments = _NVCC_OPTIONS + _architecture_options(ctx.attr.architectures)
    for folder in below.includes.to_list() + below.quote_includes.to_list():
        arguments += ["-I", folder]
    for folder in below.system_includes.to_list() + below.external_includes.to_list():
        arguments += ["-isystem", folder]
    arguments += ["-D" + define for define in below.defines.to_list()]
    headers = depset(ctx.files.hdrs, transitive = [below.headers])
    objects = [
        _compile(ctx, cc_toolchain, source, headers, arguments)
        for source in ctx.files.srcs
    ]
    outputs = cc_common.create_compilation_outputs(
        objects = depset(objects),
        pic_objects = depset(objects),
    )
    linking, _ = cc_common.create_linking_context_from_compilation_outputs(
        actions = ctx.actions,
        cc_toolchain = cc_toolchain,
        compilation_outputs = outputs,
        disallow_dynamic_library = True,
        feature_configuration = features,
        linking_contexts = [dep.linking_context for dep in deps],
        name = ctx.label.name,
    )
    own = cc_common.create_compilation_context(headers = depset(ctx.files.hdrs))
    compilation = cc_common.merge_compilation_contexts(compilation_contexts = [own, below])
    return [
        DefaultInfo(files = depset(objects)),
        CcInfo(compilation_context = compilation, linking_context = linking),
    ]

cuda_library = rule(
    implementation = _cuda_library_impl,
    attrs = {
        "architectures": attr.string_list(
            default = ["75", "80", "86", "89", "90"],
            doc = "Compute capabilities to compile for, the newest last.",
        ),
        "deps": attr.label_list(providers = [CcInfo]),
        "hdrs": attr.label_list(allow_files = [".h"]),
        "srcs": attr.label_list(allow_files = [".cu"]),
    },
    doc = "As cc_library, for CUDA sources.",
    fragments = ["cpp"],
    provides = [CcInfo],
    toolchains = use_cc_toolchain(),
)

"""//:cuda: whether the CUDA backend is built."""

load("@local_cuda//:found.bzl", "CUDA_FOUND")

def _cuda_flag_impl(ctx):
    value = ctx.build_setting_value
    if value not in ["auto", "on", "off"]:
        fail("--//:cuda is auto, on or off, not %r" % value)
    built = value == "on" or (value == "auto" and CUDA_FOUND)
    return [config_common.FeatureFlagInfo(value = "built" if built else "left out")]

cuda_flag = rule(
    implementation = _cuda_flag_impl,
    build_setting = config.string(flag = True),
    doc = "auto: where the machine has a toolkit; on; off.",
)

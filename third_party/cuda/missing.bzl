"""What stands in for CUDA on a machine that has no toolkit."""

def _missing_cuda_impl(ctx):
    fail(ctx.attr.message)

missing_cuda = rule(
    implementation = _missing_cuda_impl,
    attrs = {"message": attr.string(mandatory = True)},
    doc = "Fails, with a message, whatever needs it; and nothing else.",
)

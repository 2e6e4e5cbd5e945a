"""What stands in for Rust on a machine that has none."""

def _missing_rust_impl(ctx):
    fail(ctx.attr.message)

missing_rust = rule(
    implementation = _missing_rust_impl,
    attrs = {"message": attr.string(mandatory = True)},
    doc = "Fails, with a message, whatever needs it; and nothing else.",
)

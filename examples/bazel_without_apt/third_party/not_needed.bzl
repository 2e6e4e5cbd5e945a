"""What this workspace has not, since nothing that it builds needs it."""

def _not_needed_impl(ctx):
    fail("the engine's third_party:%s is needed; make this the target for it" % ctx.label.name)

not_needed = rule(
    implementation = _not_needed_impl,
    doc = "Fails whatever needs it.",
)

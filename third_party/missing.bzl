"""What stands in for a toolchain that this machine has not."""

def missing(names, wanted):
    """Targets that no machine can build, nor anything that depends on them.

    //... skips what depends on one. Asked for by its name it is refused, since the
    machine "didn't satisfy constraint" followed by what is wanted.

    Args:
      names: of the targets.
      wanted: what to install, as the name of that constraint.
    """
    native.constraint_setting(name = "missing " + wanted)
    native.constraint_value(
        name = wanted,
        constraint_setting = ":missing " + wanted,
    )
    for name in names:
        native.filegroup(
            name = name,
            target_compatible_with = [":" + wanted],
        )

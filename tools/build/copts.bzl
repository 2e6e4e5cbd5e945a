"""Compiler options of this project's own sources.

The language standard and the processor baseline are in .bazelrc, since they
must be the same in everything that is linked together.
"""

ALEXNET_COPTS = [
    "-Wall",
    "-Wextra",
    "-Wshadow",
    "-Wnon-virtual-dtor",
    "-Werror",
]

# For sources with OpenMP pragmas, together with the dependency
# //third_party:openmp. There are deliberately no link options: -fopenmp at the
# link would take the compiler's own libgomp in place of the pinned one.
ALEXNET_OPENMP_COPTS = ["-fopenmp"]

#!/usr/bin/env bash
# Runs the pinned mpirun, and with it the programs that it starts, with the
# pinned Open MPI, on this machine alone.
set -euo pipefail
program=$(find -L "${RUNFILES_DIR:-$TEST_SRCDIR}" -path "*/unpacked/usr/bin/orterun" -print -quit)
root=${program%/usr/bin/*}
export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu"
# Open MPI and PMIx were built to be in /usr.
export OPAL_PREFIX="$root/usr"
export PMIX_PREFIX="$root/usr/lib/x86_64-linux-gnu/pmix2"
# Shared memory is all that the ranks need; components for networks would miss
# their libraries, and say so.
export OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader OMPI_MCA_plm=isolated
export OMPI_MCA_mca_base_component_show_load_errors=0
export PMIX_MCA_mca_base_component_show_load_errors=0
export PMIX_MCA_pcompress_base_silence_warning=1
# Where there is no other network, as in Bazel's sandbox.
export OMPI_MCA_oob_tcp_if_include=lo
# Open MPI names the files by which processes find each other by process
# numbers, and those are the same in every sandbox: two runs at a time would find
# each other's in a folder that they share. A socket's path has to be short.
# Whoever runs holds the folder's lock; folders that nobody holds were left by
# runs that were killed. One that is new may not be locked yet.
for left in /tmp/alexnet_mpi_*; do
  [[ -n $(find "$left" -maxdepth 0 -type d -mmin +1 2> /dev/null) ]] || continue
  flock --nonblock "$left" rm -rf "$left" || true
done
TMPDIR=$(mktemp -d /tmp/alexnet_mpi_XXXXXX)
trap 'rm -rf "$TMPDIR"' EXIT
exec 9< "$TMPDIR"
flock 9
export TMPDIR OMPI_MCA_btl_vader_backing_directory="$TMPDIR"
"$program" "$@"

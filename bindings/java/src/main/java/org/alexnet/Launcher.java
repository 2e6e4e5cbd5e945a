package org.alexnet;

// BEGIN options: java.enum Launcher
/** Who starts the ranks of a run that trains on several devices. */
public enum Launcher {
  /** The run itself, as threads of one process. */
  LOCAL(0),
  /** mpirun or srun, each a process, on one machine or many. */
  MPI(1);

  final int code;

  Launcher(int code) {
    this.code = code;
  }
}
// END options

// The place of this process among those that mpirun or srun started together.

#ifndef ALEXNET_CORE_DIST_LAUNCHED_H_
#define ALEXNET_CORE_DIST_LAUNCHED_H_

namespace alexnet {

struct LaunchedRank {
  int rank = 0;
  int size = 1;
};

// From the environment, which Open MPI's mpirun and SLURM's srun with PMIx set;
// rank 0 of 1 where neither did. Starts nothing.
LaunchedRank FindLaunchedRank();

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LAUNCHED_H_

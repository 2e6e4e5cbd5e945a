// Ranks that are processes, of one machine or many, started by mpirun or srun.

#ifndef ALEXNET_CORE_DIST_MPI_MPI_COMMUNICATOR_H_
#define ALEXNET_CORE_DIST_MPI_MPI_COMMUNICATOR_H_

#include <memory>

#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/dist/limits.h"

namespace alexnet {

// Over memory of the host. Loads libalexnet_mpi.so and starts MPI, once in a
// process, on a thread of the communicator's, which makes all calls of MPI. A
// process that mpirun has not started is the only rank. After a failure MPI is
// left as it is, and the process should end; mpirun then ends those that are
// left.
Result<std::unique_ptr<Communicator>> CreateMpiCommunicator(
    const CommLimits& limits = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_MPI_MPI_COMMUNICATOR_H_

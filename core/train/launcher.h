// Launcher: who starts the ranks of a run.

#ifndef ALEXNET_CORE_TRAIN_LAUNCHER_H_
#define ALEXNET_CORE_TRAIN_LAUNCHER_H_

#include <cstdint>

namespace alexnet {

// BEGIN options: core.enum Launcher
// Who starts the ranks of a run that trains on several devices.
enum class Launcher : int8_t {
  // The run itself, as threads of one process.
  kLocal = 0,
  // mpirun or srun, each a process, on one machine or many.
  kMpi = 1,
};
// END options

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_LAUNCHER_H_

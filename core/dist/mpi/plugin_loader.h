// Finds and loads libalexnet_mpi.so.

#ifndef ALEXNET_CORE_DIST_MPI_PLUGIN_LOADER_H_
#define ALEXNET_CORE_DIST_MPI_PLUGIN_LOADER_H_

#include "core/base/status.h"
#include "core/dist/mpi/plugin.h"

namespace alexnet {

// The file that $ALEXNET_MPI_PLUGIN names; else libalexnet_mpi.so in the folder
// of the program or library that this code is in, or where the system looks. It
// stays loaded. kUnsupported says of each place why not, and what to install.
Result<const AlexnetMpiFunctions*> LoadMpiPlugin();

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_MPI_PLUGIN_LOADER_H_

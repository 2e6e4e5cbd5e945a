// Finds and loads libalexnet_mpi.so.

#ifndef ALEXNET_CORE_DIST_MPI_PLUGIN_LOADER_H_
#define ALEXNET_CORE_DIST_MPI_PLUGIN_LOADER_H_

#include <string>

#include "core/base/status.h"
#include "core/dist/mpi/plugin.h"

namespace alexnet {

// The file that $ALEXNET_MPI_PLUGIN names; else libalexnet_mpi.so in the folder
// of the program or library that this code is in, or of the file that this is a
// link to, or where the system looks. It stays loaded. kUnsupported says of
// each place why not, and what to install.
Result<const AlexnetMpiFunctions*> LoadMpiPlugin();

// For a person with a problem.
struct MpiReport {
  std::string library;  // "Open MPI v4.1.4"; empty where there is none
  std::string plugin;   // the file
  std::string problem;  // why there is none, and what to install; else empty
};
// Loads it to see, and starts nothing.
MpiReport ReportMpi();

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_MPI_PLUGIN_LOADER_H_

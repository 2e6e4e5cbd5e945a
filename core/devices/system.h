// What the engine finds on this machine, for a person with a problem.

#ifndef ALEXNET_CORE_DEVICES_SYSTEM_H_
#define ALEXNET_CORE_DEVICES_SYSTEM_H_

#include <string>

namespace alexnet {

// A JSON object: "version", "library" (`library`, the file that the engine was
// loaded from), "cpu", "features", "isa", "threads", "libraries" (paths of all
// that are loaded), "devices", "cuda" and "mpi". Tries to load a GPU's
// libraries and MPI's.
std::string SystemJson(const std::string& library);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DEVICES_SYSTEM_H_

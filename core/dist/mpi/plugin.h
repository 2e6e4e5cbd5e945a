// What libalexnet_mpi.so gives the engine: MPI's functions as far as they are
// needed, so that nothing else is linked to MPI. Each side may be built with
// another compiler; not with another version of this table.

#ifndef ALEXNET_CORE_DIST_MPI_PLUGIN_H_
#define ALEXNET_CORE_DIST_MPI_PLUGIN_H_

#include <cstdint>

extern "C" {

// All calls on one thread. What returns int gives 0 or an error for `explain`.
struct AlexnetMpiFunctions {
  int32_t version;
  // Once in a process, in all processes of the run.
  int (*start)(int* rank, int* size);
  // `request` becomes what `test` is to be asked for, never 0.
  int (*send)(int to, int lane, const void* data, int bytes, uint64_t* request);
  int (*receive)(int from, int lane, void* data, int bytes, uint64_t* request);
  // When it is done, `request` becomes 0.
  int (*test)(uint64_t* request);
  // On all ranks; waits for them.
  int (*finish)();
  // Writes a sentence of at most `size` bytes with its 0 to `text`.
  void (*explain)(int error, char* text, int size);
  // Likewise, which MPI this is. Before `start`, too.
  void (*library)(char* text, int size);
};

constexpr int32_t kAlexnetMpiVersion = 2;
constexpr const char* kAlexnetMpiEntry = "alexnet_mpi_functions";

// The plugin's one symbol.
const AlexnetMpiFunctions* alexnet_mpi_functions();
}

#endif  // ALEXNET_CORE_DIST_MPI_PLUGIN_H_

// A plugin of an alexnet that does not exist.

#include "core/dist/mpi/plugin.h"

const AlexnetMpiFunctions* alexnet_mpi_functions() {
  static const AlexnetMpiFunctions functions = {.version = 99,
                                                .start = nullptr,
                                                .send = nullptr,
                                                .receive = nullptr,
                                                .test = nullptr,
                                                .finish = nullptr,
                                                .explain = nullptr,
                                                .library = nullptr};
  return &functions;
}

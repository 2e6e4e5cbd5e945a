#include "core/dist/mpi/plugin.h"

#include <mpi.h>

#include <cstdio>
#include <cstring>

namespace {

// Not one of MPI's.
constexpr int kStartedBefore = -1;
constexpr int kNoThreads = -2;

static_assert(sizeof(MPI_Request) <= sizeof(uint64_t));

int Give(int error, MPI_Request from, uint64_t* to) {
  *to = 0;
  if (error == MPI_SUCCESS) std::memcpy(to, &from, sizeof(from));
  return error;
}

int Start(int* rank, int* size) {
  int before = 0;
  int error = MPI_Initialized(&before);
  if (error != MPI_SUCCESS) return error;
  if (before != 0) return kStartedBefore;
  int threads = MPI_THREAD_SINGLE;
  error = MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &threads);
  if (error != MPI_SUCCESS) return error;
  if (threads < MPI_THREAD_FUNNELED) return kNoThreads;
  error = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (error != MPI_SUCCESS) return error;
  error = MPI_Comm_rank(MPI_COMM_WORLD, rank);
  return error != MPI_SUCCESS ? error : MPI_Comm_size(MPI_COMM_WORLD, size);
}

int Send(int to, int lane, const void* data, int bytes, uint64_t* request) {
  MPI_Request sent = MPI_REQUEST_NULL;
  const int error =
      MPI_Isend(data, bytes, MPI_BYTE, to, lane, MPI_COMM_WORLD, &sent);
  return Give(error, sent, request);
}

int Receive(int from, int lane, void* data, int bytes, uint64_t* request) {
  MPI_Request received = MPI_REQUEST_NULL;
  const int error =
      MPI_Irecv(data, bytes, MPI_BYTE, from, lane, MPI_COMM_WORLD, &received);
  return Give(error, received, request);
}

int Test(uint64_t* request) {
  MPI_Request waiting = MPI_REQUEST_NULL;
  std::memcpy(&waiting, request, sizeof(waiting));
  int done = 0;
  const int error = MPI_Test(&waiting, &done, MPI_STATUS_IGNORE);
  if (error != MPI_SUCCESS || done == 0) return error;
  *request = 0;
  return MPI_SUCCESS;
}

int Finish() { return MPI_Finalize(); }

void Explain(int error, char* text, int size) {
  char buffer[MPI_MAX_ERROR_STRING] = "unknown error";
  int length = 0;
  const char* sentence = buffer;
  if (error == kStartedBefore) {
    sentence = "this process has started MPI before";
  } else if (error == kNoThreads) {
    sentence = "this MPI cannot be used by programs with threads";
  } else {
    MPI_Error_string(error, buffer, &length);
  }
  std::snprintf(text, static_cast<size_t>(size), "%s", sentence);
}

// "Open MPI v4.1.4", of what it says of itself at length.
void Library(char* text, int size) {
  char buffer[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(buffer, &length);
  buffer[std::strcspn(buffer, ",\n")] = '\0';
  std::snprintf(text, static_cast<size_t>(size), "%s", buffer);
}

constexpr AlexnetMpiFunctions kFunctions = {
    kAlexnetMpiVersion, Start, Send, Receive, Test, Finish, Explain, Library};

}  // namespace

__attribute__((visibility("default"))) const AlexnetMpiFunctions*
alexnet_mpi_functions() {
  return &kFunctions;
}

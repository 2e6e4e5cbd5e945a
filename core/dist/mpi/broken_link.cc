// A plugin of two ranks, of which the other cannot be reached: all begins, and
// nothing ends.

#include <cstdio>

#include "core/dist/mpi/plugin.h"

namespace {

constexpr int kCut = 7;

int Start(int* rank, int* size) {
  *rank = 0;
  *size = 2;
  return 0;
}
int Send(int, int, const void*, int, uint64_t* request) {
  *request = 1;
  return 0;
}
int Receive(int, int, void*, int, uint64_t* request) {
  *request = 1;
  return 0;
}
int Test(uint64_t*) { return kCut; }
int Finish() { return 0; }
void Explain(int, char* text, int size) {
  std::snprintf(text, static_cast<size_t>(size), "a cable is out");
}
void Library(char* text, int size) {
  std::snprintf(text, static_cast<size_t>(size), "broken link");
}

}  // namespace

const AlexnetMpiFunctions* alexnet_mpi_functions() {
  static const AlexnetMpiFunctions functions = {
      kAlexnetMpiVersion, Start, Send, Receive, Test, Finish, Explain, Library};
  return &functions;
}

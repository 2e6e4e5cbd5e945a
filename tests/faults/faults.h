// What the driver tells the preloaded library and hears from it: a page that
// both map, the file that the environment variable FAULTS names.

#ifndef ALEXNET_TESTS_FAULTS_FAULTS_H_
#define ALEXNET_TESTS_FAULTS_FAULTS_H_

#include <stdint.h>

// The calls that are counted.
enum {
  FAULTS_ALLOCATE = 0,  // malloc and its like, operator new
  FAULTS_MAP = 1,       // mmap, mprotect
  FAULTS_FILE = 2,      // open, read, write, fsync, rename and their like
  FAULTS_THREAD = 3,    // pthread_create
};

// What happens to the call that was chosen.
enum {
  FAULTS_COUNT = 0,        // nothing
  FAULTS_FAIL = 1,         // it fails with `error`
  FAULTS_SHORTEN = 2,      // a read or write does the first half of its bytes
  FAULTS_KILL_BEFORE = 3,  // the process is killed before it
  FAULTS_KILL_AFTER = 4,   // and after it
};

typedef struct {
  int32_t calls;    // which are counted
  int32_t what;     // what happens
  int32_t error;    // of FAULTS_FAIL
  int32_t onwards;  // not only to call number `at` but to all from it on
  int32_t spares;   // calls of what bears no failures: CUDA's, of minizip one
  int32_t then;     // `what`, once a program that knows of the page is ready
  uint64_t at;      // from 0
  // Written by the library.
  uint64_t seen;      // calls that were counted
  uint64_t met;       // calls to which it happened
  uint64_t spared;    // to which it would have happened
  int64_t blocks;     // of memory that have not been freed
  char function[32];  // the first of them
  char path[192];     // and of which file, where that is known
} Faults;

#endif  // ALEXNET_TESTS_FAULTS_FAULTS_H_

/* Timing, on synthetic pictures. On a GPU they are there already: what is timed
 * is the computation alone, waited for run by run.
 */

#ifndef ALEXNET_C_BENCHMARK_H_
#define ALEXNET_C_BENCHMARK_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct alexnet_benchmark_options {
  size_t struct_size;
  /* BEGIN options: c.fields benchmark_options */
  /* A preset with initial values; or else `model`; NULL: alexnet. */
  const char* preset;
  /* A model file. */
  const char* model;
  /* Times training steps, not inference. */
  int32_t training;
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu". */
  const char* device;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   */
  int32_t threads;
  /* Pictures in one run; 0 to 65,536; 0: 1, of training 128. */
  int64_t batch;
  /* How the CPU keeps the weights of fully connected layers; sums are float32;
   * an ALEXNET_DTYPE. */
  int32_t weight_dtype;
  /* What a GPU computes in; an ALEXNET_PRECISION. */
  int32_t precision;
  /* Times a GPU's algorithms first and takes the fastest; runs may then differ
   * in their last bits. */
  int32_t tune;
  /* At least this long, and five runs, after a warm-up; 0 to 3,600; 0: 5. */
  double seconds;
  /* What the values start from; 0: 1. */
  uint64_t seed;
  /* END options */
} alexnet_benchmark_options;
ALEXNET_API void alexnet_benchmark_options_init(
    alexnet_benchmark_options* options, size_t size);
typedef struct alexnet_benchmark_report {
  size_t struct_size;
  char network[64]; /* names, cut where longer */
  char device[64];
  int32_t threads;
  int64_t batch;
  int64_t runs;
  double milliseconds; /* of a run: median */
  double least_milliseconds;
  double images_per_second;
  double macs_per_second;
  double load_milliseconds; /* opening the file */
  double compile_milliseconds;
  int64_t
      parameter_bytes; /* of the device; training: with gradients, momenta */
  int64_t arena_bytes; /* likewise: blobs and work space */
  int64_t peak_memory_bytes; /* of the process, on the host */
  int64_t device_bytes;      /* parameters, arena, a GPU's buffers for input */
} alexnet_benchmark_report;
ALEXNET_API void alexnet_benchmark_report_init(alexnet_benchmark_report* report,
                                               size_t size);
ALEXNET_API alexnet_status alexnet_benchmark(
    const alexnet_benchmark_options* options, const alexnet_limits* limits,
    alexnet_benchmark_report* report, alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_BENCHMARK_H_ */

/* Timing, on synthetic pictures. On a GPU they are there already: what is timed
 * is the computation alone, waited for run by run.
 */

#ifndef ALEXNET_C_BENCHMARK_H_
#define ALEXNET_C_BENCHMARK_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "model.h"
#include "session.h"

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
   * an ALEXNET_WEIGHTS. */
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
  /* Several devices that work together, in place of `device`, with commas
   * between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; NULL: one, `device`. The
   * batch is that of all together, and `threads` are divided among them. */
  const char* devices;
  /* How `devices` divide the network; an ALEXNET_PARALLEL. */
  int32_t parallel;
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
  /* What several devices send one another in a run, all together: the inputs of
   * what they sum, gather and send. */
  int64_t exchanged_bytes;
  /* Whether a GPU is sent a run as one CUDA graph: 1: it is; -1: it is not,
   * since it could not be captured, and sending it takes longer; 0: there is
   * no GPU. */
  int32_t captured;
} alexnet_benchmark_report;
ALEXNET_API void alexnet_benchmark_report_init(alexnet_benchmark_report* report,
                                               size_t size);
ALEXNET_API alexnet_status alexnet_benchmark(
    const alexnet_benchmark_options* options, const alexnet_limits* limits,
    alexnet_benchmark_report* report, alexnet_error** error);

/* How long a layer takes. Never changes. */
typedef struct alexnet_layer_time {
  double milliseconds; /* of its kernel, for a batch: median */
  int64_t computed_by; /* the layer whose kernel computes it: itself, or the one
                          that it is fused with and that has its time; -1: there
                          is nothing to compute */
  char algorithm[64];  /* how its own kernel computes it, in the engine's words,
                          cut where longer; "": it has none */
} alexnet_layer_time;
typedef struct alexnet_layer_times_info {
  size_t struct_size;
  char device[64]; /* its name, cut where longer */
  int32_t threads;
  int64_t batch;
  int64_t runs;                /* timed */
  double reorder_milliseconds; /* between kernels of other layouts */
  /* Ceilings: what the engine reaches on the device where nothing but
   * arithmetic counts (a large matrix product) and nothing but memory (one
   * picture through a fully connected layer of 256 MiB of float32 weights). */
  double flops_per_second;
  double bytes_per_second;
} alexnet_layer_times_info;
ALEXNET_API void alexnet_layer_times_info_init(alexnet_layer_times_info* info,
                                               size_t size);
/* Runs a model kernel by kernel, waiting for each, for about `seconds` (0 to
 * 3,600) and at least three times, then the two ceilings in the same precision.
 * `count`, the room of `times`, is at least the number of layers. Of `options`,
 * batch, context, device, precision, threads, tune and weight_dtype are used;
 * `devices` are refused. */
ALEXNET_API alexnet_status alexnet_time_layers(
    const alexnet_model* model, const alexnet_session_options* options,
    double seconds, const alexnet_limits* limits, alexnet_layer_time* times,
    size_t count, alexnet_layer_times_info* info, alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_BENCHMARK_H_ */

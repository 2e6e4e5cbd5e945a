/* Devices. */

#ifndef ALEXNET_C_DEVICES_H_
#define ALEXNET_C_DEVICES_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  ALEXNET_DEVICE_CPU = 0,
  ALEXNET_DEVICE_REFERENCE = 1,
  ALEXNET_DEVICE_CUDA = 2 /* an NVIDIA GPU */
};

/* BEGIN options: c.enum Precision */
/* What a GPU computes in. Sums, the loss, softmax, and the parameters and
 * momenta of a training run are float32 in each. The CPU knows F32 alone.
 * Unless algorithms are tuned, the same work gives the same bits run after run
 * on one kind of GPU with the same libraries. */
enum {
  /* f32. */
  ALEXNET_PRECISION_DEFAULT = 0,
  /* float32 throughout. */
  ALEXNET_PRECISION_F32 = 1,
  /* float32 whose products have mantissas of 10 bits. */
  ALEXNET_PRECISION_TF32 = 2,
  /* Blobs and working weights in bfloat16. */
  ALEXNET_PRECISION_BF16 = 3
};
/* END options */

/* BEGIN options: c.enum WeightType */
/* How the weights of fully connected layers are kept in memory. */
enum {
  /* float32. */
  ALEXNET_WEIGHTS_DEFAULT = 0,
  /* IEEE 754 single. */
  ALEXNET_WEIGHTS_F32 = 1,
  /* IEEE 754 half. */
  ALEXNET_WEIGHTS_F16 = 2,
  /* bfloat16. */
  ALEXNET_WEIGHTS_BF16 = 3,
  /* Integers of 8 bits, each row of which has a factor in float32: the row's
   * largest magnitude over 127. */
  ALEXNET_WEIGHTS_I8 = 4
};
/* END options */

/* BEGIN options: c.enum Parallel */
/* How a network is divided among devices. */
enum {
  /* By samples: a whole network on each device. */
  ALEXNET_PARALLEL_DATA = 0,
  /* By channels and units, as the paper's figure 2 has it: devices meet where a
   * layer sees the channels of others. */
  ALEXNET_PARALLEL_TOWERS = 1,
  /* "One weird trick" (arXiv:1404.5997): up to the first layer that gives one
   * position by samples, from there on by units. */
  ALEXNET_PARALLEL_HYBRID = 2,
  /* Likewise, but the layers that are divided by units see the samples of one
   * device after another's, while the next are on their way; for training. */
  ALEXNET_PARALLEL_HYBRID_IN_TURN = 3,
  /* Likewise, and those layers are updated after each of these sub-batches, in
   * place of once; for training. */
  ALEXNET_PARALLEL_HYBRID_SUB_BATCHES = 4
};
/* END options */

/* The devices that were there when first asked. Options also take "cuda", the
 * first GPU, and "auto", the first GPU or else "cpu". Strings live as long as
 * the library. */
typedef struct alexnet_device_info {
  size_t struct_size;
  const char* name;        /* for options: "cpu", "cuda:0" */
  const char* description; /* one line */
  int32_t kind;
  int32_t threads; /* compute threads used by default */
} alexnet_device_info;
ALEXNET_API void alexnet_device_info_init(alexnet_device_info* info,
                                          size_t size);
ALEXNET_API size_t alexnet_device_count(void);
ALEXNET_API alexnet_status alexnet_device_at(size_t index,
                                             alexnet_device_info* info,
                                             alexnet_error** error);

/* What the library found, as a JSON object: "version", "library" (its path, or
 * the program's where it is linked into that), "cpu" (name), "features"
 * ["avx2",
 * ...], "isa" (the widest that is used), "threads" (used by default),
 * "libraries" (paths of all that are loaded), "devices" [{"name",
 * "description"}] and "cuda": "problem" (why no GPU can be used, or ""),
 * "driver" (the newest CUDA that it knows, or "") and "libraries" [{"name",
 * "version", "path", "problem"}], which are loaded to see, as is "mpi":
 * "problem" (why there is none and what to install, or ""), "library" ("Open
 * MPI v4.1.4") and "plugin" (the path of libalexnet_mpi.so). */
ALEXNET_API alexnet_status alexnet_system_json(char** json,
                                               alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_DEVICES_H_ */

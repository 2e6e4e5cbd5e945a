/* Batching queues: many callers of one model on one device. */

#ifndef ALEXNET_C_QUEUE_H_
#define ALEXNET_C_QUEUE_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "context.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* BEGIN options: c.enum WhenFull */
/* What a call does that finds a batching queue full. */
enum {
  /* It waits for room, as long as its limits allow. */
  ALEXNET_WHEN_FULL_WAIT = 0,
  /* It fails at once. */
  ALEXNET_WHEN_FULL_REFUSE = 1
};
/* END options */

/* Samples of calls on many threads are computed together, in the order of the
 * calls: when they fill a batch, or as many requests wait as the queue holds,
 * or the oldest has waited long enough. A queue has a thread of its own beside
 * those that compute. It is made for batches of `batch` samples and of its
 * halves, down to one, so that few are not computed as many; their blobs take
 * about twice the memory of one session's for `batch` samples, and where small
 * and large batches want weights in different layouts, those are kept in each.
 */
typedef struct alexnet_queue alexnet_queue;

typedef struct alexnet_queue_options {
  size_t struct_size;
  /* BEGIN options: c.fields queue_options */
  /* Kept as long as the queue; may be NULL. */
  alexnet_context* context;
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu". */
  const char* device;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   */
  int32_t threads;
  /* Most samples computed together; 0 to 4,096; 0: 32. */
  int64_t batch;
  /* How the CPU keeps the weights of fully connected layers; sums are float32;
   * an ALEXNET_WEIGHTS. */
  int32_t weight_dtype;
  /* What a GPU computes in; an ALEXNET_PRECISION. */
  int32_t precision;
  /* Times a GPU's algorithms first and takes the fastest; runs may then differ
   * in their last bits. */
  int32_t tune;
  /* Averages the probabilities of ten views of each picture (section 4.1 of the
   * paper). */
  int32_t ten_crop;
  /* How long a request waits for others to fill its batch; 0 to 60,000; 0: what
   * came while the device was busy is computed next. */
  double max_wait_milliseconds;
  /* Requests in a full queue; 1 to 1,048,576; 0: 256. */
  int64_t capacity;
  /* What a call does that finds the queue full; an ALEXNET_WHEN_FULL. */
  int32_t when_full;
  /* Several devices that predict together, in place of `device`, with commas
   * between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; NULL: one, `device`.
   * `threads` are divided among them; of a plan other than `towers`, so is a
   * batch, which has a view for each at least. */
  const char* devices;
  /* How `devices` divide the network; an ALEXNET_PARALLEL. */
  int32_t parallel;
  /* END options */
} alexnet_queue_options;
ALEXNET_API void alexnet_queue_options_init(alexnet_queue_options* options,
                                            size_t size);
ALEXNET_API alexnet_status alexnet_queue_create(
    const alexnet_model* model, const alexnet_queue_options* options,
    alexnet_queue** queue, alexnet_error** error);
/* Closes it, as alexnet_queue_close does without `cancel`, and frees it when
 * the calls that are inside have left. */
ALEXNET_API void alexnet_queue_free(alexnet_queue* queue);

/* As alexnet_session_run, from any number of threads at once; `count` may be
 * more than a batch. alexnet_session_preprocess makes a picture's views. A row
 * is what a session gives whose batch (of samples) is that which the sample was
 * computed in, to the bit and whatever else was in it; batches of other sizes
 * add in other orders, so their rows differ by rounding.
 *
 * `limits` holds while the call waits, too: a call that gives up leaves at
 * once, whether its samples are being computed or not, and neither reads
 * `views` nor writes `output` afterwards; rows of finished batches may be in
 * there. A token is looked at some 200 times a second.
 *
 * ALEXNET_FAILED_PRECONDITION where the queue is closed, and, of the field
 * "capacity", where it is full and `when_full` says to refuse. */
ALEXNET_API alexnet_status alexnet_queue_run(alexnet_queue* queue,
                                             const float* views,
                                             size_t view_size, int64_t count,
                                             const alexnet_limits* limits,
                                             float* output, size_t output_size,
                                             alexnet_error** error);

/* Refuses calls from now on. Those that wait are computed without waiting for
 * others, and those that are computed are finished; where `cancel` is not 0,
 * both give ALEXNET_CANCELLED. Does not wait for them. */
ALEXNET_API alexnet_status alexnet_queue_close(alexnet_queue* queue,
                                               int32_t cancel,
                                               alexnet_error** error);

typedef struct alexnet_queue_info {
  size_t struct_size;
  int64_t channels; /* of a view */
  int64_t height;
  int64_t width;
  int64_t views;     /* per sample: 1, or 10 for ten crops */
  int64_t classes;   /* floats of output per sample */
  int64_t batch;     /* most samples together */
  int32_t threads;   /* that compute; may be fewer than were asked for */
  int64_t requests;  /* that were computed so far */
  int64_t samples;   /* in batches so far */
  int64_t batches;   /* so far */
  double mean_batch; /* samples / batches; 0 before the first */
  int64_t refused;   /* requests, since the queue was full */
  int64_t given_up;  /* requests, by their callers or by closing */
  int64_t waiting;   /* requests, now */
  /* From a call to the start of the batch with its first sample. */
  double longest_wait_milliseconds;
} alexnet_queue_info;
ALEXNET_API void alexnet_queue_info_init(alexnet_queue_info* info, size_t size);
ALEXNET_API alexnet_status alexnet_queue_get_info(const alexnet_queue* queue,
                                                  alexnet_queue_info* info,
                                                  alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_QUEUE_H_ */

/* Sessions: a model compiled for a device, to run it. */

#ifndef ALEXNET_C_SESSION_H_
#define ALEXNET_C_SESSION_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "cancel.h"
#include "context.h"
#include "image.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct alexnet_session alexnet_session;

typedef struct alexnet_session_options {
  size_t struct_size;
  /* BEGIN options: c.fields session_options */
  /* Kept as long as the session; may be NULL. */
  alexnet_context* context;
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu". */
  const char* device;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   * The caller's is the first of them; the session owns the others. */
  int32_t threads;
  /* Views computed at a time; 0 to 65,536; 0: 1, or 10 for ten crops. */
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
  /* Layers whose outputs are kept after each run. */
  const char* const* activations;
  size_t activation_count;
  /* Most pixels of a picture; one that has more is refused; 0: 100,000,000. */
  int64_t max_pixels;
  /* Several devices that predict together, in place of `device`, with commas
   * between: "cpu,cpu", or GPUs: "cuda:0,cuda:1"; NULL: one, `device`.
   * `threads` are divided among them; of a plan other than `towers`, so is a
   * batch, which has a view for each at least. */
  const char* devices;
  /* How `devices` divide the network; an ALEXNET_PARALLEL. */
  int32_t parallel;
  /* END options */
} alexnet_session_options;
ALEXNET_API void alexnet_session_options_init(alexnet_session_options* options,
                                              size_t size);
ALEXNET_API alexnet_status alexnet_session_create(
    const alexnet_model* model, const alexnet_session_options* options,
    alexnet_session** session, alexnet_error** error);
ALEXNET_API void alexnet_session_free(alexnet_session* session);

typedef struct alexnet_session_info {
  size_t struct_size;
  int64_t channels; /* of a view */
  int64_t height;
  int64_t width;
  int64_t views;   /* per sample: 1, or 10 for ten crops */
  int64_t classes; /* floats of output per sample */
  int64_t batch;
  int32_t threads;     /* that compute; may be fewer than were asked for */
  int64_t arena_bytes; /* for blobs, weights aside */
  /* Of the device: those, the packed weights, which sessions of one model
   * share, and a GPU's buffers for input and output. */
  int64_t device_bytes;
} alexnet_session_info;
ALEXNET_API void alexnet_session_info_init(alexnet_session_info* info,
                                           size_t size);
ALEXNET_API alexnet_status
alexnet_session_get_info(const alexnet_session* session,
                         alexnet_session_info* info, alexnet_error** error);

/* Each computes `count` samples, any number from 1 on, into `output`, (count,
 * classes): probabilities of a network that classifies, averaged over the
 * views. `output_size` is its size in floats and at least count * classes. NaN
 * inputs give NaN outputs. An error about one picture has its index in its
 * field, "images[2]" or "pictures[2]". */

/* `views`: (count * views, C, H, W), preprocessed; read in place, where a
 * batch is full. `view_size`: floats. */
ALEXNET_API alexnet_status alexnet_session_run(
    alexnet_session* session, const float* views, size_t view_size,
    int64_t count, const alexnet_limits* limits, float* output,
    size_t output_size, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_session_run_images(
    alexnet_session* session, const alexnet_image* images, int64_t count,
    const alexnet_limits* limits, float* output, size_t output_size,
    alexnet_error** error);
ALEXNET_API alexnet_status alexnet_session_run_encoded(
    alexnet_session* session, const alexnet_encoded* pictures, int64_t count,
    const alexnet_limits* limits, float* output, size_t output_size,
    alexnet_error** error);

/* A likely class. `label` ("class 17" where the model has none) lives as long
 * as the session. Never changes. */
typedef struct alexnet_prediction {
  const char* label;
  int32_t class_index;
  float probability; /* 0..1 */
} alexnet_prediction;

/* The likeliest `count` classes of one row of output, best first, equal ones by
 * index; `found` is less than `count` where there are fewer classes. May be
 * called from many threads at once. */
ALEXNET_API alexnet_status alexnet_session_top(const alexnet_session* session,
                                               const float* row,
                                               size_t row_size, size_t count,
                                               alexnet_prediction* top,
                                               size_t* found,
                                               alexnet_error** error);
/* Reads, decodes, computes and picks the top of one JPEG or PNG file. */
ALEXNET_API alexnet_status alexnet_session_predict_file(
    alexnet_session* session, const char* path, const alexnet_limits* limits,
    size_t count, alexnet_prediction* top, size_t* found,
    alexnet_error** error);

/* The views of a picture as the model wants them: (views, C, H, W). May be
 * called from many threads at once. `size`: floats of `views`. */
ALEXNET_API alexnet_status alexnet_session_preprocess(
    const alexnet_session* session, const alexnet_image* image, float* views,
    size_t size, alexnet_error** error);

/* What layer `index` of session_options.activations gave for the views of the
 * last run: its output by itself, "conv1" before and "relu1" after the ReLU.
 * shape[0] is the number of views, shape[1..] as of alexnet_layer_info; `rank`
 * and `shape` may be NULL. `values` belongs to the session and is valid until
 * its next run. */
ALEXNET_API alexnet_status alexnet_session_get_activation(
    const alexnet_session* session, size_t index, const float** values,
    int64_t* rank, int64_t shape[4], alexnet_error** error);

/* How `count` samples' outputs depend on their views (saliency; Simonyan et al.
 * 2013, arXiv:1312.6034, section 3): `gradients`, laid out as `views`, (count *
 * views, C, H, W), is of each view the gradient of the score of class
 * `classes[sample]`: of what enters a final softmax, or of that float of the
 * output. Views are those of alexnet_session_run. `view_size` and
 * `gradient_size`: floats. It is computed with float32 weights, of which the
 * session packs a second copy at the first call. */
ALEXNET_API alexnet_status alexnet_session_input_gradients(
    alexnet_session* session, const float* views, size_t view_size,
    const int32_t* classes, int64_t count, const alexnet_limits* limits,
    float* gradients, size_t gradient_size, alexnet_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_SESSION_H_ */

/* alexnet.h: the C interface of the AlexNet engine. C99, and C++.
 *
 * Predicting with a model file:
 *
 *   alexnet_error* error = NULL;
 *   alexnet_model* model = NULL;
 *   alexnet_session* session = NULL;
 *   alexnet_prediction top[5];
 *   size_t found = 0;
 *   if (alexnet_model_load("net.alexnet", NULL, &model, &error) ||
 *       alexnet_session_create(model, NULL, &session, &error) ||
 *       alexnet_session_predict_file(session, "cat.jpg", NULL, 5, top, &found,
 *                                    &error)) {
 *     fprintf(stderr, "%s\n", alexnet_error_text(error));
 *   }
 *   alexnet_error_free(error);
 *   alexnet_session_free(session);
 *   alexnet_model_free(model);
 *
 * Status and errors. A call that can fail returns an alexnet_status, which is
 * ALEXNET_OK (zero) or says what kind of failure it was, and takes an
 * alexnet_error** last. Where that is not NULL it receives NULL on success and
 * on failure an object that the caller frees. Outputs are set on success only;
 * an output handle is set to NULL on failure. A function without a status gives
 * 0 or NULL, and the texts of an error "", where it is given NULL or no handle
 * of its kind. Buffers may be larger than what is needed unless a size is said
 * to be exact. Nothing is printed, no C++ exception leaves the library, and it
 * never calls abort or exit.
 *
 * Ownership. Every handle comes from a function that ends in _create, _load or
 * the like and is freed by its type's _free; _free(NULL) does nothing. Memory
 * that is handed out (char**, void**) is freed by alexnet_free. A const char*
 * that is returned belongs to the handle that was asked and lives as long as
 * that, unless it says otherwise. What the caller passes in is copied or used
 * only during the call, unless it says otherwise. Strings are UTF-8 and end in
 * a zero; paths are the system's bytes.
 *
 * Handles are counted inside: a session keeps its model alive, so the model may
 * be freed first; and freeing a handle while other threads are inside calls on
 * it is safe, the last call out cleans up. Starting a call on a freed handle is
 * a defect of the caller; as far as a tag in its memory can tell, it gives
 * ALEXNET_INVALID_ARGUMENT.
 *
 * Threads. A model, dataset, context, evaluation and cancel token may be used
 * from any number of threads at once. A session, trainer, network and model
 * builder is for one thread at a time (not always the same); a second thread
 * that enters one gets ALEXNET_FAILED_PRECONDITION. Nothing is global: two
 * users in one process share no logs, threads or settings. After fork, the
 * child must not use sessions and trainers of its parent: it gets
 * ALEXNET_FAILED_PRECONDITION and can create its own.
 *
 * Structs for options begin with struct_size, which the type's _init function
 * sets; the other fields are zero then, and zero always means the default. NULL
 * in place of options means all defaults. Structs that the library fills
 * (..._info, ..._report) are initialised the same way; fields beyond what the
 * library knows stay zero. A struct_size that is no size of the struct is
 * ALEXNET_INVALID_ARGUMENT. So a program built with an older header runs with a
 * newer library; one built with a newer header runs with an older library as
 * long as it leaves new fields zero, and otherwise gets ALEXNET_UNSUPPORTED.
 * The structs without struct_size never change.
 *
 * Blobs are dense float32 in C order: images (N, C, H, W), vectors (N, F).
 */

#ifndef ALEXNET_ALEXNET_H_
#define ALEXNET_ALEXNET_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ALEXNET_API __attribute__((visibility("default")))
#else
#define ALEXNET_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------
 * Version.
 */

/* Of this header. */
#define ALEXNET_VERSION_MAJOR 0
#define ALEXNET_VERSION_MINOR 1
#define ALEXNET_VERSION_PATCH 0

/* Of the library: "0.1.0". */
ALEXNET_API const char* alexnet_version_string(void);
/* Of the library: major * 1000000 + minor * 1000 + patch. */
ALEXNET_API int32_t alexnet_version(void);

/* ------------------------------------------------------------------------
 * Status, errors, memory.
 */

typedef int32_t alexnet_status;
enum {
  ALEXNET_OK = 0,
  ALEXNET_CANCELLED = 1,           /* a cancel token or a callback said so */
  ALEXNET_INVALID_ARGUMENT = 2,    /* what was passed can never work */
  ALEXNET_NOT_FOUND = 3,           /* a file, layer, tensor, key not there */
  ALEXNET_FAILED_PRECONDITION = 4, /* right call, wrong state or model */
  ALEXNET_DATA_LOSS = 5,           /* a file is cut, changed, inconsistent */
  /* the system refused: rights, full disk, a GPU that is lost to the process */
  ALEXNET_IO = 6,
  ALEXNET_OUT_OF_MEMORY = 7,
  ALEXNET_DEADLINE_EXCEEDED = 8,
  ALEXNET_UNSUPPORTED = 9, /* valid, but not with this build or device */
  ALEXNET_DIVERGED = 10,   /* training gave NaN or cannot go on */
  ALEXNET_INTERNAL = 11    /* a defect of the engine */
};

/* The name of a status, e.g. "data loss"; never NULL. */
ALEXNET_API const char* alexnet_status_name(alexnet_status status);

typedef struct alexnet_error alexnet_error;

ALEXNET_API alexnet_status alexnet_error_code(const alexnet_error* error);
/* What was wrong and what to do. NULL gives "". */
ALEXNET_API const char* alexnet_error_message(const alexnet_error* error);
/* The file and the field it is about; "" where it is about none. */
ALEXNET_API const char* alexnet_error_file(const alexnet_error* error);
ALEXNET_API const char* alexnet_error_field(const alexnet_error* error);
/* "file: field: message", with the parts that are there. */
ALEXNET_API const char* alexnet_error_text(const alexnet_error* error);
/* An error of the caller's own, for libraries that report as this one does.
 * `file` and `field` may be NULL; ALEXNET_OK gives NULL. */
ALEXNET_API alexnet_error* alexnet_error_create(alexnet_status code,
                                                const char* message,
                                                const char* file,
                                                const char* field);
ALEXNET_API void alexnet_error_free(alexnet_error* error);

/* Refuses, with ALEXNET_UNSUPPORTED, a library that cannot stand in for version
 * `major`.`minor`: another major, an older minor, and while major is 0 any
 * other minor. The error names both versions and the path of the library. For
 * callers that load it by dlopen. */
ALEXNET_API alexnet_status alexnet_require_version(int32_t major, int32_t minor,
                                                   alexnet_error** error);

/* Frees memory that a function of this header handed out. */
ALEXNET_API void alexnet_free(void* memory);

/* ------------------------------------------------------------------------
 * Cancelling and deadlines.
 */

typedef struct alexnet_cancel_token alexnet_cancel_token;

ALEXNET_API alexnet_status alexnet_cancel_token_create(
    alexnet_cancel_token** token, alexnet_error** error);
/* Makes the calls that watch the token return ALEXNET_CANCELLED soon. From any
 * thread, callback or signal handler. A token stays cancelled. */
ALEXNET_API void alexnet_cancel_token_cancel(alexnet_cancel_token* token);
ALEXNET_API int32_t
alexnet_cancel_token_cancelled(const alexnet_cancel_token* token);
ALEXNET_API void alexnet_cancel_token_free(alexnet_cancel_token* token);

/* What long calls watch, between their steps: a batch, a file, a pass over the
 * network. NULL in place of it: neither. */
typedef struct alexnet_limits {
  size_t struct_size;
  alexnet_cancel_token* cancel; /* may be NULL; kept during the call */
  double timeout_seconds;       /* from the start of the call; 0: none; not
                                   negative */
} alexnet_limits;
ALEXNET_API void alexnet_limits_init(alexnet_limits* limits, size_t size);

/* ------------------------------------------------------------------------
 * Context: where messages for a person go.
 */

enum {
  ALEXNET_LOG_DEFAULT = 0, /* ALEXNET_LOG_INFO */
  ALEXNET_LOG_DEBUG = 1,
  ALEXNET_LOG_INFO = 2,
  ALEXNET_LOG_WARNING = 3,
  ALEXNET_LOG_ERROR = 4
};

/* `message` is one line without its end, valid during the call. Calls of one
 * context never overlap but come from any thread. Must not throw. */
typedef void (*alexnet_log_callback)(void* user, int32_t level,
                                     const char* message);

typedef struct alexnet_context alexnet_context;
typedef struct alexnet_context_options {
  size_t struct_size;
  alexnet_log_callback log; /* NULL: messages are dropped */
  void* log_user;
  int32_t log_level; /* the least that is passed on */
} alexnet_context_options;
ALEXNET_API void alexnet_context_options_init(alexnet_context_options* options,
                                              size_t size);
ALEXNET_API alexnet_status
alexnet_context_create(const alexnet_context_options* options,
                       alexnet_context** context, alexnet_error** error);
/* Passes a line on as the library's own are. Nothing for a NULL context. */
ALEXNET_API void alexnet_context_log(alexnet_context* context, int32_t level,
                                     const char* message);
ALEXNET_API void alexnet_context_free(alexnet_context* context);

/* ------------------------------------------------------------------------
 * Devices.
 */

enum {
  ALEXNET_DEVICE_CPU = 0,
  ALEXNET_DEVICE_REFERENCE = 1,
  ALEXNET_DEVICE_CUDA = 2 /* an NVIDIA GPU */
};

/* What a GPU computes in; the CPU knows F32 alone. Sums, the loss, softmax, and
 * the parameters and momenta of a training run are float32 in each. Without
 * `tune`, the same work gives the same bits run after run on one kind of GPU
 * with the same libraries; with it, algorithms are timed when a session or run
 * is made and the fastest are taken, which may differ from run to run (the first
 * is taken where there is no memory for that). The CPU has nothing to tune. */
enum {
  ALEXNET_PRECISION_DEFAULT = 0, /* F32 */
  ALEXNET_PRECISION_F32 = 1,
  ALEXNET_PRECISION_TF32 = 2, /* products of 10-bit mantissas */
  ALEXNET_PRECISION_BF16 = 3  /* blobs and working weights in bfloat16 */
};

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
 * "version", "path", "problem"}], which are loaded to see. */
ALEXNET_API alexnet_status alexnet_system_json(char** json,
                                               alexnet_error** error);

/* ------------------------------------------------------------------------
 * Networks: a chain of layers, the preprocessing that pictures go through
 * before it, and the recipe that trains it. No parameters.
 */

typedef struct alexnet_network alexnet_network;

/* The presets, in the order of the documentation; NULL beyond the last. */
ALEXNET_API size_t alexnet_preset_count(void);
ALEXNET_API const char* alexnet_preset_name(size_t index);
ALEXNET_API const char* alexnet_preset_summary(size_t index);

/* `classes` and `input_size` (square, pixels): 0 is the preset's own. */
ALEXNET_API alexnet_status alexnet_network_create_preset(
    const char* preset, int64_t classes, int64_t input_size,
    alexnet_network** network, alexnet_error** error);

/* An empty network for (N, channels, height, width) input; channels 1 or 3. Its
 * recipe is the paper's; its preprocessing resizes the shorter side to the
 * input's longer one, crops, and takes 0..255 to -2..2. */
ALEXNET_API alexnet_status alexnet_network_create(const char* name,
                                                  int64_t channels,
                                                  int64_t height, int64_t width,
                                                  alexnet_network** network,
                                                  alexnet_error** error);
ALEXNET_API void alexnet_network_free(alexnet_network* network);

/* How a parameter tensor starts. */
enum {
  ALEXNET_INIT_DEFAULT = 0,          /* weights: Gaussian of 0.01; biases: 0 */
  ALEXNET_INIT_CONSTANT = 1,         /* value */
  ALEXNET_INIT_GAUSSIAN = 2,         /* mean 0, standard deviation value */
  ALEXNET_INIT_TRUNCATED_NORMAL = 3, /* redrawn beyond two deviations */
  ALEXNET_INIT_XAVIER_UNIFORM = 4,   /* +-sqrt(6 / (fan in + fan out)) */
  ALEXNET_INIT_FAN_IN_UNIFORM = 5    /* +-1 / sqrt(fan in), PyTorch's */
};

/* How a parameter tensor starts and learns. Never changes. */
typedef struct alexnet_parameter_rule {
  int32_t init;
  float value;      /* of init */
  float rate;       /* times the learning rate; 0: 1 */
  float decay;      /* times the weight decay; 0: 1 */
  int32_t frozen;   /* does not learn */
  int32_t no_decay; /* no weight decay */
} alexnet_parameter_rule;

/* How the number of windows along an axis is rounded: up as Caffe pools. */
enum { ALEXNET_ROUND_FLOOR = 0, ALEXNET_ROUND_CEIL = 1 };

/* A window that slides over height and width. Never changes. */
typedef struct alexnet_window {
  int64_t kernel_h;
  int64_t kernel_w; /* 0: kernel_h */
  int64_t stride_h; /* 0: 1 */
  int64_t stride_w; /* 0: stride_h */
  int64_t pad_top;
  int64_t pad_left;
  int64_t pad_bottom;
  int64_t pad_right;
  int32_t rounding;
  int32_t reserved; /* 0 */
} alexnet_window;

/* Cross-correlation; weights (out_channels, C / groups, kernel_h, kernel_w). */
typedef struct alexnet_convolution_options {
  size_t struct_size;
  int64_t out_channels;
  alexnet_window window;
  int64_t groups; /* 0: 1; 2: the paper's towers */
  int32_t no_bias;
  alexnet_parameter_rule weight;
  alexnet_parameter_rule bias;
} alexnet_convolution_options;
ALEXNET_API void alexnet_convolution_options_init(
    alexnet_convolution_options* options, size_t size);

enum { ALEXNET_POOL_MAX = 0, ALEXNET_POOL_AVERAGE = 1 };
typedef struct alexnet_pooling_options {
  size_t struct_size;
  int32_t kind;
  alexnet_window window;
  int32_t exclude_padding; /* average: padding does not count as taps */
} alexnet_pooling_options;
ALEXNET_API void alexnet_pooling_options_init(alexnet_pooling_options* options,
                                              size_t size);

enum { ALEXNET_LRN_ACROSS_CHANNELS = 0, ALEXNET_LRN_WITHIN_CHANNEL = 1 };
/* Local response normalization (section 3.3 of the paper):
 * y = x / (k + a * sum of x^2 over `size` neighbours)^beta, a = alpha / size,
 * or alpha where `alpha_undivided` (TensorFlow). */
typedef struct alexnet_lrn_options {
  size_t struct_size;
  int32_t region;
  int32_t alpha_undivided;
  int64_t size;   /* 0: 5 */
  float alpha;    /* 0: 1e-4 */
  float beta;     /* 0: 0.75 */
  float k;        /* 0: 1; the paper's is 2 */
  int64_t groups; /* 0: 1; runs of channels that normalize alone */
} alexnet_lrn_options;
ALEXNET_API void alexnet_lrn_options_init(alexnet_lrn_options* options,
                                          size_t size);

enum { ALEXNET_ACTIVATION_RELU = 0, ALEXNET_ACTIVATION_TANH = 1 };

/* y = x W^T + b over the flattened input; weights (out, in). */
typedef struct alexnet_fully_connected_options {
  size_t struct_size;
  int64_t out_features;
  int32_t no_bias;
  alexnet_parameter_rule weight;
  alexnet_parameter_rule bias;
} alexnet_fully_connected_options;
ALEXNET_API void alexnet_fully_connected_options_init(
    alexnet_fully_connected_options* options, size_t size);

/* Each appends a layer. Names are unique, e.g. "conv1". The layer is checked
 * at once against the layers so far; a refused one is not appended. */
ALEXNET_API alexnet_status alexnet_network_add_convolution(
    alexnet_network* network, const char* name,
    const alexnet_convolution_options* options, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_add_pooling(
    alexnet_network* network, const char* name,
    const alexnet_pooling_options* options, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_add_lrn(
    alexnet_network* network, const char* name,
    const alexnet_lrn_options* options, alexnet_error** error);
ALEXNET_API alexnet_status
alexnet_network_add_activation(alexnet_network* network, const char* name,
                               int32_t kind, alexnet_error** error);
/* Zeroes a unit with probability `rate` in [0, 1) while training and scales
 * the others by 1 / (1 - rate). */
ALEXNET_API alexnet_status alexnet_network_add_dropout(alexnet_network* network,
                                                       const char* name,
                                                       float rate,
                                                       alexnet_error** error);
/* Average over out_h x out_w windows that cover the input, as PyTorch's. */
ALEXNET_API alexnet_status alexnet_network_add_adaptive_average_pooling(
    alexnet_network* network, const char* name, int64_t out_h, int64_t out_w,
    alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_add_fully_connected(
    alexnet_network* network, const char* name,
    const alexnet_fully_connected_options* options, alexnet_error** error);
/* The last layer of a network that classifies. */
ALEXNET_API alexnet_status alexnet_network_add_softmax(alexnet_network* network,
                                                       const char* name,
                                                       alexnet_error** error);

/* A table for a person: layers, settings, outputs, parameters, and
 * multiply-accumulates. */
ALEXNET_API alexnet_status alexnet_network_text(const alexnet_network* network,
                                                char** text,
                                                alexnet_error** error);

/* The network as a JSON object: "name", "input" [C, H, W], "classes",
 * "layers" [{"name", "kind", "options", ...}] with every option of each, and
 * "parameters" [{"name", "shape", ...}]. */
ALEXNET_API alexnet_status alexnet_network_json(const alexnet_network* network,
                                                char** json,
                                                alexnet_error** error);

/* One layer. `name` and `kind` ("convolution", "max pooling", "LRN", ...) live
 * as long as the handle, of a network until it is changed. */
typedef struct alexnet_layer_info {
  size_t struct_size;
  const char* name;
  const char* kind;
  int64_t output_rank; /* 4: (1, C, H, W); 2: (1, F) */
  int64_t output[4];   /* for one image */
  int64_t parameters;  /* elements */
  int64_t macs;        /* multiply-accumulates for one image, bias aside */
} alexnet_layer_info;
ALEXNET_API void alexnet_layer_info_init(alexnet_layer_info* info, size_t size);
/* 0 for NULL. */
ALEXNET_API size_t alexnet_network_layer_count(const alexnet_network* network);
ALEXNET_API alexnet_status
alexnet_network_layer_at(const alexnet_network* network, size_t index,
                         alexnet_layer_info* info, alexnet_error** error);

/* Preprocessing: a picture is resized, cropped to the network's input, put in
 * channel order and normalized, with value in 0..255:
 *   out = (value * scale - mean[c, y, x]) / stddev[c] */
enum {
  ALEXNET_CHANNELS_RGB = 0,
  ALEXNET_CHANNELS_BGR = 1,
  ALEXNET_CHANNELS_GRAY = 2
};
enum {
  ALEXNET_RESIZE_NONE = 0,       /* warped to the crop where sizes differ */
  ALEXNET_RESIZE_SHORT_SIDE = 1, /* shorter side to `resize` */
  ALEXNET_RESIZE_WARP = 2        /* both sides to `resize` (Caffe) */
};
enum {
  ALEXNET_FILTER_ANTIALIASED_BILINEAR = 0, /* Pillow, torchvision */
  ALEXNET_FILTER_OPENCV_LINEAR = 1,        /* INTER_LINEAR */
  ALEXNET_FILTER_OPENCV_AREA = 2           /* INTER_AREA, up INTER_CUBIC */
};
enum {
  ALEXNET_MEAN_NONE = 0,
  ALEXNET_MEAN_CHANNEL = 1,        /* mean[c] */
  ALEXNET_MEAN_IMAGE_AT_CROP = 2,  /* the image cropped where the picture is */
  ALEXNET_MEAN_IMAGE_AT_CENTRE = 3 /* the image's centre always (2012 code) */
};
/* Order of the five crops of ten-crop testing; their mirrors follow. */
enum {
  ALEXNET_VIEWS_CAFFE = 0,  /* corners row by row, centre */
  ALEXNET_VIEWS_CONVNET = 1 /* upper corners, centre, lower corners */
};
typedef struct alexnet_preprocessing {
  size_t struct_size;
  int32_t channel_order;
  int32_t resize_rule;
  int32_t resize_filter;
  int32_t resize;      /* pixels; 0: the crop's shorter side */
  int32_t crop_height; /* pixels; 0: the network's input */
  int32_t crop_width;
  float scale; /* 0: 1 */
  int32_t mean_kind;
  float mean[3];   /* in the model's channel order */
  float stddev[3]; /* likewise; 0: 1 */
  int32_t view_order;
  /* Principal components of the training colours (section 4.1 of the paper),
   * RGB, 0..255: square roots of the eigenvalues, unit eigenvectors as rows.
   * All zero: unknown, no colour noise. */
  float color_stddev[3];
  float color_axes[9];
  /* For the image kinds: (channels, height, width) in the model's channel
   * order. Read, it belongs to the handle; set, it is copied. */
  const float* mean_image;
  int32_t mean_image_height;
  int32_t mean_image_width;
} alexnet_preprocessing;
ALEXNET_API void alexnet_preprocessing_init(alexnet_preprocessing* p,
                                            size_t size);
ALEXNET_API alexnet_status alexnet_network_set_preprocessing(
    alexnet_network* network, const alexnet_preprocessing* preprocessing,
    alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_get_preprocessing(
    const alexnet_network* network, alexnet_preprocessing* preprocessing,
    alexnet_error** error);

/* Recipe: how a network is trained. Zero is a value here, so `fields` says
 * which of the others are given; those that are not are the network's. */
enum {
  ALEXNET_RECIPE_BATCH = 1 << 0,
  ALEXNET_RECIPE_EPOCHS = 1 << 1,
  ALEXNET_RECIPE_RATE = 1 << 2,
  ALEXNET_RECIPE_MOMENTUM = 1 << 3,
  ALEXNET_RECIPE_WEIGHT_DECAY = 1 << 4,
  ALEXNET_RECIPE_SCHEDULE = 1 << 5,
  ALEXNET_RECIPE_FACTOR = 1 << 6,
  ALEXNET_RECIPE_MILESTONES = 1 << 7,
  ALEXNET_RECIPE_PATIENCE = 1 << 8,
  ALEXNET_RECIPE_MAX_CUTS = 1 << 9,
  ALEXNET_RECIPE_POWER = 1 << 10,
  ALEXNET_RECIPE_WARMUP_EPOCHS = 1 << 11,
  ALEXNET_RECIPE_CROP = 1 << 12,
  ALEXNET_RECIPE_PAD = 1 << 13,
  ALEXNET_RECIPE_MIRROR = 1 << 14,
  ALEXNET_RECIPE_COLOR_SIGMA = 1 << 15,
  ALEXNET_RECIPE_RESCALE_AFTER_NOISE = 1 << 16,
  ALEXNET_RECIPE_LABEL_SMOOTHING = 1 << 17,
  ALEXNET_RECIPE_CLIP_GRADIENT_NORM = 1 << 18
};
enum {
  ALEXNET_SCHEDULE_CONSTANT = 0,
  ALEXNET_SCHEDULE_STEP = 1,    /* rate * factor at each milestone */
  ALEXNET_SCHEDULE_PLATEAU = 2, /* rate * factor when validation stalls */
  ALEXNET_SCHEDULE_POLY = 3     /* rate * (1 - progress)^power */
};
enum {
  ALEXNET_CROP_CENTRE = 0,
  ALEXNET_CROP_RANDOM = 1,        /* anywhere in the resized picture (4.1) */
  ALEXNET_CROP_RANDOM_RESIZED = 2 /* torchvision's RandomResizedCrop */
};
typedef struct alexnet_recipe {
  size_t struct_size;
  uint64_t fields; /* ALEXNET_RECIPE_... of those that are given */
  int32_t batch;
  int32_t epochs;
  float rate; /* learning rate */
  float momentum;
  float weight_decay;
  int32_t schedule;
  float factor;
  const float* milestones; /* fractions of all epochs, rising, in (0, 1) */
  size_t milestone_count;
  int32_t patience; /* plateau: epochs without a better top-1 error */
  int32_t max_cuts; /* plateau */
  float power;      /* poly */
  float warmup_epochs;
  int32_t crop;
  int32_t pad;       /* pixels of mean colour around before a random crop */
  int32_t mirror;    /* left-right, probability 1/2 */
  float color_sigma; /* PCA colour noise (4.1); 0: off */
  int32_t rescale_after_noise;
  float label_smoothing;
  float clip_gradient_norm; /* global L2 norm; 0: off */
} alexnet_recipe;
ALEXNET_API void alexnet_recipe_init(alexnet_recipe* recipe, size_t size);
ALEXNET_API alexnet_status
alexnet_network_set_recipe(alexnet_network* network,
                           const alexnet_recipe* recipe, alexnet_error** error);
/* All fields are given; milestones belong to the network. */
ALEXNET_API alexnet_status
alexnet_network_get_recipe(const alexnet_network* network,
                           alexnet_recipe* recipe, alexnet_error** error);

/* ------------------------------------------------------------------------
 * Models: a network with its parameters, preprocessing and labels. Immutable,
 * and shared by any number of sessions and threads.
 */

typedef struct alexnet_model alexnet_model;

enum {
  ALEXNET_DTYPE_DEFAULT = 0, /* float32, or what the tensors have already */
  ALEXNET_DTYPE_F32 = 1,
  ALEXNET_DTYPE_F16 = 2,
  ALEXNET_DTYPE_BF16 = 3
};

typedef struct alexnet_load_options {
  size_t struct_size;
  /* Read the file into memory. Otherwise it is mapped, and must not be made
   * shorter or changed in place while the model lives: touching a page past
   * the new end kills the process. Replacing it by rename is safe. */
  int32_t copy;
} alexnet_load_options;
ALEXNET_API void alexnet_load_options_init(alexnet_load_options* options,
                                           size_t size);
ALEXNET_API alexnet_status
alexnet_model_load(const char* path, const alexnet_load_options* options,
                   alexnet_model** model, alexnet_error** error);
/* The bytes are copied. `name` stands for the file in messages; NULL: "model".
 */
ALEXNET_API alexnet_status alexnet_model_load_memory(const void* bytes,
                                                     size_t size,
                                                     const char* name,
                                                     alexnet_model** model,
                                                     alexnet_error** error);
/* A network with its initial parameters, drawn from `seed`. A mean image that
 * the network needs and does not have is made of the mean colour of ImageNet.
 */
ALEXNET_API alexnet_status alexnet_model_create_initial(
    const alexnet_network* network, uint64_t seed, const alexnet_limits* limits,
    alexnet_model** model, alexnet_error** error);
ALEXNET_API void alexnet_model_free(alexnet_model* model);

typedef struct alexnet_save_options {
  size_t struct_size;
  int32_t dtype;                /* of the parameters */
  int32_t strip_training_state; /* leave out what resuming needs */
  int32_t threads;              /* for the hashes; 0: all there are */
} alexnet_save_options;
ALEXNET_API void alexnet_save_options_init(alexnet_save_options* options,
                                           size_t size);
/* Writes atomically: readers see the old file or all of the new one. A model
 * with a training state is saved in another type only without it. */
ALEXNET_API alexnet_status
alexnet_model_save(const alexnet_model* model, const char* path,
                   const alexnet_save_options* options,
                   const alexnet_limits* limits, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_model_save_memory(
    const alexnet_model* model, const alexnet_save_options* options,
    const alexnet_limits* limits, void** bytes, size_t* size,
    alexnet_error** error);

typedef struct alexnet_model_info {
  size_t struct_size;
  const char* path;    /* of the file, or the name given */
  const char* network; /* its name, e.g. "bvlc_alexnet" */
  int64_t channels;    /* of the input */
  int64_t height;
  int64_t width;
  int64_t classes;         /* features of the last layer */
  int64_t parameter_count; /* elements */
  int64_t macs;            /* per image */
  uint64_t file_bytes;
  uint64_t file_hash;  /* equal for equal models */
  int64_t label_count; /* 0 or classes */
  int64_t layer_count;
  int64_t tensor_count;
  int64_t metadata_count;
  int32_t classifies; /* ends in a softmax */
  int32_t has_self_check;
  int32_t has_training_state; /* is a checkpoint */
  int64_t epochs;             /* trained, of a checkpoint */
} alexnet_model_info;
ALEXNET_API void alexnet_model_info_init(alexnet_model_info* info, size_t size);
ALEXNET_API alexnet_status alexnet_model_get_info(const alexnet_model* model,
                                                  alexnet_model_info* info,
                                                  alexnet_error** error);
ALEXNET_API alexnet_status alexnet_model_layer_at(const alexnet_model* model,
                                                  size_t index,
                                                  alexnet_layer_info* info,
                                                  alexnet_error** error);
/* NULL without labels or beyond the last class. */
ALEXNET_API const char* alexnet_model_label(const alexnet_model* model,
                                            int64_t class_index);
ALEXNET_API alexnet_status alexnet_model_get_preprocessing(
    const alexnet_model* model, alexnet_preprocessing* preprocessing,
    alexnet_error** error);
/* Free metadata: NULL for an unknown key; pairs by index. */
ALEXNET_API const char* alexnet_model_metadata(const alexnet_model* model,
                                               const char* key);
ALEXNET_API alexnet_status alexnet_model_metadata_at(const alexnet_model* model,
                                                     size_t index,
                                                     const char** key,
                                                     const char** value,
                                                     alexnet_error** error);
/* Everything but the tensors' values, as one JSON object. */
ALEXNET_API alexnet_status alexnet_model_json(const alexnet_model* model,
                                              char** json,
                                              alexnet_error** error);
/* A network of its own to build on, without the parameters. */
ALEXNET_API alexnet_status alexnet_model_network(const alexnet_model* model,
                                                 alexnet_network** network,
                                                 alexnet_error** error);

enum {
  ALEXNET_TENSOR_PARAMETER = 0,
  ALEXNET_TENSOR_MOMENTUM = 1,
  ALEXNET_TENSOR_MEAN_IMAGE = 2
};
typedef struct alexnet_tensor_info {
  size_t struct_size;
  const char* name; /* "conv1.weight", "conv1.bias", "mean_image" */
  int32_t role;
  int32_t dtype;
  int64_t rank; /* at most 4 */
  int64_t shape[4];
  int64_t elements;
  uint64_t bytes; /* as stored */
} alexnet_tensor_info;
ALEXNET_API void alexnet_tensor_info_init(alexnet_tensor_info* info,
                                          size_t size);
ALEXNET_API alexnet_status alexnet_model_tensor_at(const alexnet_model* model,
                                                   size_t index,
                                                   alexnet_tensor_info* info,
                                                   alexnet_error** error);
/* The index of a parameter's tensor; the error lists the names there are. */
ALEXNET_API alexnet_status alexnet_model_find_tensor(const alexnet_model* model,
                                                     const char* name,
                                                     size_t* index,
                                                     alexnet_error** error);
/* The stored bytes, without a copy; they belong to the model. The first call
 * compares them with their hashes: ALEXNET_DATA_LOSS names what is damaged. */
ALEXNET_API alexnet_status alexnet_model_tensor_data(const alexnet_model* model,
                                                     size_t index,
                                                     const void** data,
                                                     size_t* bytes,
                                                     alexnet_error** error);
/* `count` elements from element `first` on, widened to float32. */
ALEXNET_API alexnet_status alexnet_model_read_tensor(
    const alexnet_model* model, size_t index, int64_t first, int64_t count,
    float* values, alexnet_error** error);

/* ------------------------------------------------------------------------
 * Model builder: a model from tensors, or another one with changes.
 */

typedef struct alexnet_model_builder alexnet_model_builder;

/* All parameters are missing until they are written. */
ALEXNET_API alexnet_status alexnet_model_builder_create(
    const alexnet_network* network, alexnet_model_builder** builder,
    alexnet_error** error);
/* Everything as in `model`, its training state aside. */
ALEXNET_API alexnet_status alexnet_model_builder_create_from(
    const alexnet_model* model, alexnet_model_builder** builder,
    alexnet_error** error);
ALEXNET_API void alexnet_model_builder_free(alexnet_model_builder* builder);
/* Elements of a parameter tensor, in chunks and in order: `first` is 0, which
 * starts the tensor (anew), or the number of elements written so far. All
 * chunks of a tensor have one dtype; `bytes` is the size of `data`. */
ALEXNET_API alexnet_status alexnet_model_builder_write_tensor(
    alexnet_model_builder* builder, const char* name, int32_t dtype,
    int64_t first, const void* data, size_t bytes, alexnet_error** error);
/* One per class; 0 labels remove them. */
ALEXNET_API alexnet_status alexnet_model_builder_set_labels(
    alexnet_model_builder* builder, const char* const* labels, size_t count,
    alexnet_error** error);
ALEXNET_API alexnet_status alexnet_model_builder_set_preprocessing(
    alexnet_model_builder* builder, const alexnet_preprocessing* preprocessing,
    alexnet_error** error);
/* A NULL value removes the key. */
ALEXNET_API alexnet_status alexnet_model_builder_set_metadata(
    alexnet_model_builder* builder, const char* key, const char* value,
    alexnet_error** error);
/* Where the model came from and what made it, in words for a person; NULL
 * leaves either as it is. */
ALEXNET_API alexnet_status alexnet_model_builder_set_source(
    alexnet_model_builder* builder, const char* source, const char* tool,
    alexnet_error** error);
/* The model, with a self-check computed anew; the builder stays as it was. */
ALEXNET_API alexnet_status alexnet_model_builder_build(
    const alexnet_model_builder* builder, const alexnet_limits* limits,
    alexnet_model** model, alexnet_error** error);

/* ------------------------------------------------------------------------
 * Sessions: a model compiled for a device, to run it.
 */

typedef struct alexnet_session alexnet_session;

typedef struct alexnet_session_options {
  size_t struct_size;
  alexnet_context* context; /* may be NULL; kept by the session */
  const char* device;       /* NULL: "cpu" */
  /* Compute threads; 0: as many as the process may use. With one, calls run on
   * the caller's thread; with more, on threads that the session owns. */
  int32_t threads;
  int64_t batch; /* views computed at a time; 0: 1, or 10 for ten crops */
  int32_t weight_dtype; /* of fully connected layers; sums are float32 */
  int32_t precision;    /* an ALEXNET_PRECISION */
  int32_t tune;         /* time a GPU's algorithms first; see there */
  int32_t ten_crop; /* average the probabilities of ten views of a picture */
  /* Layers whose outputs alexnet_session_get_activation gives. */
  const char* const* activations;
  size_t activation_count;
  int64_t max_pixels; /* larger pictures are refused; 0: 100,000,000 */
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
  int32_t threads;
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

/* A picture in memory: 8 bits per sample, interleaved, rows from the top.
 * channels 3 is RGB, 1 grey. Never changes. */
typedef struct alexnet_image {
  const uint8_t* pixels;
  int32_t width;
  int32_t height;
  int32_t channels;
  int32_t reserved;   /* 0 */
  int64_t row_stride; /* bytes; 0: width * channels */
} alexnet_image;

/* An encoded picture (JPEG or PNG, told by content). Never changes. */
typedef struct alexnet_encoded {
  const void* data;
  size_t size;
  const char* name; /* in messages; may be NULL */
} alexnet_encoded;

/* Each computes `count` samples, any number from 1 on, into `output`, (count,
 * classes): probabilities of a network that classifies, averaged over the
 * views. `output_size` is its size in floats and at least count * classes. NaN
 * inputs give NaN outputs. */

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

/* Decodes a JPEG or PNG to RGB, EXIF orientation applied. `pixels` is freed by
 * alexnet_free and is what image->pixels points to. max_pixels 0: 100,000,000.
 */
ALEXNET_API alexnet_status alexnet_image_decode(const alexnet_encoded* picture,
                                                int64_t max_pixels,
                                                uint8_t** pixels,
                                                alexnet_image* image,
                                                alexnet_error** error);

/* The same for a file. */
ALEXNET_API alexnet_status alexnet_image_load(const char* path,
                                              int64_t max_pixels,
                                              uint8_t** pixels,
                                              alexnet_image* image,
                                              alexnet_error** error);

/* ------------------------------------------------------------------------
 * Data sets: labelled pictures on disk.
 */

typedef struct alexnet_dataset alexnet_dataset;

enum { ALEXNET_PART_TRAIN = 0, ALEXNET_PART_VALIDATION = 1 };

/* A folder with one folder per class, WebDataset shards (*.tar), or train/ and
 * val/ of either kind. allow_empty_classes is for alexnet_dataset_lint. */
ALEXNET_API alexnet_status alexnet_dataset_open(const char* path,
                                                int32_t allow_empty_classes,
                                                alexnet_dataset** dataset,
                                                alexnet_error** error);
ALEXNET_API void alexnet_dataset_free(alexnet_dataset* dataset);
ALEXNET_API size_t alexnet_dataset_class_count(const alexnet_dataset* dataset);
/* NULL beyond the last. */
ALEXNET_API const char* alexnet_dataset_class_name(
    const alexnet_dataset* dataset, size_t index);
/* Pictures; 0 where there is no such part. */
ALEXNET_API int64_t alexnet_dataset_size(const alexnet_dataset* dataset,
                                         int32_t part);
/* One picture: label, name (relative to the folder) and encoded bytes; freed by
 * alexnet_free. Outputs may be NULL. */
ALEXNET_API alexnet_status alexnet_dataset_read(const alexnet_dataset* dataset,
                                                int32_t part, int64_t index,
                                                int32_t* label, char** name,
                                                void** bytes, size_t* size,
                                                alexnet_error** error);

/* Called now and then, from the thread that made the call. Other than 0: stop
 * with ALEXNET_CANCELLED. Must not throw. */
typedef int32_t (*alexnet_progress_callback)(void* user, int64_t done,
                                             int64_t total);

typedef struct alexnet_lint_options {
  size_t struct_size;
  int32_t threads;    /* 0: all there are */
  int64_t max_pixels; /* 0: 100,000,000 */
  alexnet_progress_callback progress;
  void* progress_user;
} alexnet_lint_options;
ALEXNET_API void alexnet_lint_options_init(alexnet_lint_options* options,
                                           size_t size);
/* What may be wrong with the pictures, found before training: decodes all.
 * `ok`: no error found. `text`: for a person. `json`: an object with
 * "pictures", "validation_pictures", "classes" (name to training pictures),
 * "ok" and "findings" [{"level", "check", "message", "files", "count"}].
 * Outputs may be NULL. */
ALEXNET_API alexnet_status alexnet_dataset_lint(
    const alexnet_dataset* dataset, const alexnet_lint_options* options,
    const alexnet_limits* limits, int32_t* ok, char** text, char** json,
    alexnet_error** error);

typedef struct alexnet_pack_options {
  size_t struct_size;
  alexnet_context* context; /* told of broken pictures; may be NULL */
  int32_t resize;           /* shorter side, and the square cut out; 0: 256 */
  int32_t quality;          /* of JPEG, 1..100; 0: 92 */
  int64_t shard_samples;    /* 0: 4096 */
  int32_t threads;          /* 0: all there are */
  int64_t max_pixels;       /* 0: 100,000,000 */
  uint64_t seed;            /* of the order in the shards */
  int32_t strict;           /* stop at the first broken picture */
  alexnet_progress_callback progress;
  void* progress_user;
} alexnet_pack_options;
ALEXNET_API void alexnet_pack_options_init(alexnet_pack_options* options,
                                           size_t size);
typedef struct alexnet_pack_report {
  size_t struct_size;
  int64_t pictures; /* written, both parts */
  int64_t resumed;  /* of these, finished by an earlier run */
  int64_t shards;
  int64_t broken; /* left out */
  uint64_t bytes;
  double seconds;
} alexnet_pack_report;
ALEXNET_API void alexnet_pack_report_init(alexnet_pack_report* report,
                                          size_t size);
/* WebDataset shards of small JPEGs, and the training set's statistics, in
 * folder `out`. Called again after a stop it goes on. `report` may be NULL. */
ALEXNET_API alexnet_status alexnet_dataset_pack(
    const alexnet_dataset* dataset, const char* out,
    const alexnet_pack_options* options, const alexnet_limits* limits,
    alexnet_pack_report* report, alexnet_error** error);

typedef struct alexnet_shapes_options {
  size_t struct_size;
  uint64_t seed;              /* 0: 1 */
  int32_t train_per_class;    /* 0: 250 */
  int32_t held_out_per_class; /* 0: 40 */
} alexnet_shapes_options;
ALEXNET_API void alexnet_shapes_options_init(alexnet_shapes_options* options,
                                             size_t size);
/* Draws a small labelled data set (ten kinds of figures, 64 pixels) into
 * `out`/train and `out`/val, to try things out with. `out` must be new or
 * empty.
 */
ALEXNET_API alexnet_status
alexnet_draw_shapes(const char* out, const alexnet_shapes_options* options,
                    const alexnet_limits* limits, alexnet_error** error);

/* ------------------------------------------------------------------------
 * Evaluation.
 */

typedef struct alexnet_evaluation alexnet_evaluation;

typedef struct alexnet_evaluate_options {
  size_t struct_size;
  alexnet_context* context; /* told of broken pictures; may be NULL */
  const char* device;       /* NULL: "cpu" */
  int32_t threads;          /* compute; 0: all there are */
  int32_t loader_threads;   /* decoding; 0: all there are */
  int64_t batch;            /* 0: 32 */
  int32_t weight_dtype;
  int32_t precision; /* an ALEXNET_PRECISION */
  int32_t tune;      /* time a GPU's algorithms first; see there */
  int32_t ten_crop;
  int32_t strict;     /* stop at the first broken picture */
  int64_t max_pixels; /* 0: 100,000,000 */
  alexnet_progress_callback progress;
  void* progress_user;
} alexnet_evaluate_options;
ALEXNET_API void alexnet_evaluate_options_init(
    alexnet_evaluate_options* options, size_t size);
/* On the validation part, or on all where there is none. The data's classes are
 * matched with the model's labels by name. */
ALEXNET_API alexnet_status alexnet_evaluate(
    const alexnet_model* model, const alexnet_dataset* dataset,
    const alexnet_evaluate_options* options, const alexnet_limits* limits,
    alexnet_evaluation** evaluation, alexnet_error** error);
ALEXNET_API void alexnet_evaluation_free(alexnet_evaluation* evaluation);

typedef struct alexnet_evaluation_info {
  size_t struct_size;
  int64_t count; /* pictures */
  int64_t classes;
  int32_t top_k; /* what top-5 means: min(5, classes) */
  int32_t ten_crop;
  double top1_error; /* percent */
  double top5_error; /* percent */
  double loss;       /* mean of -log p(true class) */
  double seconds;
  double images_per_second;
  int64_t broken; /* left out */
} alexnet_evaluation_info;
ALEXNET_API void alexnet_evaluation_info_init(alexnet_evaluation_info* info,
                                              size_t size);
ALEXNET_API alexnet_status alexnet_evaluation_get_info(
    const alexnet_evaluation* evaluation, alexnet_evaluation_info* info,
    alexnet_error** error);
/* Name, pictures and recall (percent; -1 without pictures) of a class. Outputs
 * may be NULL. */
ALEXNET_API alexnet_status alexnet_evaluation_class_at(
    const alexnet_evaluation* evaluation, int64_t class_index,
    const char** name, int64_t* count, double* recall, alexnet_error** error);
/* (classes, classes): row the true class, column the predicted one. NULL beyond
 * 5,000 classes. */
ALEXNET_API const int64_t* alexnet_evaluation_confusion(
    const alexnet_evaluation* evaluation);
ALEXNET_API alexnet_status alexnet_evaluation_broken_at(
    const alexnet_evaluation* evaluation, size_t index, const char** name,
    const char** reason, alexnet_error** error);
/* The confusion matrix for a person: a table up to `limit` classes (0: 20),
 * beyond that the most frequent confusions. */
ALEXNET_API alexnet_status alexnet_evaluation_confusion_text(
    const alexnet_evaluation* evaluation, int32_t limit, char** text,
    alexnet_error** error);

/* Opens a model file, checks every hash and runs its self-check. `ok`: whole
 * and computed right. `json`: an object with "path", "ok", "network",
 * "file_bytes", "tensors", "tensor_bytes", "hashes" and "self_check" ("passed",
 * "failed" or "absent"), "damage" [], "backend", "seconds", and where there is
 * a self-check "self_check_error", "self_check_tolerance" and
 * "self_check_message". A file that cannot be opened is an error, damage is
 * not. Of `options`, device, precision, tune, threads and weight_dtype are used;
 * outputs may be NULL. */
ALEXNET_API alexnet_status
alexnet_verify_file(const char* path, const alexnet_session_options* options,
                    const alexnet_limits* limits, int32_t* ok, char** json,
                    alexnet_error** error);

/* ------------------------------------------------------------------------
 * Training, whole: a folder in, a model out.
 */

typedef struct alexnet_train_options {
  size_t struct_size;
  alexnet_context* context; /* told of choices and warnings; may be NULL */
  const char* data;         /* folder, as of alexnet_dataset_open */
  const char* out; /* folder for last.alexnet, best.alexnet, metrics.jsonl and
                      TensorBoard's events; made if missing */
  const char* preset;             /* NULL: "alexnet"; or else, not both: */
  const alexnet_network* network; /* its class count must be the data's */
  int64_t input_size;             /* square, pixels; 0: the preset's own */
  const alexnet_recipe* recipe;   /* changes to the recipe; may be NULL */
  int32_t resume; /* go on with the run in `out`; only epochs may change */
  int32_t no_validation;      /* hold nothing out */
  double validation_fraction; /* held out where there is no val/; 0: 0.1 */
  uint64_t seed;              /* 0: 1 */
  int32_t threads;            /* compute; 0: all there are */
  int32_t loader_threads;     /* decoding; 0: all there are */
  int32_t strict;             /* stop at the first broken picture */
  int32_t stop_when_stuck;    /* ALEXNET_DIVERGED, else a warning */
  int64_t max_pixels;         /* 0: 100,000,000 */
  int64_t log_every;          /* steps between lines of metrics; 0: 20 */
  int64_t checkpoint_every;   /* steps; 0: only at the end of an epoch */
  /* NULL: "cpu"; of a run that is gone on with: what it was computed on, with its
   * precision, unless that is given, and its tuning. */
  const char* device;
  int32_t precision; /* an ALEXNET_PRECISION */
  int32_t tune;      /* time a GPU's algorithms first; see there */
} alexnet_train_options;
ALEXNET_API void alexnet_train_options_init(alexnet_train_options* options,
                                            size_t size);

/* What a run tells. Pointers are valid during the call; the library sets
 * struct_size. */
typedef struct alexnet_train_start {
  size_t struct_size;
  const char* network;
  const char* device;
  const char* const* classes;
  size_t class_count;
  int64_t train_samples;
  int64_t validation_samples;
  int64_t parameters;
  int64_t frozen_parameters;
  int64_t macs; /* per image */
  int64_t arena_bytes;
  const alexnet_recipe* recipe;
  int64_t steps_per_epoch;
  uint64_t seed;
  int32_t threads;
  int64_t first_epoch; /* of a resumed run */
  int64_t first_batch;
  /* All that the run keeps on its device: parameters, gradients, momenta, blobs,
   * work space, buffers for pictures, and what validates. */
  int64_t device_bytes;
} alexnet_train_start;

typedef struct alexnet_step_report {
  size_t struct_size;
  int64_t epoch; /* from 0 */
  int64_t epochs;
  int64_t batch; /* of this epoch, from 0 */
  int64_t batches;
  int64_t step; /* updates so far, this one included */
  float rate;
  double loss;          /* of this batch */
  double mean_loss;     /* of this epoch so far */
  double top1_accuracy; /* percent, of this epoch so far */
  double gradient_norm; /* 0 unless clipping is on */
  double images_per_second;
  double seconds_left; /* of the run; 0: not known yet */
} alexnet_step_report;

typedef struct alexnet_epoch_report {
  size_t struct_size;
  int64_t epoch; /* from 0 */
  int64_t epochs;
  int64_t step;
  float rate;
  double train_loss;
  double train_top1_error; /* percent, on augmented pictures */
  int32_t validated;
  int32_t best;
  double top1_error; /* percent, held-out pictures, centre view */
  double top5_error;
  double loss;
  double images_per_second;
  double seconds;
  double waited_seconds; /* of these, for pictures */
} alexnet_epoch_report;

/* Any of the calls may be NULL. All come from the thread that called
 * alexnet_train. Other than 0: stop, as a cancel token does. Must not throw. */
typedef struct alexnet_train_listener {
  size_t struct_size;
  void* user;
  int32_t (*on_start)(void* user, const alexnet_train_start* start);
  /* Statistics, validation. */
  int32_t (*on_progress)(void* user, const char* doing, int64_t done,
                         int64_t total);
  int32_t (*on_step)(void* user, const alexnet_step_report* report);
  int32_t (*on_epoch)(void* user, const alexnet_epoch_report* report);
  int32_t (*on_checkpoint)(void* user, const char* path, int32_t best);
} alexnet_train_listener;
ALEXNET_API void alexnet_train_listener_init(alexnet_train_listener* listener,
                                             size_t size);

typedef struct alexnet_train_report {
  size_t struct_size;
  int64_t epochs; /* finished, in all */
  int64_t steps;
  double seconds;     /* of training, earlier parts included */
  int64_t best_epoch; /* from 0; -1: none */
  double best_top1_error;
  int32_t validated;
  double top1_error; /* of the last epoch */
  double top5_error;
  double loss;
  double train_loss;
  int64_t broken; /* pictures replaced by others */
} alexnet_train_report;
ALEXNET_API void alexnet_train_report_init(alexnet_train_report* report,
                                           size_t size);

/* Both files are there after the first epoch: last.alexnet is the newest state,
 * best.alexnet the model with the least error on held-out pictures, or on
 * training pictures where none are held out.
 * Cancelled or out of time: last.alexnet holds the very position, and `resume`
 * goes on from it to the same bits as a run that was not stopped. `listener`
 * and `report` may be NULL. */
ALEXNET_API alexnet_status alexnet_train(const alexnet_train_options* options,
                                         const alexnet_train_listener* listener,
                                         const alexnet_limits* limits,
                                         alexnet_train_report* report,
                                         alexnet_error** error);

typedef struct alexnet_finetune_options {
  size_t struct_size;
  /* Layers that do not learn, by name; "..conv5": all up to it; "none". None
   * given: chosen by the number of pictures, and told to the context. */
  const char* const* freeze;
  size_t freeze_count;
  float head_rate; /* of the new layer, times the others'; 0: 10 */
} alexnet_finetune_options;
ALEXNET_API void alexnet_finetune_options_init(
    alexnet_finetune_options* options, size_t size);
/* Teaches `model` the classes of a folder: its last fully connected layer is
 * replaced. Preset, network and input size of `train` are not used. */
ALEXNET_API alexnet_status alexnet_finetune(
    const alexnet_model* model, const alexnet_finetune_options* options,
    const alexnet_train_options* train, const alexnet_train_listener* listener,
    const alexnet_limits* limits, alexnet_train_report* report,
    alexnet_error** error);

/* ------------------------------------------------------------------------
 * Training, step by step, on the caller's own batches.
 */

typedef struct alexnet_trainer alexnet_trainer;

typedef struct alexnet_trainer_options {
  size_t struct_size;
  const char* device; /* NULL: "cpu" */
  int32_t precision;  /* an ALEXNET_PRECISION */
  int32_t tune;       /* time a GPU's algorithms first; see there */
  int32_t threads;    /* 0: all there are */
  int64_t batch;      /* 0: 128 */
  float label_smoothing;
  uint64_t seed; /* of dropout; 0: 1 */
} alexnet_trainer_options;
ALEXNET_API void alexnet_trainer_options_init(alexnet_trainer_options* options,
                                              size_t size);
/* Parameters start from `model`'s, momenta at zero. */
ALEXNET_API alexnet_status alexnet_trainer_create(
    const alexnet_model* model, const alexnet_trainer_options* options,
    alexnet_trainer** trainer, alexnet_error** error);
ALEXNET_API void alexnet_trainer_free(alexnet_trainer* trainer);

typedef struct alexnet_step_result {
  size_t struct_size;
  double loss;          /* mean over the batch */
  int64_t correct;      /* top-1 */
  double gradient_norm; /* 0 unless clipping is on */
  int64_t step;         /* updates so far, this one included */
} alexnet_step_result;
ALEXNET_API void alexnet_step_result_init(alexnet_step_result* result,
                                          size_t size);

/* Forward, loss, backward and one update with momentum (section 5 of the
 * paper). `images`: (batch, C, H, W), preprocessed; `labels`: (batch), each 0
 * to classes - 1; both sizes are exact. A loss that is not finite is
 * ALEXNET_DIVERGED, and nothing is updated. `clip_gradient_norm` 0: off.
 * `result` may be NULL. */
ALEXNET_API alexnet_status alexnet_trainer_step(
    alexnet_trainer* trainer, const float* images, size_t image_size,
    const int32_t* labels, size_t label_count, float rate, float momentum,
    float weight_decay, float clip_gradient_norm, alexnet_step_result* result,
    alexnet_error** error);
/* The same without the update: fills the gradients. */
ALEXNET_API alexnet_status alexnet_trainer_gradients(
    alexnet_trainer* trainer, const float* images, size_t image_size,
    const int32_t* labels, size_t label_count, alexnet_step_result* result,
    alexnet_error** error);

enum {
  ALEXNET_VALUE_PARAMETER = 0,
  ALEXNET_VALUE_MOMENTUM = 1,
  ALEXNET_VALUE_GRADIENT = 2 /* cannot be written */
};
/* Dense copies of parameter `name` ("fc6.weight"); `count` is exactly its
 * elements. */
ALEXNET_API alexnet_status alexnet_trainer_read(const alexnet_trainer* trainer,
                                                const char* name, int32_t what,
                                                float* values, size_t count,
                                                alexnet_error** error);
ALEXNET_API alexnet_status alexnet_trainer_write(alexnet_trainer* trainer,
                                                 const char* name, int32_t what,
                                                 const float* values,
                                                 size_t count,
                                                 alexnet_error** error);
/* A model of the parameters as they are now. */
ALEXNET_API alexnet_status alexnet_trainer_model(const alexnet_trainer* trainer,
                                                 const alexnet_limits* limits,
                                                 alexnet_model** model,
                                                 alexnet_error** error);

/* ------------------------------------------------------------------------
 * Timing, on synthetic pictures. On a GPU they are there already: what is timed
 * is the computation alone, waited for run by run.
 */

typedef struct alexnet_benchmark_options {
  size_t struct_size;
  const char* preset; /* with initial values; NULL: "alexnet"; or else: */
  const char* model;  /* path of a model file */
  int32_t training;   /* time training steps, else inference */
  const char* device; /* NULL: "cpu" */
  int32_t threads;    /* 0: all there are */
  int64_t batch;      /* 0: 1, training 128 */
  int32_t weight_dtype;
  int32_t precision; /* an ALEXNET_PRECISION */
  int32_t tune;      /* time a GPU's algorithms first; see there */
  double seconds;    /* at least this long; 0: 5 */
  uint64_t seed;     /* 0: 1 */
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
  int64_t parameter_bytes; /* of the device; training: with gradients, momenta */
  int64_t arena_bytes;     /* likewise: blobs and work space */
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

#endif /* ALEXNET_ALEXNET_H_ */

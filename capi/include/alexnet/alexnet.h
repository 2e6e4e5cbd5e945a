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
/* What was wrong and what to do. Options are named in backquotes, `resume`, as
 * this header spells them. NULL gives "". */
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

/* BEGIN options: c.enum Precision */
/* What a GPU computes in. Sums, the loss, softmax, and the parameters and
 * momenta of a training run are float32 in each. The CPU knows F32 alone.
 * Unless algorithms are tuned, the same work gives the same bits run after run
 * on one kind of GPU with the same libraries. */
enum {
  /* F32. */
  ALEXNET_PRECISION_DEFAULT = 0,
  /* float32 throughout. */
  ALEXNET_PRECISION_F32 = 1,
  /* float32 whose products have mantissas of 10 bits. */
  ALEXNET_PRECISION_TF32 = 2,
  /* Blobs and working weights in bfloat16. */
  ALEXNET_PRECISION_BF16 = 3
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

/* BEGIN options: c.enum Initializer */
/* How a parameter tensor starts. */
enum {
  /* Weights: Gaussian of 0.01; biases: 0. */
  ALEXNET_INIT_DEFAULT = 0,
  /* With the value everywhere. */
  ALEXNET_INIT_CONSTANT = 1,
  /* Mean 0, standard deviation the value. */
  ALEXNET_INIT_GAUSSIAN = 2,
  /* The same, redrawn beyond two standard deviations. */
  ALEXNET_INIT_TRUNCATED_NORMAL = 3,
  /* Within sqrt(6 / (fan in + fan out)) of 0. */
  ALEXNET_INIT_XAVIER_UNIFORM = 4,
  /* Within 1 / sqrt(fan in) of 0, PyTorch's. */
  ALEXNET_INIT_FAN_IN_UNIFORM = 5
};
/* END options */

/* How a parameter tensor starts and learns. Never changes. */
typedef struct alexnet_parameter_rule {
  int32_t init;
  float value;      /* of init */
  float rate;       /* times the learning rate; 0: 1 */
  float decay;      /* times the weight decay; 0: 1 */
  int32_t frozen;   /* does not learn */
  int32_t no_decay; /* no weight decay */
} alexnet_parameter_rule;

/* BEGIN options: c.enum Rounding */
/* How the number of windows along an axis is rounded. */
enum {
  /* Down. */
  ALEXNET_ROUND_FLOOR = 0,
  /* Up, as Caffe pools. */
  ALEXNET_ROUND_CEIL = 1
};
/* END options */

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
  /* BEGIN options: c.fields convolution */
  /* Number of kernels. */
  int64_t out_channels;
  /* What slides over height and width. */
  alexnet_window window;
  /* Equal runs of channels that are kept apart; 2 are the paper's towers; 0: 1.
   */
  int64_t groups;
  /* Without biases. */
  int32_t no_bias;
  /* How the weights start and learn. */
  alexnet_parameter_rule weight;
  /* How the biases start and learn. */
  alexnet_parameter_rule bias;
  /* END options */
} alexnet_convolution_options;
ALEXNET_API void alexnet_convolution_options_init(
    alexnet_convolution_options* options, size_t size);

/* BEGIN options: c.enum PoolKind */
/* What pooling takes of a window. */
enum {
  /* The largest value. */
  ALEXNET_POOL_MAX = 0,
  /* The mean. */
  ALEXNET_POOL_AVERAGE = 1
};
/* END options */
typedef struct alexnet_pooling_options {
  size_t struct_size;
  /* BEGIN options: c.fields pooling */
  /* What is taken of a window; an ALEXNET_POOL. */
  int32_t kind;
  /* What slides over height and width. */
  alexnet_window window;
  /* Average: padding does not count as taps. */
  int32_t exclude_padding;
  /* END options */
} alexnet_pooling_options;
ALEXNET_API void alexnet_pooling_options_init(alexnet_pooling_options* options,
                                              size_t size);

/* BEGIN options: c.enum LrnRegion */
/* What a window of response normalization spans. */
enum {
  /* `size` neighbouring channels at one position. */
  ALEXNET_LRN_ACROSS_CHANNELS = 0,
  /* `size` x `size` positions of one channel. */
  ALEXNET_LRN_WITHIN_CHANNEL = 1
};
/* END options */
/* Local response normalization (section 3.3 of the paper):
 * y = x / (k + a * sum of x^2 over `size` neighbours)^beta, a = alpha / size,
 * or alpha where `alpha_undivided` (TensorFlow). */
typedef struct alexnet_lrn_options {
  size_t struct_size;
  /* BEGIN options: c.fields lrn */
  /* What the window spans; an ALEXNET_LRN. */
  int32_t region;
  /* Extent of the window: channels, or pixels of a square; 0: 5. */
  int64_t size;
  /* The factor a, times the number of the window's elements; 0: 1e-4. */
  float alpha;
  /* a is alpha (TensorFlow, the paper's text), not alpha divided by the number
   * of elements. */
  int32_t alpha_undivided;
  /* The exponent; 0: 0.75. */
  float beta;
  /* What is added to the sum; the paper's is 2; 0: 1. */
  float k;
  /* Equal runs of channels that the window does not cross: each tower
   * normalizes alone; 0: 1. */
  int64_t groups;
  /* END options */
} alexnet_lrn_options;
ALEXNET_API void alexnet_lrn_options_init(alexnet_lrn_options* options,
                                          size_t size);

/* BEGIN options: c.enum ActivationKind */
/* An elementwise function. */
enum {
  /* max(x, 0). */
  ALEXNET_ACTIVATION_RELU = 0,
  /* The hyperbolic tangent. */
  ALEXNET_ACTIVATION_TANH = 1
};
/* END options */

/* y = x W^T + b over the flattened input; weights (out, in). */
typedef struct alexnet_fully_connected_options {
  size_t struct_size;
  /* BEGIN options: c.fields fully_connected */
  /* Number of units. */
  int64_t out_features;
  /* Without biases. */
  int32_t no_bias;
  /* How the weights start and learn. */
  alexnet_parameter_rule weight;
  /* How the biases start and learn. */
  alexnet_parameter_rule bias;
  /* END options */
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

/* BEGIN options: c.enum LayerType */
/* What a layer computes. */
enum {
  /* Cross-correlation. */
  ALEXNET_LAYER_CONVOLUTION = 0,
  /* One value of each window. */
  ALEXNET_LAYER_POOLING = 1,
  /* Local response normalization. */
  ALEXNET_LAYER_LRN = 2,
  /* A function of each element. */
  ALEXNET_LAYER_ACTIVATION = 3,
  /* Zeroes while training. */
  ALEXNET_LAYER_DROPOUT = 4,
  /* Averages that cover the input. */
  ALEXNET_LAYER_ADAPTIVE_AVERAGE_POOLING = 5,
  /* y = x W^T + b. */
  ALEXNET_LAYER_FULLY_CONNECTED = 6,
  /* Probabilities of classes. */
  ALEXNET_LAYER_SOFTMAX = 7
};
/* END options */

/* One layer. `name` and `kind`, its type in words ("max pooling", "LRN"), live
 * as long as the handle, of a network until it is changed. */
typedef struct alexnet_layer_info {
  size_t struct_size;
  const char* name;
  const char* kind;
  int32_t type;       /* an ALEXNET_LAYER */
  int64_t input_rank; /* 4: (1, C, H, W); 2: (1, F) */
  int64_t input[4];   /* for one image */
  int64_t output_rank;
  int64_t output[4];
  int64_t parameters; /* elements */
  int64_t macs;       /* multiply-accumulates for one image, bias aside */
} alexnet_layer_info;
ALEXNET_API void alexnet_layer_info_init(alexnet_layer_info* info, size_t size);
/* 0 for NULL. */
ALEXNET_API size_t alexnet_network_layer_count(const alexnet_network* network);
ALEXNET_API alexnet_status
alexnet_network_layer_at(const alexnet_network* network, size_t index,
                         alexnet_layer_info* info, alexnet_error** error);

/* The options of layer `index` as it was added, defaults filled in.
 * ALEXNET_FAILED_PRECONDITION where the layer is of another type. */
ALEXNET_API alexnet_status alexnet_network_get_convolution(
    const alexnet_network* network, size_t index,
    alexnet_convolution_options* options, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_get_pooling(
    const alexnet_network* network, size_t index,
    alexnet_pooling_options* options, alexnet_error** error);
ALEXNET_API alexnet_status
alexnet_network_get_lrn(const alexnet_network* network, size_t index,
                        alexnet_lrn_options* options, alexnet_error** error);
ALEXNET_API alexnet_status
alexnet_network_get_activation(const alexnet_network* network, size_t index,
                               int32_t* kind, alexnet_error** error);
ALEXNET_API alexnet_status
alexnet_network_get_dropout(const alexnet_network* network, size_t index,
                            float* rate, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_get_adaptive_average_pooling(
    const alexnet_network* network, size_t index, int64_t* out_h,
    int64_t* out_w, alexnet_error** error);
ALEXNET_API alexnet_status alexnet_network_get_fully_connected(
    const alexnet_network* network, size_t index,
    alexnet_fully_connected_options* options, alexnet_error** error);

/* BEGIN options: c.enum ChannelOrder */
/* Channels of the network's input. */
enum {
  /* Red, green, blue. */
  ALEXNET_CHANNELS_RGB = 0,
  /* Blue, green, red, as Caffe has it. */
  ALEXNET_CHANNELS_BGR = 1,
  /* One channel, ITU-R 601 luma. */
  ALEXNET_CHANNELS_GRAY = 2
};
/* END options */
/* BEGIN options: c.enum ResizeRule */
/* To what size a picture is brought before it is cropped. */
enum {
  /* None: it is warped to the crop where the sizes differ. */
  ALEXNET_RESIZE_NONE = 0,
  /* The shorter side to `resize`, the aspect kept (the paper, torchvision). */
  ALEXNET_RESIZE_SHORT_SIDE = 1,
  /* Both sides to `resize`, the aspect not kept (Caffe). */
  ALEXNET_RESIZE_WARP = 2
};
/* END options */
/* BEGIN options: c.enum ResizeFilter */
/* Whose interpolation is reproduced, pixel by pixel. */
enum {
  /* Pillow's and torchvision's. */
  ALEXNET_FILTER_ANTIALIASED_BILINEAR = 0,
  /* OpenCV's INTER_LINEAR. */
  ALEXNET_FILTER_OPENCV_LINEAR = 1,
  /* OpenCV's INTER_AREA, INTER_CUBIC to enlarge (cuda-convnet2). */
  ALEXNET_FILTER_OPENCV_AREA = 2
};
/* END options */
/* BEGIN options: c.enum MeanKind */
/* What is subtracted of a picture. */
enum {
  /* Nothing. */
  ALEXNET_MEAN_NONE = 0,
  /* A number for each channel. */
  ALEXNET_MEAN_CHANNEL = 1,
  /* The mean image, cropped where the picture is (Caffe). */
  ALEXNET_MEAN_IMAGE_AT_CROP = 2,
  /* The mean image's centre, wherever the picture is cropped (the 2012 code).
   */
  ALEXNET_MEAN_IMAGE_AT_CENTRE = 3
};
/* END options */
/* BEGIN options: c.enum ViewOrder */
/* Order of the five crops of ten-crop testing; their mirrors follow. */
enum {
  /* Top left, top right, bottom left, bottom right, centre. */
  ALEXNET_VIEWS_CAFFE = 0,
  /* Top left, top right, centre, bottom left, bottom right. */
  ALEXNET_VIEWS_CONVNET = 1
};
/* END options */
/* What happens to a picture before the network sees it: it is resized, cropped
 * to the network's input, put in channel order and normalized, with value in
 * 0..255:
 *   out = (value * scale - mean[c, y, x]) / stddev[c] */
typedef struct alexnet_preprocessing {
  size_t struct_size;
  /* BEGIN options: c.fields preprocessing */
  /* Channels of the network's input; an ALEXNET_CHANNELS. */
  int32_t channel_order;
  /* To what size a picture is brought before it is cropped; an ALEXNET_RESIZE.
   */
  int32_t resize_rule;
  /* Whose interpolation is reproduced, pixel by pixel; an ALEXNET_FILTER. */
  int32_t resize_filter;
  /* The shorter side after resizing, or both, in pixels; 0: the crop's longer
   * side. */
  int32_t resize;
  /* Height of the crop in pixels, which is the network's input; 0: the
   * network's. */
  int32_t crop_height;
  /* Width of the crop in pixels; 0: the network's. */
  int32_t crop_width;
  /* What a value of 0..255 is multiplied by before the mean is subtracted; 0:
   * 1. */
  float scale;
  /* What is subtracted of a picture; an ALEXNET_MEAN. */
  int32_t mean_kind;
  /* Of each channel, in the model's channel order. */
  float mean[3];
  /* What each channel is divided by, in the model's channel order; 0: 1. */
  float stddev[3];
  /* Order of the five crops of ten-crop testing; their mirrors follow; an
   * ALEXNET_VIEWS. */
  int32_t view_order;
  /* Principal components of the training colours (section 4.1 of the paper),
   * RGB, 0..255: square roots of the eigenvalues. All zero: unknown, no colour
   * noise. */
  float color_stddev[3];
  /* Their unit eigenvectors, one after another. */
  float color_axes[9];
  /* END options */
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
  /* BEGIN options: c.bits recipe */
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
  /* END options */
};
/* BEGIN options: c.enum Schedule */
/* How the learning rate changes. */
enum {
  /* Not at all. */
  ALEXNET_SCHEDULE_CONSTANT = 0,
  /* rate * factor at each milestone. */
  ALEXNET_SCHEDULE_STEP = 1,
  /* rate * factor when the validation error stalls (section 5 of the paper). */
  ALEXNET_SCHEDULE_PLATEAU = 2,
  /* rate * (1 - progress)^power. */
  ALEXNET_SCHEDULE_POLY = 3
};
/* END options */
/* BEGIN options: c.enum Crop */
/* What training sees of a picture. */
enum {
  /* Its centre. */
  ALEXNET_CROP_CENTRE = 0,
  /* Anywhere in the resized picture (section 4.1 of the paper). */
  ALEXNET_CROP_RANDOM = 1,
  /* torchvision's RandomResizedCrop: 8 to 100 % of the area, sides 3:4 to 4:3.
   */
  ALEXNET_CROP_RANDOM_RESIZED = 2
};
/* END options */
typedef struct alexnet_recipe {
  size_t struct_size;
  uint64_t fields; /* ALEXNET_RECIPE_... of those that are given */
  /* BEGIN options: c.fields recipe zero=value */
  /* Pictures in one update; 1 to 65,536. */
  int32_t batch;
  /* Passes over the training pictures; at least 1. */
  int32_t epochs;
  /* Learning rate at the start. */
  float rate;
  /* Share of an update that the next one repeats (section 5 of the paper); 0 to
   * 0.9999. */
  float momentum;
  /* Pull of the weights towards 0, times the learning rate (section 5 of the
   * paper); 0 to 1,000. */
  float weight_decay;
  /* How the learning rate changes; an ALEXNET_SCHEDULE. */
  int32_t schedule;
  /* Step and plateau: what a cut multiplies the rate by; 0 to 1. */
  float factor;
  /* Step: where the rate is cut, in fractions of all epochs that rise and lie
   * between 0 and 1. */
  const float* milestones;
  size_t milestone_count;
  /* Plateau: epochs without a better top-1 error before a cut; at least 1. */
  int32_t patience;
  /* Plateau: cuts at most; the paper made three. */
  int32_t max_cuts;
  /* Poly: the exponent; 0 to 100. */
  float power;
  /* Epochs in which the rate rises linearly from a tenth. */
  float warmup_epochs;
  /* What training sees of a picture; an ALEXNET_CROP. */
  int32_t crop;
  /* Margin of mean colour put around the resized picture before a random crop:
   * shifts, where pictures are no larger than the crop; 0 to 1,024 pixels. */
  int32_t pad;
  /* Mirrors half of the pictures left-right. */
  int32_t mirror;
  /* Standard deviation of the PCA colour noise (section 4.1 of the paper); 0 to
   * 10; 0: none. */
  float color_sigma;
  /* Divides by 1 + the colour noise's deviation afterwards, as the 2012 code
   * does. */
  int32_t rescale_after_noise;
  /* Share of the target that goes to all classes alike; 0 to 0.999. */
  float label_smoothing;
  /* Largest L2 norm of all gradients together; 0: any. */
  float clip_gradient_norm;
  /* END options */
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

/* BEGIN options: c.enum DType */
/* Element types; in files little endian. */
enum {
  /* float32, or what the tensors have already. */
  ALEXNET_DTYPE_DEFAULT = 0,
  /* IEEE 754 single. */
  ALEXNET_DTYPE_F32 = 1,
  /* IEEE 754 half. */
  ALEXNET_DTYPE_F16 = 2,
  /* bfloat16. */
  ALEXNET_DTYPE_BF16 = 3
};
/* END options */

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

/* BEGIN options: c.enum TensorRole */
/* What a tensor of a model file is. */
enum {
  /* A weight or bias of the network. */
  ALEXNET_TENSOR_PARAMETER = 0,
  /* The momentum of the parameter of that name. */
  ALEXNET_TENSOR_MOMENTUM = 1,
  /* That of the preprocessing, (C, H, W). */
  ALEXNET_TENSOR_MEAN_IMAGE = 2
};
/* END options */
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
  /* BEGIN options: c.fields session_options */
  /* Told of what matters to a person, and kept; may be NULL. */
  alexnet_context* context;
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu". */
  const char* device;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   * With one, calls run on the caller's thread; with more, on threads that the
   * session owns. */
  int32_t threads;
  /* Views computed at a time; 0 to 65,536; 0: 1, or 10 for ten crops. */
  int64_t batch;
  /* How the CPU keeps the weights of fully connected layers; sums are float32;
   * an ALEXNET_DTYPE. */
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
  /* Larger pictures are refused; 0: 100,000,000. */
  int64_t max_pixels;
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
  /* BEGIN options: c.fields lint_options */
  /* Threads that decode pictures; 0 to 1,024; 0: as many as the process may
   * use. */
  int32_t threads;
  /* Larger pictures are refused; 0: 100,000,000. */
  int64_t max_pixels;
  /* Told how far it is. */
  alexnet_progress_callback progress;
  void* progress_user;
  /* END options */
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
  /* BEGIN options: c.fields pack_options */
  /* Told of broken pictures; may be NULL. */
  alexnet_context* context;
  /* The shorter side, and the square that is cut out; 8 to 4,096 pixels; 0:
   * 256. */
  int32_t resize;
  /* Of the JPEGs; 1 to 100; 0: 92. */
  int32_t quality;
  /* Pictures in a shard; at least 1; 0: 4096. */
  int64_t shard_samples;
  /* Threads that decode pictures; 0 to 1,024; 0: as many as the process may
   * use. */
  int32_t threads;
  /* Larger pictures are refused; 0: 100,000,000. */
  int64_t max_pixels;
  /* Of the order in the shards. */
  uint64_t seed;
  /* Stops at the first broken picture. */
  int32_t strict;
  /* Told how far it is. */
  alexnet_progress_callback progress;
  void* progress_user;
  /* END options */
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
  /* BEGIN options: c.fields evaluate_options */
  /* Told of broken pictures; may be NULL. */
  alexnet_context* context;
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu". */
  const char* device;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   */
  int32_t threads;
  /* Threads that decode pictures; 0 to 1,024; 0: as many as the process may
   * use. */
  int32_t loader_threads;
  /* Pictures computed at a time; 0 to 65,536; 0: 32. */
  int64_t batch;
  /* How the CPU keeps the weights of fully connected layers; sums are float32;
   * an ALEXNET_DTYPE. */
  int32_t weight_dtype;
  /* What a GPU computes in; an ALEXNET_PRECISION. */
  int32_t precision;
  /* Times a GPU's algorithms first and takes the fastest; runs may then differ
   * in their last bits. */
  int32_t tune;
  /* Averages the probabilities of ten views of each picture (section 4.1 of the
   * paper). */
  int32_t ten_crop;
  /* Stops at the first broken picture. */
  int32_t strict;
  /* Larger pictures are refused; 0: 100,000,000. */
  int64_t max_pixels;
  /* Told how far it is. */
  alexnet_progress_callback progress;
  void* progress_user;
  /* END options */
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
 * "failed" or "absent"), "damage" [], "device", "seconds", and where there is
 * a self-check "self_check_error", "self_check_tolerance" and
 * "self_check_message". A file that cannot be opened is an error, damage is
 * not. Of `options`, device, precision, tune, threads and weight_dtype are
 * used; outputs may be NULL. */
ALEXNET_API alexnet_status
alexnet_verify_file(const char* path, const alexnet_session_options* options,
                    const alexnet_limits* limits, int32_t* ok, char** json,
                    alexnet_error** error);

/* ------------------------------------------------------------------------
 * Training, whole: a folder in, a model out.
 */

typedef struct alexnet_train_options {
  size_t struct_size;
  /* BEGIN options: c.fields train_options */
  /* Told of choices and warnings; may be NULL. */
  alexnet_context* context;
  /* Folder with one folder of pictures per class, or train/ and val/ with one
   * per class each, or shards (*.tar). */
  const char* data;
  /* Folder for last.alexnet, best.alexnet, metrics.jsonl and TensorBoard's
   * events; made if missing. */
  const char* out;
  /* The network, by the name of a preset; or else `network`; NULL: alexnet. */
  const char* preset;
  /* A network whose number of classes is the data's; may be NULL. */
  const alexnet_network* network;
  /* Side of the preset's square input, in pixels; 0 to 4,096; 0: the preset's
   * own. */
  int64_t input_size;
  /* Changes to the network's recipe; may be NULL. */
  const alexnet_recipe* recipe;
  /* Goes on with the run in `out`, of which only the number of epochs may
   * change. */
  int32_t resume;
  /* Holds no pictures out. */
  int32_t no_validation;
  /* Share of the training pictures that is held out where there is no
   * validation folder; 0 to 0.99; 0: 0.1. */
  double validation_fraction;
  /* Of everything random; 0: 1. */
  uint64_t seed;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   */
  int32_t threads;
  /* Threads that decode pictures; 0 to 1,024; 0: as many as the process may
   * use. */
  int32_t loader_threads;
  /* Stops at the first broken picture. */
  int32_t strict;
  /* Stops with "diverged" where the loss does not move or layers are dead, in
   * place of a warning. */
  int32_t stop_when_stuck;
  /* Larger pictures are refused; 0: 100,000,000. */
  int64_t max_pixels;
  /* Updates between two lines of metrics; 0: 20. */
  int64_t log_every;
  /* Updates between two checkpoints within an epoch; 0: only at its end. */
  int64_t checkpoint_every;
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu", or what a resumed run was
   * computed on. */
  const char* device;
  /* What a GPU computes in; an ALEXNET_PRECISION. */
  int32_t precision;
  /* Times a GPU's algorithms first and takes the fastest; runs may then differ
   * in their last bits. */
  int32_t tune;
  /* END options */
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
  /* All that the run keeps on its device: parameters, gradients, momenta,
   * blobs, work space, buffers for pictures, and what validates. */
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
  /* BEGIN options: c.fields finetune_options */
  /* Layers that do not learn, by name; "..conv5": all up to it; "none"; none:
   * chosen by the number of pictures, and told. */
  const char* const* freeze;
  size_t freeze_count;
  /* Learning rate of the new layer, times the others'; at least 1e-6; 0: 10. */
  float head_rate;
  /* END options */
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
  /* BEGIN options: c.fields trainer_options */
  /* Where it computes: "cpu", "cuda:N", "cuda" (the first GPU), "auto" (a GPU
   * if there is one) or "reference"; NULL: "cpu". */
  const char* device;
  /* What a GPU computes in; an ALEXNET_PRECISION. */
  int32_t precision;
  /* Times a GPU's algorithms first and takes the fastest; runs may then differ
   * in their last bits. */
  int32_t tune;
  /* Compute threads of the CPU; 0 to 1,024; 0: as many as the process may use.
   */
  int32_t threads;
  /* Pictures in one update; 0 to 65,536; 0: 128. */
  int64_t batch;
  /* Share of the target that goes to all classes alike; 0 to 0.999. */
  float label_smoothing;
  /* Of dropout; 0: 1. */
  uint64_t seed;
  /* END options */
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

/* How one update is made (section 5 of the paper). Zero is a value of each. */
typedef struct alexnet_update_rule {
  size_t struct_size;
  /* BEGIN options: c.fields update_rule zero=value */
  /* Learning rate. */
  float rate;
  /* Share of an update that the next one repeats; 0 to 0.9999. */
  float momentum;
  /* Pull of the weights towards 0, times the learning rate; 0 to 1,000. */
  float weight_decay;
  /* Largest L2 norm of all gradients together; 0: any. */
  float clip_gradient_norm;
  /* END options */
} alexnet_update_rule;
ALEXNET_API void alexnet_update_rule_init(alexnet_update_rule* rule,
                                          size_t size);

/* Forward, loss, backward and one update with momentum. `images`: (batch, C, H,
 * W), preprocessed; `labels`: (batch), each 0 to classes - 1; both sizes are
 * exact. A loss that is not finite is ALEXNET_DIVERGED, and nothing is updated.
 * `result` may be NULL. */
ALEXNET_API alexnet_status alexnet_trainer_step(
    alexnet_trainer* trainer, const float* images, size_t image_size,
    const int32_t* labels, size_t label_count, const alexnet_update_rule* rule,
    alexnet_step_result* result, alexnet_error** error);
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
  /* Of the values; 0: 1. */
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

#endif /* ALEXNET_ALEXNET_H_ */

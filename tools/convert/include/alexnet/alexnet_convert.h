/* alexnet_convert.h: the C interface of libalexnet_convert, which reads and
 * writes AlexNet weights of other programs. C99, and C++.
 *
 *   alexnet_error* error = NULL;
 *   alexnet_model* model = NULL;
 *   if (alexnet_import("bvlc_alexnet.caffemodel", NULL, NULL, &model, NULL,
 *                      &error) ||
 *       alexnet_export(model, "bvlc_alexnet.onnx", NULL, NULL, &error)) {
 *     fprintf(stderr, "%s\n", alexnet_error_text(error));
 *   }
 *
 * The library stands on alexnet.h, and what that says of status, errors,
 * memory, ownership, structs, threads and strings holds here; but an .npz or
 * .pth is written by minizip, which does not bear a failed allocation of its
 * few hundred bytes for each entry: it is checked before that there is room for
 * more. Every function may be
 * called from any number of threads at once. Files are untrusted: nothing in
 * one is executed, no path in one is followed (but for the plain name of a file
 * beside an ONNX model), and whatever is wrong with one is an error that names
 * the place. Nothing is written when anything fails.
 *
 * Formats are told apart by content. alexnet_format_name() and
 * alexnet_format_summary() list them; docs/formats.md says what is read and
 * written of each.
 */
#ifndef ALEXNET_ALEXNET_CONVERT_H_
#define ALEXNET_ALEXNET_CONVERT_H_

#include <alexnet/alexnet.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The formats, the engine's own first; NULL beyond the last. */
ALEXNET_API size_t alexnet_format_count(void);
ALEXNET_API const char* alexnet_format_name(size_t index);
ALEXNET_API const char* alexnet_format_summary(size_t index);
/* Not 0 where files of it can be written. */
ALEXNET_API int32_t alexnet_format_writable(size_t index);

/* The name of the format that `path` has by its content; lives as long as the
 * library. ALEXNET_INVALID_ARGUMENT says what else the file looks like. */
ALEXNET_API alexnet_status alexnet_detect_format(const char* path,
                                                 const char** format,
                                                 alexnet_error** error);

enum { ALEXNET_ORDER_KEEP = 0, ALEXNET_ORDER_RGB = 1, ALEXNET_ORDER_BGR = 2 };

typedef struct alexnet_import_options {
  size_t struct_size;
  alexnet_context* context; /* told what was assumed; may be NULL */
  const char* format;       /* NULL: by content */
  const char* preset;       /* NULL: recognised */
  /* What is computed, where the file does not say it or in its place: a Caffe
   * deploy .prototxt, or Darknet's .cfg for its weights; may be NULL. */
  const char* network_file;
  /* A mean.binaryproto or .npy that is subtracted of pictures, of values of
   * 0..255 (or of 0..1, where none is above 1 and the network takes those); may
   * be NULL. */
  const char* mean_file;
  const char* labels_file; /* one per line, in the order of the logits; NULL:
                              the file's, or ImageNet's for 1000 classes */
  /* Order of the first layer's channels in the model that results: its weights
   * and its preprocessing are turned round where the file has the other. */
  int32_t channel_order;
  /* Which of the dictionaries of tensors in a checkpoint is the network, by the
   * keys on the way to it ("state_dict_ema", "ema.shadow"), or which module of
   * one ("student"); NULL: the one that fits. Several that fit are an error
   * that lists them. */
  const char* key;
  /* Leave a network whose description ends in logits as it is; 0: softmax is
   * added, since predictions and evaluations need it. */
  int32_t no_softmax;
  /* How pictures are prepared, where the file does not say it or in its place:
   * (value - mean) * scale, of values of 0..255. A mean that is not given
   * either is the file's, else none. 0: the file's scale, or what is usual for
   * its format, which the report's notes say. */
  float scale;
  /* In place of `mean_file`: one number, or one for each channel in the order
   * in which the network takes them. */
  const float* mean_values;
  size_t mean_value_count;
  /* In which order the network in the file takes channels, where that is not
   * what is usual for its format; an ALEXNET_ORDER. Nothing is turned round. */
  int32_t input_order;
} alexnet_import_options;
ALEXNET_API void alexnet_import_options_init(alexnet_import_options* options,
                                             size_t size);

/* Reads a file of any format. `report` (may be NULL; freed by alexnet_free) is
 * a JSON object: "file", "format", "sha256", "bytes", "network", "preset",
 * "recognised" (why this network), "notes" [...] (what was assumed or left
 * out), "skipped" [...] (what else the file holds, which the context's log has
 * at ALEXNET_LOG_DEBUG) and "tensors" [{"name", "from", "shape", "dtype"}]. */
ALEXNET_API alexnet_status alexnet_import(const char* path,
                                          const alexnet_import_options* options,
                                          const alexnet_limits* limits,
                                          alexnet_model** model, char** report,
                                          alexnet_error** error);

typedef struct alexnet_export_options {
  size_t struct_size;
  alexnet_context* context;
  const char* format;       /* NULL: by the ending of the path */
  int32_t dtype;            /* of the tensors; 0: as in the model */
  const char* network_file; /* Caffe: where to write the deploy .prototxt; NULL:
                               beside the file, "" for none */
  const char* mean_file;    /* Caffe: where to write mean.binaryproto; NULL:
                               beside the file if there is a mean image, "" for
                               none */
  int32_t channel_order;    /* of the first layer; as on import */
  int32_t strip_training_state; /* of .alexnet files */
  int32_t skip_check;           /* do not read the file again and compare it */
} alexnet_export_options;
ALEXNET_API void alexnet_export_options_init(alexnet_export_options* options,
                                             size_t size);

/* Writes a file of any format that can be written, atomically. What is not an
 * .alexnet file is read back first: its tensors must have the model's bits
 * (rounded to `dtype` where that asks for it), and its layers must be the
 * model's where the format holds layers. Nothing is computed. */
ALEXNET_API alexnet_status alexnet_export(const alexnet_model* model,
                                          const char* path,
                                          const alexnet_export_options* options,
                                          const alexnet_limits* limits,
                                          alexnet_error** error);

/* The linear layers of LPIPS (alexnet_lpips), as they are published beside the
 * metric's code, in alex.pth: tensors lin0.model.1.weight to
 * lin4.model.1.weight, each (1, C, 1, 1), of numbers from 0 on. `weights`: all
 * of them, one layer after another, `count` floats, freed by alexnet_free. Of
 * the formats any that keeps tensors by name is read. */
ALEXNET_API alexnet_status alexnet_read_lpips_weights(const char* path,
                                                      float** weights,
                                                      size_t* count,
                                                      alexnet_error** error);

#ifdef __cplusplus
}
#endif

#endif /* ALEXNET_ALEXNET_CONVERT_H_ */

/* Pictures, decoded and encoded. */

#ifndef ALEXNET_C_IMAGE_H_
#define ALEXNET_C_IMAGE_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

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

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_IMAGE_H_ */

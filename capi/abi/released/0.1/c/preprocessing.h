/* Preprocessing: what pictures go through before a network. */

#ifndef ALEXNET_C_PREPROCESSING_H_
#define ALEXNET_C_PREPROCESSING_H_

#include <stddef.h>
#include <stdint.h>

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

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
  /* Height of the crop, and of the network's input, in pixels; 0: the
   * network's. */
  int32_t crop_height;
  /* Width of the crop, and of the network's input, in pixels; 0: the network's.
   */
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

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* ALEXNET_C_PREPROCESSING_H_ */

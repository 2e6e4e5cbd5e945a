// Pictures to time decoding on, where there are no photographs.

#ifndef ALEXNET_TESTS_BENCH_PHOTOLIKE_H_
#define ALEXNET_TESTS_BENCH_PHOTOLIKE_H_

#include <string>

#include "core/base/status.h"

namespace alexnet::bench {

// JPEGs of 256 x 256 pixels, each with about as many bytes as a photograph of
// that size: `count` in all, in folders "0" to "classes - 1" of `folder`.
Status WritePhotolikeJpegs(const std::string& folder, int classes, int count);

}  // namespace alexnet::bench

#endif  // ALEXNET_TESTS_BENCH_PHOTOLIKE_H_

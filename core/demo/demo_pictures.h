// The demo's data set: pictures of ten classes of shapes and textures, in
// varied colours, sizes, places and angles, on backgrounds with noise.
//
// Every picture is a pure function of (seed, class, number).

#ifndef ALEXNET_CORE_DEMO_DEMO_PICTURES_H_
#define ALEXNET_CORE_DEMO_DEMO_PICTURES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/preprocess/image.h"

namespace alexnet {

// In alphabetical order, as labels are.
std::span<const std::string_view> DemoClasses();

// A square RGB picture, size x size.
Result<Image> DrawDemoPicture(int class_index, uint32_t number, int size,
                              uint64_t seed);

struct DemoPictureOptions {
  int train_per_class = 250;
  int held_out_per_class = 40;
  int size = 64;  // pixels, at least 16; what alexnet_small crops from
  uint64_t seed = 1;
  int quality = 92;  // JPEG
};

// Writes folder/train/CLASS/0000.jpg ... and folder/val/CLASS/...; no two
// pictures are equal, in pixels or as files. Refuses a folder that is there and
// not empty.
Status WriteDemoPictures(const std::string& folder,
                         const DemoPictureOptions& options,
                         const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DEMO_DEMO_PICTURES_H_

#include "core/data/orientation.h"

#include <libexif/exif-data.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <utility>

namespace alexnet {

int ExifOrientation(std::span<const uint8_t> block) {
  if (block.size() > std::numeric_limits<unsigned int>::max()) return 1;
  const std::unique_ptr<ExifData, void (*)(ExifData*)> data(
      exif_data_new_from_data(block.data(),
                              static_cast<unsigned int>(block.size())),
      exif_data_unref);
  if (data == nullptr) return 1;
  const ExifEntry* entry =
      exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT ||
      entry->components < 1 || entry->size < 2) {
    return 1;
  }
  const int orientation =
      exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

Result<Image> ApplyOrientation(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  const bool swapped = orientation >= 5;
  const int width = swapped ? image.height : image.width;
  const int height = swapped ? image.width : image.height;
  ALEXNET_ASSIGN_OR_RETURN(Image out,
                           Image::Create(width, height, image.channels));
  // The source pixel of (x, y) is origin + x * step_x + y * step_y, in pixels.
  const ptrdiff_t row = image.width;
  const ptrdiff_t right = image.width - 1;
  const ptrdiff_t bottom = row * (image.height - 1);
  ptrdiff_t origin = 0;
  ptrdiff_t step_x = 1;
  ptrdiff_t step_y = row;
  switch (orientation) {
    case 2:  // mirrored left-right
      origin = right, step_x = -1, step_y = row;
      break;
    case 3:  // upside down
      origin = right + bottom, step_x = -1, step_y = -row;
      break;
    case 4:  // mirrored top-bottom
      origin = bottom, step_x = 1, step_y = -row;
      break;
    case 5:  // transposed
      origin = 0, step_x = row, step_y = 1;
      break;
    case 6:  // to be turned a quarter clockwise
      origin = bottom, step_x = -row, step_y = 1;
      break;
    case 7:  // transposed about the other diagonal
      origin = right + bottom, step_x = -row, step_y = -1;
      break;
    case 8:  // to be turned a quarter counter-clockwise
      origin = right, step_x = row, step_y = -1;
      break;
  }
  const int channels = image.channels;
  for (int y = 0; y < height; ++y) {
    uint8_t* to = out.row(y);
    const uint8_t* from =
        image.pixels.data() + (origin + y * step_y) * channels;
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) to[c] = from[c];
      to += channels;
      from += step_x * channels;
    }
  }
  return out;
}

}  // namespace alexnet

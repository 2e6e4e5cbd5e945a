// Decoded pictures.

#ifndef ALEXNET_CPP_IMAGE_HPP_
#define ALEXNET_CPP_IMAGE_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "detail.hpp"
#include "span.hpp"

namespace alexnet {
inline namespace v0 {

// A decoded picture, RGB.
class Image {
 public:
  static Image decode(Span<const std::byte> picture,
                      const std::string& name = "picture",
                      int64_t max_pixels = 0) {
    const alexnet_encoded encoded = {picture.data(), picture.size(),
                                     name.c_str()};
    uint8_t* pixels = nullptr;
    Image image;
    detail::call(alexnet_image_decode, &encoded, max_pixels, &pixels,
                 &image.view_);
    image.pixels_.reset(pixels);
    return image;
  }
  static Image load(const std::string& path, int64_t max_pixels = 0) {
    uint8_t* pixels = nullptr;
    Image image;
    detail::call(alexnet_image_load, path.c_str(), max_pixels, &pixels,
                 &image.view_);
    image.pixels_.reset(pixels);
    return image;
  }
  // Lives as long as this.
  const alexnet_image& view() const { return view_; }

 private:
  Image() = default;
  alexnet_image view_ = {};
  detail::Handle<uint8_t, alexnet_free> pixels_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_IMAGE_HPP_

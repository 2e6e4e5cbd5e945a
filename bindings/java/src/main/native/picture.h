// Pictures of Java's.

#ifndef ALEXNET_BINDINGS_JAVA_PICTURE_H_
#define ALEXNET_BINDINGS_JAVA_PICTURE_H_

#include <cstdint>

#include "bindings/java/src/main/native/support.h"

namespace alexnet_jni {

// A picture whose pixels stay where they are if they can. `layout`: offset,
// width, height, channels, row stride.
class Picture {
 public:
  Picture(JNIEnv* env, jobject pixels, const jlong* layout)
      : pixels_(env, pixels, layout[0], layout[4] * layout[2]) {
    view_.pixels = reinterpret_cast<const uint8_t*>(pixels_.data());
    view_.width = static_cast<int32_t>(layout[1]);
    view_.height = static_cast<int32_t>(layout[2]);
    view_.channels = static_cast<int32_t>(layout[3]);
    view_.row_stride = layout[4];
  }
  const alexnet_image& view() const { return view_; }

 private:
  ByteInput pixels_;
  alexnet_image view_ = {};
};

}  // namespace alexnet_jni

#endif  // ALEXNET_BINDINGS_JAVA_PICTURE_H_

// Where native methods put rows of floats.

#ifndef ALEXNET_BINDINGS_JAVA_FLOAT_OUTPUT_H_
#define ALEXNET_BINDINGS_JAVA_FLOAT_OUTPUT_H_

#include <cstddef>
#include <memory>

#include "bindings/java/src/main/native/support.h"

namespace alexnet_jni {

// A direct buffer of floats from element `at` on, or floats that Store copies
// into an array there.
class FloatOutput {
 public:
  FloatOutput(JNIEnv* env, jobject object, jlong at, jlong count)
      : env_(env), object_(object), at_(at), count_(count) {
    if (void* direct = env->GetDirectBufferAddress(object)) {
      data_ = static_cast<float*>(direct) + at;
      return;
    }
    copy_ = std::make_unique_for_overwrite<float[]>(static_cast<size_t>(count));
    data_ = copy_.get();
  }
  float* data() { return data_; }
  size_t size() const { return static_cast<size_t>(count_); }
  void Store() {
    if (copy_ == nullptr) return;
    env_->SetFloatArrayRegion(static_cast<jfloatArray>(object_),
                              static_cast<jsize>(at_),
                              static_cast<jsize>(count_), copy_.get());
    Check(env_);
  }

 private:
  JNIEnv* env_;
  jobject object_;
  jlong at_;
  jlong count_;
  float* data_;
  std::unique_ptr<float[]> copy_;
};

}  // namespace alexnet_jni

#endif  // ALEXNET_BINDINGS_JAVA_FLOAT_OUTPUT_H_

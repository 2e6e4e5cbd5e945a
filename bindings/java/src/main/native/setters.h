// Setters: makes an object of settings and calls its setters.

#ifndef ALEXNET_BINDINGS_JAVA_SETTERS_H_
#define ALEXNET_BINDINGS_JAVA_SETTERS_H_

#include <jni.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "bindings/java/src/main/native/support.h"

namespace alexnet_jni {

// Calls the setters of an object of settings, which return it.
class Setters {
 public:
  Setters(JNIEnv* env, const char* type)
      : env_(env),
        name_(type),
        type_(env, env->FindClass(type)),
        object_(env, New(env, type, "()V")) {}

  template <typename T>
  void Set(const char* name, const char* type, T value) {
    const std::string signature = std::string("(") + type + ")L" + name_ + ";";
    const jmethodID setter =
        Checked(env_, env_->GetMethodID(type_.get(), name, signature.c_str()));
    const jvalue argument = detail::Value(value);
    const Local<jobject> itself(
        env_, env_->CallObjectMethodA(object_.get(), setter, &argument));
  }
  void Int(const char* name, int32_t value) { Set(name, "I", jint{value}); }
  void Long(const char* name, int64_t value) { Set(name, "J", jlong{value}); }
  void Float(const char* name, float value) { Set(name, "F", jfloat{value}); }
  void Bool(const char* name, int32_t value) { Set(name, "Z", Boolean(value)); }
  void Floats(const char* name, const float* values, size_t count) {
    const Local<jfloatArray> array(env_, NewFloats(env_, values, count));
    Set(name, "[F", static_cast<jobject>(array.get()));
  }
  // An enum of org.alexnet by its code.
  void Enum(const char* name, const char* type, int32_t code) {
    const std::string full = std::string("org/alexnet/") + type;
    const std::string descriptor = "L" + full + ";";
    const Local<jclass> found(env_, env_->FindClass(full.c_str()));
    const jmethodID of =
        Checked(env_, env_->GetStaticMethodID(found.get(), "of",
                                              ("(I)" + descriptor).c_str()));
    const Local<jobject> value(
        env_, env_->CallStaticObjectMethod(found.get(), of, jint{code}));
    Set(name, descriptor.c_str(), value.get());
  }
  // An object of class org.alexnet.`type`, whose local reference it takes.
  void Take(const char* name, const char* type, jobject object) {
    const Local<jobject> value(env_, object);
    const std::string descriptor = std::string("Lorg/alexnet/") + type + ";";
    Set(name, descriptor.c_str(), value.get());
  }
  jobject release() { return object_.release(); }

 private:
  JNIEnv* env_;
  std::string name_;
  Local<jclass> type_;
  Local<jobject> object_;
};

}  // namespace alexnet_jni

#endif  // ALEXNET_BINDINGS_JAVA_SETTERS_H_

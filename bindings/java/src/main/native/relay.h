// Carries callbacks of a call to Java, and their exceptions back.

#ifndef ALEXNET_BINDINGS_JAVA_RELAY_H_
#define ALEXNET_BINDINGS_JAVA_RELAY_H_

#include <string>

#include "bindings/java/src/main/native/support.h"

namespace alexnet_jni {

// Callbacks come from the thread that made the call.
class Relay {
 public:
  // To `target`, which may be null and is of the interface org.alexnet.`type`.
  Relay(JNIEnv* env, const char* type, jobject target)
      : env_(env),
        type_(env,
              env->FindClass((std::string("org/alexnet/") + type).c_str())),
        target_(target) {}
  ~Relay() {
    if (thrown_ != nullptr) env_->DeleteLocalRef(thrown_);
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  JNIEnv* env() const { return env_; }
  bool has_target() const { return target_ != nullptr; }

  // Calls a method of the target that returns nothing.
  template <typename... Arguments>
  void Tell(const char* method, const char* signature, Arguments... arguments) {
    const jmethodID id =
        Checked(env_, env_->GetMethodID(type_.get(), method, signature));
    const jvalue values[] = {detail::Value(arguments)...};
    env_->CallVoidMethodA(target_, id, values);
    Check(env_);
  }

  // Runs a callback, of which there are no more after an exception; what the
  // interface wants of it: other than 0 to stop.
  template <typename Work>
  int32_t Run(Work&& work) {
    if (thrown_ != nullptr) return 1;
    try {
      work();
      CalledBack();
      return 0;
    } catch (const JavaThrown&) {
    } catch (const std::exception& error) {
      try {
        Throw(env_, "java/lang/OutOfMemoryError", error.what());
      } catch (const JavaThrown&) {
      }
    }
    thrown_ = env_->ExceptionOccurred();
    env_->ExceptionClear();
    return 1;
  }

  // Throws what a callback threw, and otherwise what went wrong.
  void Finish(alexnet_status status, alexnet_error* error) {
    if (thrown_ != nullptr) {
      alexnet_error_free(error);
      env_->Throw(thrown_);
      throw JavaThrown();
    }
    if (status != ALEXNET_OK) ThrowError(env_, status, error);
  }

  // Puts the callback of a Progress into the options of a call.
  template <typename Options>
  void AttachProgress(Options* options) {
    if (!has_target()) return;
    options->progress_user = this;
    options->progress = [](void* user, int64_t done, int64_t total) {
      auto* self = static_cast<Relay*>(user);
      return self->Run(
          [&] { self->Tell("update", "(JJ)V", jlong{done}, jlong{total}); });
    };
  }

 private:
  void CalledBack() {
    const Local<jclass> native(env_, env_->FindClass("org/alexnet/Native"));
    const jmethodID id = Checked(
        env_, env_->GetStaticMethodID(native.get(), "calledBack", "()V"));
    env_->CallStaticVoidMethod(native.get(), id);
    Check(env_);
  }

  JNIEnv* env_;
  Local<jclass> type_;
  jobject target_;
  jthrowable thrown_ = nullptr;
};

}  // namespace alexnet_jni

#endif  // ALEXNET_BINDINGS_JAVA_RELAY_H_

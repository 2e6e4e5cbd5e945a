// Messages for a person.

#include "bindings/java/src/main/native/log_context.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

// The environment of the calling thread, which may be one of the engine's own.
class Attached {
 public:
  explicit Attached(JavaVM* vm) : vm_(vm) {
    if (vm->GetEnv(reinterpret_cast<void**>(&env_), JNI_VERSION_10) == JNI_OK) {
      return;
    }
    attached_ = vm->AttachCurrentThreadAsDaemon(reinterpret_cast<void**>(&env_),
                                                nullptr) == JNI_OK;
    if (!attached_) env_ = nullptr;
  }
  ~Attached() {
    if (attached_) vm_->DetachCurrentThread();
  }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;
  JNIEnv* env() const { return env_; }

 private:
  JavaVM* vm_;
  JNIEnv* env_ = nullptr;
  bool attached_ = false;
};

void PassOn(void* user, int32_t level, const char* message) {
  const auto* to = static_cast<const LogContext*>(user);
  const Attached thread(to->vm);
  JNIEnv* const env = thread.env();
  if (env == nullptr) return;
  // A log is told of failures too, and must not hide the exception of one.
  jthrowable const pending = env->ExceptionOccurred();
  env->ExceptionClear();
  try {
    const Local<jstring> text(env, NewString(env, message));
    env->CallVoidMethod(to->sink, to->message, jint{level}, text.get());
    Check(env);
  } catch (...) {
    env->ExceptionClear();
  }
  if (pending != nullptr) {
    env->Throw(pending);
    env->DeleteLocalRef(pending);
  }
}

void Free(JNIEnv* env, LogContext* context) {
  alexnet_context_free(context->context);
  if (context->sink != nullptr) env->DeleteGlobalRef(context->sink);
  delete context;
}

}  // namespace

ALEXNET_NATIVE(jlong, contextCreate)
(JNIEnv* env, jclass, jobject sink, jint least) {
  return Guarded(env, [&] {
    const Local<jclass> type(env, env->FindClass("org/alexnet/Context$Sink"));
    auto made = std::make_unique<LogContext>();
    env->GetJavaVM(&made->vm);
    made->message = Checked(
        env, env->GetMethodID(type.get(), "message", "(ILjava/lang/String;)V"));
    made->sink = Checked(env, env->NewGlobalRef(sink));
    auto options = Initial(alexnet_context_options_init);
    options.log = PassOn;
    options.log_user = made.get();
    options.log_level = least;
    try {
      Call(env, alexnet_context_create, &options, &made->context);
    } catch (const JavaThrown&) {
      env->DeleteGlobalRef(made->sink);
      throw;
    }
    return Address(made.release());
  });
}

ALEXNET_NATIVE(void, contextLog)
(JNIEnv* env, jclass, jlong context, jint level, jbyteArray message) {
  Guarded(env, [&] {
    alexnet_context_log(ContextOf(context), level, Text(env, message).get());
    // The log is Java code, and what it threw is pending here.
    Check(env);
  });
}

ALEXNET_NATIVE(void, contextFree)(JNIEnv* env, jclass, jlong context) {
  Free(env, Pointer<LogContext>(context));
}

// A context of the interface whose messages go to Java.

#ifndef ALEXNET_BINDINGS_JAVA_LOG_CONTEXT_H_
#define ALEXNET_BINDINGS_JAVA_LOG_CONTEXT_H_

#include <alexnet/alexnet.h>
#include <jni.h>

namespace alexnet_jni {

// What Native's `long context` points to.
struct LogContext {
  alexnet_context* context = nullptr;
  JavaVM* vm = nullptr;
  jobject sink = nullptr;  // a global reference to a Context.Sink
  jmethodID message = nullptr;
};

// Null for 0.
inline alexnet_context* ContextOf(jlong address) {
  return address == 0 ? nullptr
                      : reinterpret_cast<LogContext*>(address)->context;
}

}  // namespace alexnet_jni

#endif  // ALEXNET_BINDINGS_JAVA_LOG_CONTEXT_H_

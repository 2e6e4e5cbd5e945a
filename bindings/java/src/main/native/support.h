// What every native method needs: texts and arrays that come from Java, objects
// that go there, and errors.
//
// A Java exception in the making is the C++ exception JavaThrown: whoever sees
// one pending throws it, and Guarded, which each native method runs in, lets it
// go on in Java. No native method runs Java code with an exception pending.

#ifndef ALEXNET_BINDINGS_JAVA_SUPPORT_H_
#define ALEXNET_BINDINGS_JAVA_SUPPORT_H_

#include <alexnet/alexnet.h>
#include <jni.h>

#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

// The definition of a native method of org.alexnet.Native; its parameters
// follow in parentheses, first JNIEnv* and jclass.
#define ALEXNET_NATIVE(type, name) \
  extern "C" JNIEXPORT type JNICALL Java_org_alexnet_Native_##name

namespace alexnet_jni {

// A Java exception is pending.
struct JavaThrown {};

// Goes on only where no exception is pending.
void Check(JNIEnv* env);
template <typename T>
T Checked(JNIEnv* env, T value) {
  Check(env);
  return value;
}

[[noreturn]] void Throw(JNIEnv* env, const char* type, const char* message);
// Throws the AlexNetException of a status and takes `error`, which may be null.
[[noreturn]] void ThrowError(JNIEnv* env, alexnet_status status,
                             alexnet_error* error);

// Calls a function of the interface and throws where it fails.
template <typename Function, typename... Arguments>
void Call(JNIEnv* env, Function function, Arguments... arguments) {
  alexnet_error* error = nullptr;
  const alexnet_status status = function(arguments..., &error);
  if (status != ALEXNET_OK) ThrowError(env, status, error);
}

// Runs `work`; what it throws goes on in Java.
template <typename Work>
auto Guarded(JNIEnv* env, Work&& work) -> decltype(work()) {
  using Result = decltype(work());
  try {
    return work();
  } catch (const JavaThrown&) {
  } catch (const std::bad_alloc&) {
    try {
      Throw(env, "java/lang/OutOfMemoryError", "of native memory");
    } catch (const JavaThrown&) {
    }
  } catch (const std::exception& error) {
    try {
      Throw(env, "java/lang/InternalError", error.what());
    } catch (const JavaThrown&) {
    }
  }
  if constexpr (!std::is_void_v<Result>) return Result{};
}

template <typename T>
T* Pointer(jlong address) {
  return reinterpret_cast<T*>(address);
}
template <typename T>
jlong Address(T* pointer) {
  return reinterpret_cast<jlong>(pointer);
}

// A struct of the interface, initialised.
template <typename T>
T Initial(void (*init)(T*, size_t)) {
  T value;
  init(&value, sizeof(value));
  return value;
}

// The limits of a long call.
alexnet_limits Limits(jlong cancel, jdouble seconds);

// A local reference that is dropped at the end: a thread has few of them.
template <typename T>
class Local {
 public:
  Local(JNIEnv* env, T object) : env_(env), object_(Checked(env, object)) {}
  ~Local() {
    if (object_ != nullptr) env_->DeleteLocalRef(object_);
  }
  Local(const Local&) = delete;
  Local& operator=(const Local&) = delete;
  T get() const { return object_; }
  T release() {
    T object = object_;
    object_ = nullptr;
    return object;
  }

 private:
  JNIEnv* env_;
  T object_;
};

// ---- From Java.

// A text that ends in a zero, as Native.text makes it; null is null.
class Text {
 public:
  Text(JNIEnv* env, jbyteArray bytes);
  const char* get() const { return given_ ? text_.c_str() : nullptr; }

 private:
  bool given_;
  std::string text_;
};

class Texts {
 public:
  Texts(JNIEnv* env, jobjectArray texts);
  const char* const* data() const { return pointers_.data(); }
  size_t size() const { return pointers_.size(); }

 private:
  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
};

std::vector<jbyte> Bytes(JNIEnv* env, jbyteArray bytes);
std::vector<jfloat> Floats(JNIEnv* env, jfloatArray floats);
std::vector<jlong> Longs(JNIEnv* env, jlongArray longs);
// A copy of a Java string in UTF-8.
std::string String(JNIEnv* env, jstring string);

// `count` elements of a direct buffer or a copy of those of an array of T.
template <typename T, typename Array,
          void (JNIEnv::*Get)(Array, jsize, jsize, T*)>
class Input {
 public:
  Input(JNIEnv* env, jobject object, jlong first, jlong count) {
    if (void* direct = env->GetDirectBufferAddress(object)) {
      data_ = static_cast<const T*>(direct) + first;
      return;
    }
    // Not zeroed first: all of it is written.
    copy_ = std::make_unique_for_overwrite<T[]>(static_cast<size_t>(count));
    (env->*Get)(static_cast<Array>(object), static_cast<jsize>(first),
                static_cast<jsize>(count), copy_.get());
    Check(env);
    data_ = copy_.get();
  }
  const T* data() const { return data_; }

 private:
  const T* data_;
  std::unique_ptr<T[]> copy_;
};
using FloatInput = Input<jfloat, jfloatArray, &JNIEnv::GetFloatArrayRegion>;
using ByteInput = Input<jbyte, jbyteArray, &JNIEnv::GetByteArrayRegion>;

// The fields of an object of options, by name.
class Fields {
 public:
  Fields(JNIEnv* env, jobject object);
  ~Fields();
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  int32_t Int(const char* name) const;
  int64_t Long(const char* name) const;
  float Float(const char* name) const;
  double Double(const char* name) const;
  int32_t Bool(const char* name) const;
  // The code of an enum of type org.alexnet.`type`, 0 where it is null.
  int32_t Code(const char* name, const char* type) const;
  // A String, kept until the end of this; null is null.
  const char* Text(const char* name);
  // A float[]; null is empty.
  std::vector<float> FloatArray(const char* name) const;
  // Any object, of a type like "Lorg/alexnet/Window;".
  jobject Object(const char* name, const char* type) const;
  // Boxed; 0 where it is null.
  int32_t BoxedInt(const char* name) const;
  float BoxedFloat(const char* name) const;
  int32_t BoxedBool(const char* name) const;

 private:
  jfieldID Id(const char* name, const char* type) const;
  double Number(const char* name, const char* type) const;

  JNIEnv* env_;
  jobject object_;
  jclass type_;
  std::vector<std::unique_ptr<std::string>> texts_;
};

// ---- To Java. What is returned is a local reference.

jstring NewString(JNIEnv* env, const char* text);  // null for null
// A text that the library made, which is freed.
jstring TakeString(JNIEnv* env, char* text);
jlongArray NewLongs(JNIEnv* env, const int64_t* values, size_t count);
jfloatArray NewFloats(JNIEnv* env, const float* values, size_t count);
jbyteArray NewBytes(JNIEnv* env, const void* bytes, size_t count);
// Bytes that the library made, which are freed.
jbyteArray TakeBytes(JNIEnv* env, void* bytes, size_t count);

// A Java boolean among other arguments.
inline jboolean Boolean(int32_t value) {
  return value != 0 ? JNI_TRUE : JNI_FALSE;
}

namespace detail {
inline jvalue Value(jint value) { return {.i = value}; }
inline jvalue Value(jlong value) { return {.j = value}; }
inline jvalue Value(jfloat value) { return {.f = value}; }
inline jvalue Value(jdouble value) { return {.d = value}; }
inline jvalue Value(jboolean value) { return {.z = value}; }
inline jvalue Value(jobject value) { return {.l = value}; }
jobject New(JNIEnv* env, const char* type, const char* signature,
            const jvalue* arguments);
}  // namespace detail

// A new object of class `type` by the constructor of `signature`. Arguments are
// exactly of Java's types.
template <typename... Arguments>
jobject New(JNIEnv* env, const char* type, const char* signature,
            Arguments... arguments) {
  const jvalue values[sizeof...(arguments) + 1] = {detail::Value(arguments)...};
  return detail::New(env, type, signature, values);
}

// An array of `count` objects of class `type`; make(i) makes each.
template <typename Make>
jobjectArray NewArray(JNIEnv* env, const char* type, size_t count,
                      Make&& make) {
  const Local<jclass> element(env, env->FindClass(type));
  Local<jobjectArray> array(env, env->NewObjectArray(static_cast<jsize>(count),
                                                     element.get(), nullptr));
  for (size_t i = 0; i < count; ++i) {
    const Local<jobject> object(env, make(i));
    env->SetObjectArrayElement(array.get(), static_cast<jsize>(i),
                               object.get());
    Check(env);
  }
  return array.release();
}

}  // namespace alexnet_jni

#endif  // ALEXNET_BINDINGS_JAVA_SUPPORT_H_

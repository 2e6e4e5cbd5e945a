#include "bindings/java/src/main/native/support.h"

#include <algorithm>
#include <cstring>

namespace alexnet_jni {
namespace {

constexpr char kString[] = "Ljava/lang/String;";

struct Freed {
  void operator()(void* memory) const { alexnet_free(memory); }
};

jstring Utf8(JNIEnv* env, jbyteArray bytes) {
  const Local<jclass> type(env, env->FindClass("java/lang/String"));
  const jmethodID make = Checked(
      env, env->GetMethodID(type.get(), "<init>", "([BLjava/lang/String;)V"));
  const Local<jstring> charset(env, env->NewStringUTF("UTF-8"));
  return static_cast<jstring>(
      Checked(env, env->NewObject(type.get(), make, bytes, charset.get())));
}

}  // namespace

void Check(JNIEnv* env) {
  if (env->ExceptionCheck() == JNI_TRUE) throw JavaThrown();
}

void Throw(JNIEnv* env, const char* type, const char* message) {
  const Local<jclass> found(env, env->FindClass(type));
  env->ThrowNew(found.get(), message);
  throw JavaThrown();
}

void ThrowError(JNIEnv* env, alexnet_status status, alexnet_error* error) {
  const auto text = [error](const char* (*get)(const alexnet_error*)) {
    return std::string(get(error));
  };
  const std::string message =
      error != nullptr ? text(alexnet_error_text) : alexnet_status_name(status);
  const std::string reason = text(alexnet_error_message);
  const std::string file = text(alexnet_error_file);
  const std::string field = text(alexnet_error_field);
  alexnet_error_free(error);
  const Local<jclass> native(env, env->FindClass("org/alexnet/Native"));
  const jmethodID failure = Checked(
      env, env->GetStaticMethodID(
               native.get(), "failure",
               "(ILjava/lang/String;Ljava/lang/String;Ljava/lang/String;"
               "Ljava/lang/String;)Lorg/alexnet/AlexNetException;"));
  const Local<jstring> java_message(env, NewString(env, message.c_str()));
  const Local<jstring> java_reason(env, NewString(env, reason.c_str()));
  const Local<jstring> java_file(env, NewString(env, file.c_str()));
  const Local<jstring> java_field(env, NewString(env, field.c_str()));
  const Local<jobject> made(
      env, env->CallStaticObjectMethod(native.get(), failure,
                                       static_cast<jint>(status),
                                       java_message.get(), java_reason.get(),
                                       java_file.get(), java_field.get()));
  env->Throw(static_cast<jthrowable>(made.get()));
  throw JavaThrown();
}

alexnet_limits Limits(jlong cancel, jdouble seconds) {
  alexnet_limits limits = Initial(alexnet_limits_init);
  limits.cancel = Pointer<alexnet_cancel_token>(cancel);
  limits.timeout_seconds = seconds;
  return limits;
}

Text::Text(JNIEnv* env, jbyteArray bytes) : given_(bytes != nullptr) {
  if (!given_) return;
  const std::vector<jbyte> all = Bytes(env, bytes);
  // Native.text ended it with a zero.
  text_.assign(reinterpret_cast<const char*>(all.data()), all.size() - 1);
}

Texts::Texts(JNIEnv* env, jobjectArray texts) {
  const jsize count = env->GetArrayLength(texts);
  texts_.reserve(static_cast<size_t>(count));
  for (jsize i = 0; i < count; ++i) {
    const Local<jobject> text(env, env->GetObjectArrayElement(texts, i));
    texts_.emplace_back(Text(env, static_cast<jbyteArray>(text.get())).get());
    pointers_.push_back(texts_.back().c_str());
  }
}

std::vector<jbyte> Bytes(JNIEnv* env, jbyteArray bytes) {
  std::vector<jbyte> copy(static_cast<size_t>(env->GetArrayLength(bytes)));
  env->GetByteArrayRegion(bytes, 0, static_cast<jsize>(copy.size()),
                          copy.data());
  Check(env);
  return copy;
}

std::vector<jfloat> Floats(JNIEnv* env, jfloatArray floats) {
  std::vector<jfloat> copy(static_cast<size_t>(env->GetArrayLength(floats)));
  env->GetFloatArrayRegion(floats, 0, static_cast<jsize>(copy.size()),
                           copy.data());
  Check(env);
  return copy;
}

std::vector<jlong> Longs(JNIEnv* env, jlongArray longs) {
  std::vector<jlong> copy(static_cast<size_t>(env->GetArrayLength(longs)));
  env->GetLongArrayRegion(longs, 0, static_cast<jsize>(copy.size()),
                          copy.data());
  Check(env);
  return copy;
}

std::string String(JNIEnv* env, jstring string) {
  // JNI's own UTF-8 writes characters beyond the first plane differently.
  const Local<jclass> type(env, env->FindClass("java/lang/String"));
  const jmethodID get = Checked(
      env, env->GetMethodID(type.get(), "getBytes", "(Ljava/lang/String;)[B"));
  const Local<jstring> charset(env, env->NewStringUTF("UTF-8"));
  const Local<jobject> bytes(env,
                             env->CallObjectMethod(string, get, charset.get()));
  const std::vector<jbyte> all =
      Bytes(env, static_cast<jbyteArray>(bytes.get()));
  return {reinterpret_cast<const char*>(all.data()), all.size()};
}

Fields::Fields(JNIEnv* env, jobject object)
    : env_(env), object_(object), type_(env->GetObjectClass(object)) {}

Fields::~Fields() { env_->DeleteLocalRef(type_); }

jfieldID Fields::Id(const char* name, const char* type) const {
  return Checked(env_, env_->GetFieldID(type_, name, type));
}

int32_t Fields::Int(const char* name) const {
  return env_->GetIntField(object_, Id(name, "I"));
}

int64_t Fields::Long(const char* name) const {
  return env_->GetLongField(object_, Id(name, "J"));
}

float Fields::Float(const char* name) const {
  return env_->GetFloatField(object_, Id(name, "F"));
}

double Fields::Double(const char* name) const {
  return env_->GetDoubleField(object_, Id(name, "D"));
}

int32_t Fields::Bool(const char* name) const {
  return env_->GetBooleanField(object_, Id(name, "Z")) == JNI_TRUE ? 1 : 0;
}

jobject Fields::Object(const char* name, const char* type) const {
  return env_->GetObjectField(object_, Id(name, type));
}

int32_t Fields::Code(const char* name, const char* type) const {
  const std::string signature = std::string("Lorg/alexnet/") + type + ";";
  const Local<jobject> value(env_, Object(name, signature.c_str()));
  if (value.get() == nullptr) return 0;
  return Fields(env_, value.get()).Int("code");
}

const char* Fields::Text(const char* name) {
  const Local<jobject> value(env_, Object(name, kString));
  if (value.get() == nullptr) return nullptr;
  texts_.push_back(std::make_unique<std::string>(
      String(env_, static_cast<jstring>(value.get()))));
  return texts_.back()->c_str();
}

std::vector<float> Fields::FloatArray(const char* name) const {
  const Local<jobject> value(env_, Object(name, "[F"));
  if (value.get() == nullptr) return {};
  return Floats(env_, static_cast<jfloatArray>(value.get()));
}

double Fields::Number(const char* name, const char* type) const {
  const Local<jobject> value(env_, Object(name, type));
  if (value.get() == nullptr) return 0;
  const Local<jclass> number(env_, env_->FindClass("java/lang/Number"));
  const jmethodID get =
      Checked(env_, env_->GetMethodID(number.get(), "doubleValue", "()D"));
  return Checked(env_, env_->CallDoubleMethod(value.get(), get));
}

int32_t Fields::BoxedInt(const char* name) const {
  return static_cast<int32_t>(Number(name, "Ljava/lang/Integer;"));
}

float Fields::BoxedFloat(const char* name) const {
  return static_cast<float>(Number(name, "Ljava/lang/Float;"));
}

int32_t Fields::BoxedBool(const char* name) const {
  const Local<jobject> value(env_, Object(name, "Ljava/lang/Boolean;"));
  if (value.get() == nullptr) return false;
  const Local<jclass> boolean(env_, env_->FindClass("java/lang/Boolean"));
  const jmethodID get =
      Checked(env_, env_->GetMethodID(boolean.get(), "booleanValue", "()Z"));
  return Checked(env_, env_->CallBooleanMethod(value.get(), get)) == JNI_TRUE;
}

jstring NewString(JNIEnv* env, const char* text) {
  if (text == nullptr) return nullptr;
  const size_t size = std::strlen(text);
  // JNI's own UTF-8 is the real one for ASCII only.
  if (std::all_of(text, text + size, [](char c) { return c > 0; })) {
    return Checked(env, env->NewStringUTF(text));
  }
  const Local<jbyteArray> bytes(env, NewBytes(env, text, size));
  return Utf8(env, bytes.get());
}

jstring TakeString(JNIEnv* env, char* text) {
  const std::unique_ptr<char, Freed> owned(text);
  return NewString(env, text);
}

jlongArray NewLongs(JNIEnv* env, const int64_t* values, size_t count) {
  static_assert(sizeof(jlong) == sizeof(int64_t));
  Local<jlongArray> array(env, env->NewLongArray(static_cast<jsize>(count)));
  env->SetLongArrayRegion(array.get(), 0, static_cast<jsize>(count),
                          reinterpret_cast<const jlong*>(values));
  Check(env);
  return array.release();
}

jfloatArray NewFloats(JNIEnv* env, const float* values, size_t count) {
  Local<jfloatArray> array(env, env->NewFloatArray(static_cast<jsize>(count)));
  env->SetFloatArrayRegion(array.get(), 0, static_cast<jsize>(count), values);
  Check(env);
  return array.release();
}

jbyteArray NewBytes(JNIEnv* env, const void* bytes, size_t count) {
  if (count > 0x7fffffff) {
    Throw(env, "java/lang/OutOfMemoryError",
          "more than 2 GiB do not fit into an array of Java; use a file");
  }
  Local<jbyteArray> array(env, env->NewByteArray(static_cast<jsize>(count)));
  env->SetByteArrayRegion(array.get(), 0, static_cast<jsize>(count),
                          static_cast<const jbyte*>(bytes));
  Check(env);
  return array.release();
}

jbyteArray TakeBytes(JNIEnv* env, void* bytes, size_t count) {
  const std::unique_ptr<void, Freed> owned(bytes);
  return NewBytes(env, bytes, count);
}

namespace detail {

jobject New(JNIEnv* env, const char* type, const char* signature,
            const jvalue* arguments) {
  const Local<jclass> found(env, env->FindClass(type));
  const jmethodID make =
      Checked(env, env->GetMethodID(found.get(), "<init>", signature));
  return Checked(env, env->NewObjectA(found.get(), make, arguments));
}

}  // namespace detail
}  // namespace alexnet_jni

// Models.

#include <algorithm>

#include "bindings/java/src/main/native/describe.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_model* Model(jlong address) { return Pointer<alexnet_model>(address); }

alexnet_model_info Info(JNIEnv* env, jlong model) {
  auto info = Initial(alexnet_model_info_init);
  Call(env, alexnet_model_get_info, Model(model), &info);
  return info;
}

alexnet_tensor_info Tensor(JNIEnv* env, jlong model, size_t index) {
  auto info = Initial(alexnet_tensor_info_init);
  Call(env, alexnet_model_tensor_at, Model(model), index, &info);
  return info;
}

alexnet_save_options SaveOptions(jint dtype, jboolean strip) {
  auto options = Initial(alexnet_save_options_init);
  options.dtype = dtype;
  options.strip_training_state = strip == JNI_TRUE ? 1 : 0;
  return options;
}

}  // namespace

ALEXNET_NATIVE(jlong, modelLoad)
(JNIEnv* env, jclass, jbyteArray path, jboolean copy) {
  return Guarded(env, [&] {
    auto options = Initial(alexnet_load_options_init);
    options.copy = copy == JNI_TRUE ? 1 : 0;
    alexnet_model* model = nullptr;
    Call(env, alexnet_model_load, Text(env, path).get(), &options, &model);
    return Address(model);
  });
}

ALEXNET_NATIVE(jlong, modelOf)
(JNIEnv* env, jclass, jobject bytes, jlong first, jlong size, jbyteArray name) {
  return Guarded(env, [&] {
    const ByteInput input(env, bytes, first, size);
    alexnet_model* model = nullptr;
    Call(env, alexnet_model_load_memory, static_cast<const void*>(input.data()),
         static_cast<size_t>(size), Text(env, name).get(), &model);
    return Address(model);
  });
}

ALEXNET_NATIVE(jlong, modelInitial)
(JNIEnv* env, jclass, jlong network, jlong seed, jlong cancel,
 jdouble seconds) {
  return Guarded(env, [&] {
    const alexnet_limits limits = Limits(cancel, seconds);
    alexnet_model* model = nullptr;
    Call(env, alexnet_model_create_initial, Pointer<alexnet_network>(network),
         static_cast<uint64_t>(seed), &limits, &model);
    return Address(model);
  });
}

ALEXNET_NATIVE(void, modelFree)(JNIEnv*, jclass, jlong model) {
  alexnet_model_free(Model(model));
}

ALEXNET_NATIVE(void, modelSave)
(JNIEnv* env, jclass, jlong model, jbyteArray path, jint dtype, jboolean strip,
 jlong cancel, jdouble seconds) {
  Guarded(env, [&] {
    const alexnet_save_options options = SaveOptions(dtype, strip);
    const alexnet_limits limits = Limits(cancel, seconds);
    Call(env, alexnet_model_save, Model(model), Text(env, path).get(), &options,
         &limits);
  });
}

ALEXNET_NATIVE(jbyteArray, modelBytes)
(JNIEnv* env, jclass, jlong model, jint dtype, jboolean strip, jlong cancel,
 jdouble seconds) {
  return Guarded(env, [&] {
    const alexnet_save_options options = SaveOptions(dtype, strip);
    const alexnet_limits limits = Limits(cancel, seconds);
    void* bytes = nullptr;
    size_t size = 0;
    Call(env, alexnet_model_save_memory, Model(model), &options, &limits,
         &bytes, &size);
    return TakeBytes(env, bytes, size);
  });
}

ALEXNET_NATIVE(jobject, modelInfo)(JNIEnv* env, jclass, jlong model) {
  return Guarded(env, [&] {
    const alexnet_model_info info = Info(env, model);
    const Local<jstring> path(env, NewString(env, info.path));
    const Local<jstring> network(env, NewString(env, info.network));
    return New(env, "org/alexnet/Model$Info",
               "(Ljava/lang/String;Ljava/lang/String;JJJJJJJJZZZJ)V",
               path.get(), network.get(), jlong{info.channels},
               jlong{info.height}, jlong{info.width}, jlong{info.classes},
               jlong{info.parameter_count}, jlong{info.macs},
               static_cast<jlong>(info.file_bytes),
               static_cast<jlong>(info.file_hash), Boolean(info.classifies),
               Boolean(info.has_self_check), Boolean(info.has_training_state),
               jlong{info.epochs});
  });
}

ALEXNET_NATIVE(jobjectArray, modelLayers)(JNIEnv* env, jclass, jlong model) {
  return Guarded(env, [&] {
    const auto count = static_cast<size_t>(Info(env, model).layer_count);
    return NewArray(env, "org/alexnet/Layer", count, [&](size_t i) {
      auto info = Initial(alexnet_layer_info_init);
      Call(env, alexnet_model_layer_at, Model(model), i, &info);
      return NewLayer(env, info);
    });
  });
}

ALEXNET_NATIVE(jobjectArray, modelLabels)(JNIEnv* env, jclass, jlong model) {
  return Guarded(env, [&] {
    const auto count = static_cast<size_t>(Info(env, model).label_count);
    return NewArray(env, "java/lang/String", count, [&](size_t i) {
      return NewString(
          env, alexnet_model_label(Model(model), static_cast<int64_t>(i)));
    });
  });
}

ALEXNET_NATIVE(jobject, modelPreprocessing)(JNIEnv* env, jclass, jlong model) {
  return Guarded(env, [&] {
    auto preprocessing = Initial(alexnet_preprocessing_init);
    Call(env, alexnet_model_get_preprocessing, Model(model), &preprocessing);
    return NewPreprocessing(env, preprocessing);
  });
}

ALEXNET_NATIVE(jobjectArray, modelMetadata)(JNIEnv* env, jclass, jlong model) {
  return Guarded(env, [&] {
    const auto pairs = static_cast<size_t>(Info(env, model).metadata_count);
    return NewArray(env, "java/lang/String", 2 * pairs, [&](size_t i) {
      const char* key = nullptr;
      const char* value = nullptr;
      Call(env, alexnet_model_metadata_at, Model(model), i / 2, &key, &value);
      return NewString(env, i % 2 == 0 ? key : value);
    });
  });
}

ALEXNET_NATIVE(jstring, modelMetadataOf)
(JNIEnv* env, jclass, jlong model, jbyteArray key) {
  return Guarded(env, [&] {
    return NewString(
        env, alexnet_model_metadata(Model(model), Text(env, key).get()));
  });
}

ALEXNET_NATIVE(jstring, modelJson)(JNIEnv* env, jclass, jlong model) {
  return Guarded(env, [&] {
    char* json = nullptr;
    Call(env, alexnet_model_json, Model(model), &json);
    return TakeString(env, json);
  });
}

ALEXNET_NATIVE(jlong, modelNetwork)(JNIEnv* env, jclass, jlong model) {
  return Guarded(env, [&] {
    alexnet_network* network = nullptr;
    Call(env, alexnet_model_network, Model(model), &network);
    return Address(network);
  });
}

ALEXNET_NATIVE(jobjectArray, modelTensors)(JNIEnv* env, jclass, jlong model) {
  return Guarded(env, [&] {
    const auto count = static_cast<size_t>(Info(env, model).tensor_count);
    return NewArray(env, "org/alexnet/Tensor", count, [&](size_t i) {
      const alexnet_tensor_info info = Tensor(env, model, i);
      const Local<jstring> name(env, NewString(env, info.name));
      const Local<jlongArray> shape(
          env, NewLongs(env, info.shape, static_cast<size_t>(info.rank)));
      return New(env, "org/alexnet/Tensor", "(Ljava/lang/String;II[JJJ)V",
                 name.get(), jint{info.role}, jint{info.dtype}, shape.get(),
                 jlong{info.elements}, static_cast<jlong>(info.bytes));
    });
  });
}

ALEXNET_NATIVE(jint, findTensor)
(JNIEnv* env, jclass, jlong model, jbyteArray name) {
  return Guarded(env, [&] {
    size_t index = 0;
    Call(env, alexnet_model_find_tensor, Model(model), Text(env, name).get(),
         &index);
    return static_cast<jint>(index);
  });
}

ALEXNET_NATIVE(jobject, tensorData)
(JNIEnv* env, jclass, jlong model, jint index) {
  return Guarded(env, [&] {
    const void* data = nullptr;
    size_t bytes = 0;
    Call(env, alexnet_model_tensor_data, Model(model),
         static_cast<size_t>(index), &data, &bytes);
    if (bytes > 0x7fffffff) {
      Throw(env, "java/lang/OutOfMemoryError",
            "more than 2 GiB do not fit into a buffer of Java; use readTensor");
    }
    // Java's side hands out a read-only view only.
    return Checked(env, env->NewDirectByteBuffer(const_cast<void*>(data),
                                                 static_cast<jlong>(bytes)));
  });
}

ALEXNET_NATIVE(jfloatArray, readTensor)
(JNIEnv* env, jclass, jlong model, jint index, jlong first, jlong count) {
  return Guarded(env, [&] {
    const auto at = static_cast<size_t>(index);
    if (count < 0) count = Tensor(env, model, at).elements - first;
    if (count > 0x7fffffff) {
      Throw(env, "java/lang/OutOfMemoryError",
            "more than 2^31 - 1 floats do not fit into an array of Java; read "
            "the tensor in parts");
    }
    // No more memory than the tensor has, whatever is asked for; and some,
    // since the interface wants an address.
    const int64_t room =
        std::min<int64_t>(count, Tensor(env, model, at).elements);
    std::vector<float> values(static_cast<size_t>(std::max<int64_t>(room, 1)));
    Call(env, alexnet_model_read_tensor, Model(model), at, first, count,
         values.data());
    return NewFloats(env, values.data(), static_cast<size_t>(room));
  });
}

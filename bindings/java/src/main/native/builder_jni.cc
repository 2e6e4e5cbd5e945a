// Models from tensors.

#include "bindings/java/src/main/native/describe.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_model_builder* Builder(jlong address) {
  return Pointer<alexnet_model_builder>(address);
}

}  // namespace

ALEXNET_NATIVE(jlong, builderCreate)(JNIEnv* env, jclass, jlong network) {
  return Guarded(env, [&] {
    alexnet_model_builder* builder = nullptr;
    Call(env, alexnet_model_builder_create, Pointer<alexnet_network>(network),
         &builder);
    return Address(builder);
  });
}

ALEXNET_NATIVE(jlong, builderFrom)(JNIEnv* env, jclass, jlong model) {
  return Guarded(env, [&] {
    alexnet_model_builder* builder = nullptr;
    Call(env, alexnet_model_builder_create_from, Pointer<alexnet_model>(model),
         &builder);
    return Address(builder);
  });
}

ALEXNET_NATIVE(void, builderFree)(JNIEnv*, jclass, jlong builder) {
  alexnet_model_builder_free(Builder(builder));
}

ALEXNET_NATIVE(void, builderWrite)
(JNIEnv* env, jclass, jlong builder, jbyteArray name, jlong first,
 jfloatArray values) {
  Guarded(env, [&] {
    const std::vector<jfloat> floats = Floats(env, values);
    Call(env, alexnet_model_builder_write_tensor, Builder(builder),
         Text(env, name).get(), int32_t{ALEXNET_DTYPE_F32}, first,
         static_cast<const void*>(floats.data()),
         floats.size() * sizeof(jfloat));
  });
}

ALEXNET_NATIVE(void, builderWriteBytes)
(JNIEnv* env, jclass, jlong builder, jbyteArray name, jint dtype, jlong first,
 jbyteArray values) {
  Guarded(env, [&] {
    const std::vector<jbyte> bytes = Bytes(env, values);
    Call(env, alexnet_model_builder_write_tensor, Builder(builder),
         Text(env, name).get(), dtype, first,
         static_cast<const void*>(bytes.data()), bytes.size());
  });
}

ALEXNET_NATIVE(void, builderLabels)
(JNIEnv* env, jclass, jlong builder, jobjectArray labels) {
  Guarded(env, [&] {
    const Texts texts(env, labels);
    Call(env, alexnet_model_builder_set_labels, Builder(builder), texts.data(),
         texts.size());
  });
}

ALEXNET_NATIVE(void, builderPreprocessing)
(JNIEnv* env, jclass, jlong builder, jobject preprocessing) {
  Guarded(env, [&] {
    const PreprocessingFrom from(env, preprocessing);
    Call(env, alexnet_model_builder_set_preprocessing, Builder(builder),
         from.get());
  });
}

ALEXNET_NATIVE(void, builderMetadata)
(JNIEnv* env, jclass, jlong builder, jbyteArray key, jbyteArray value) {
  Guarded(env, [&] {
    Call(env, alexnet_model_builder_set_metadata, Builder(builder),
         Text(env, key).get(), Text(env, value).get());
  });
}

ALEXNET_NATIVE(void, builderSource)
(JNIEnv* env, jclass, jlong builder, jbyteArray source, jbyteArray tool) {
  Guarded(env, [&] {
    Call(env, alexnet_model_builder_set_source, Builder(builder),
         Text(env, source).get(), Text(env, tool).get());
  });
}

ALEXNET_NATIVE(jlong, builderBuild)
(JNIEnv* env, jclass, jlong builder, jlong cancel, jdouble seconds) {
  return Guarded(env, [&] {
    const alexnet_limits limits = Limits(cancel, seconds);
    alexnet_model* model = nullptr;
    Call(env, alexnet_model_builder_build, Builder(builder), &limits, &model);
    return Address(model);
  });
}

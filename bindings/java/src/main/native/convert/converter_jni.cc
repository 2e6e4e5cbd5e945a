// Converters.

#include <alexnet/alexnet_convert.h>

#include <memory>
#include <vector>

#include "bindings/java/src/main/native/log_context.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_NativeConverter.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

// The definition of a native method of org.alexnet.NativeConverter.
#define ALEXNET_CONVERTER_NATIVE(type, name) \
  extern "C" JNIEXPORT type JNICALL Java_org_alexnet_NativeConverter_##name

ALEXNET_CONVERTER_NATIVE(jobjectArray, formats)(JNIEnv* env, jclass) {
  return Guarded(env, [&] {
    return NewArray(
        env, "org/alexnet/FileFormat", alexnet_format_count(), [&](size_t i) {
          const Local<jstring> name(env,
                                    NewString(env, alexnet_format_name(i)));
          const Local<jstring> summary(
              env, NewString(env, alexnet_format_summary(i)));
          return New(env, "org/alexnet/FileFormat",
                     "(Ljava/lang/String;Ljava/lang/String;Z)V", name.get(),
                     summary.get(), Boolean(alexnet_format_writable(i)));
        });
  });
}

ALEXNET_CONVERTER_NATIVE(jstring, detect)
(JNIEnv* env, jclass, jbyteArray path) {
  return Guarded(env, [&] {
    const char* format = nullptr;
    Call(env, alexnet_detect_format, Text(env, path).get(), &format);
    return NewString(env, format);
  });
}

ALEXNET_CONVERTER_NATIVE(jlong, importModel)
(JNIEnv* env, jclass, jbyteArray path, jlong context, jbyteArray format,
 jbyteArray preset, jbyteArray network_file, jbyteArray mean_file,
 jbyteArray labels_file, jint channel_order, jbyteArray key,
 jboolean no_softmax, jfloat scale, jfloatArray mean_values, jint input_order,
 jlong cancel, jdouble seconds, jobjectArray report) {
  return Guarded(env, [&] {
    const Text format_text(env, format);
    const Text preset_text(env, preset);
    const Text network_text(env, network_file);
    const Text mean_text(env, mean_file);
    const Text labels_text(env, labels_file);
    const Text key_text(env, key);
    auto options = Initial(alexnet_import_options_init);
    options.context = ContextOf(context);
    options.format = format_text.get();
    options.preset = preset_text.get();
    options.network_file = network_text.get();
    options.mean_file = mean_text.get();
    options.labels_file = labels_text.get();
    options.channel_order = channel_order;
    options.key = key_text.get();
    options.no_softmax = no_softmax == JNI_TRUE ? 1 : 0;
    options.scale = scale;
    const std::vector<jfloat> mean = Floats(env, mean_values);
    options.mean_values = mean.data();
    options.mean_value_count = mean.size();
    options.input_order = input_order;
    const alexnet_limits limits = Limits(cancel, seconds);
    alexnet_model* model = nullptr;
    char* text = nullptr;
    Call(env, alexnet_import, Text(env, path).get(), &options, &limits, &model,
         &text);
    try {
      const Local<jstring> said(env, TakeString(env, text));
      env->SetObjectArrayElement(report, 0, said.get());
      Check(env);
    } catch (const JavaThrown&) {
      alexnet_model_free(model);
      throw;
    }
    return Address(model);
  });
}

ALEXNET_CONVERTER_NATIVE(void, exportModel)
(JNIEnv* env, jclass, jlong model, jbyteArray path, jlong context,
 jbyteArray format, jint dtype, jbyteArray network_file, jbyteArray mean_file,
 jint channel_order, jboolean strip, jboolean skip_check, jlong cancel,
 jdouble seconds) {
  Guarded(env, [&] {
    const Text format_text(env, format);
    const Text network_text(env, network_file);
    const Text mean_text(env, mean_file);
    auto options = Initial(alexnet_export_options_init);
    options.context = ContextOf(context);
    options.format = format_text.get();
    options.dtype = dtype;
    options.network_file = network_text.get();
    options.mean_file = mean_text.get();
    options.channel_order = channel_order;
    options.strip_training_state = strip == JNI_TRUE ? 1 : 0;
    options.skip_check = skip_check == JNI_TRUE ? 1 : 0;
    const alexnet_limits limits = Limits(cancel, seconds);
    Call(env, alexnet_export, Pointer<const alexnet_model>(model),
         Text(env, path).get(), &options, &limits);
  });
}

ALEXNET_CONVERTER_NATIVE(jfloatArray, lpipsWeights)
(JNIEnv* env, jclass, jbyteArray path) {
  return Guarded(env, [&] {
    float* weights = nullptr;
    size_t count = 0;
    Call(env, alexnet_read_lpips_weights, Text(env, path).get(), &weights,
         &count);
    const std::unique_ptr<void, decltype(&alexnet_free)> owned(weights,
                                                               alexnet_free);
    return NewFloats(env, weights, count);
  });
}

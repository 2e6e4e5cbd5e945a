// The library as a whole.

#include <vector>

#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

#define ALEXNET_TEXT_2(x) #x
#define ALEXNET_TEXT(x) ALEXNET_TEXT_2(x)

ALEXNET_NATIVE(jstring, compiledVersion)(JNIEnv* env, jclass) {
  return Guarded(env, [&] {
    return NewString(
        env,
        ALEXNET_TEXT(ALEXNET_VERSION_MAJOR) "." ALEXNET_TEXT(
            ALEXNET_VERSION_MINOR) "." ALEXNET_TEXT(ALEXNET_VERSION_PATCH));
  });
}

ALEXNET_NATIVE(void, requireCompiledVersion)(JNIEnv* env, jclass) {
  Guarded(env, [&] {
    Call(env, alexnet_require_version, ALEXNET_VERSION_MAJOR,
         ALEXNET_VERSION_MINOR);
  });
}

ALEXNET_NATIVE(jstring, versionString)(JNIEnv* env, jclass) {
  return Guarded(env, [&] { return NewString(env, alexnet_version_string()); });
}

ALEXNET_NATIVE(jint, version)(JNIEnv*, jclass) { return alexnet_version(); }

ALEXNET_NATIVE(void, requireVersion)
(JNIEnv* env, jclass, jint major, jint minor) {
  Guarded(env, [&] { Call(env, alexnet_require_version, major, minor); });
}

ALEXNET_NATIVE(jobjectArray, devices)(JNIEnv* env, jclass) {
  return Guarded(env, [&] {
    return NewArray(env, "org/alexnet/AlexNet$Device", alexnet_device_count(),
                    [&](size_t i) {
                      auto info = Initial(alexnet_device_info_init);
                      Call(env, alexnet_device_at, i, &info);
                      const Local<jstring> name(env, NewString(env, info.name));
                      const Local<jstring> text(
                          env, NewString(env, info.description));
                      return New(env, "org/alexnet/AlexNet$Device",
                                 "(Ljava/lang/String;Ljava/lang/String;I)V",
                                 name.get(), text.get(), jint{info.threads});
                    });
  });
}

ALEXNET_NATIVE(jobjectArray, presets)(JNIEnv* env, jclass) {
  return Guarded(env, [&] {
    return NewArray(env, "org/alexnet/AlexNet$Preset", alexnet_preset_count(),
                    [&](size_t i) {
                      const Local<jstring> name(
                          env, NewString(env, alexnet_preset_name(i)));
                      const Local<jstring> summary(
                          env, NewString(env, alexnet_preset_summary(i)));
                      return New(env, "org/alexnet/AlexNet$Preset",
                                 "(Ljava/lang/String;Ljava/lang/String;)V",
                                 name.get(), summary.get());
                    });
  });
}

ALEXNET_NATIVE(jstring, systemJson)(JNIEnv* env, jclass) {
  return Guarded(env, [&] {
    char* json = nullptr;
    Call(env, alexnet_system_json, &json);
    return TakeString(env, json);
  });
}

ALEXNET_NATIVE(jint, launcherRank)(JNIEnv*, jclass) {
  return alexnet_launcher_rank();
}

ALEXNET_NATIVE(jint, launcherSize)(JNIEnv*, jclass) {
  return alexnet_launcher_size();
}

ALEXNET_NATIVE(jobject, verify)
(JNIEnv* env, jclass, jbyteArray path, jobject java_options, jlong cancel,
 jdouble seconds) {
  return Guarded(env, [&] {
    Fields fields(env, java_options);
    auto options = Initial(alexnet_session_options_init);
    // BEGIN options: jni.read session_options from=fields to=options
    options.device = fields.Text("device");
    options.threads = fields.Int("threads");
    options.batch = fields.Long("batch");
    options.weight_dtype = fields.Code("weightDtype", "WeightType");
    options.precision = fields.Code("precision", "Precision");
    options.tune = fields.Bool("tune");
    options.ten_crop = fields.Bool("tenCrop");
    options.max_pixels = fields.Long("maxPixels");
    options.devices = fields.Text("devices");
    options.parallel = fields.Code("parallel", "Parallel");
    // END options
    const alexnet_limits limits = Limits(cancel, seconds);
    int32_t ok = 0;
    char* json = nullptr;
    Call(env, alexnet_verify_file, Text(env, path).get(), &options, &limits,
         &ok, &json);
    const Local<jstring> text(env, TakeString(env, json));
    return New(env, "org/alexnet/AlexNet$Verification",
               "(ZLjava/lang/String;)V", Boolean(ok), text.get());
  });
}

ALEXNET_NATIVE(jobject, benchmark)
(JNIEnv* env, jclass, jobject java_options, jbyteArray model, jlong cancel,
 jdouble seconds) {
  return Guarded(env, [&] {
    Fields fields(env, java_options);
    const Text path(env, model);
    auto options = Initial(alexnet_benchmark_options_init);
    // BEGIN options: jni.read benchmark_options from=fields to=options
    options.preset = fields.Text("preset");
    options.training = fields.Bool("training");
    options.device = fields.Text("device");
    options.threads = fields.Int("threads");
    options.batch = fields.Long("batch");
    options.weight_dtype = fields.Code("weightDtype", "WeightType");
    options.precision = fields.Code("precision", "Precision");
    options.tune = fields.Bool("tune");
    options.seconds = fields.Double("seconds");
    options.seed = static_cast<uint64_t>(fields.Long("seed"));
    options.devices = fields.Text("devices");
    options.parallel = fields.Code("parallel", "Parallel");
    // END options
    options.model = path.get();
    const alexnet_limits limits = Limits(cancel, seconds);
    auto report = Initial(alexnet_benchmark_report_init);
    Call(env, alexnet_benchmark, &options, &limits, &report);
    const Local<jstring> network(env, NewString(env, report.network));
    const Local<jstring> device(env, NewString(env, report.device));
    return New(env, "org/alexnet/AlexNet$BenchmarkReport",
               "(Ljava/lang/String;Ljava/lang/String;IJJDDDDDDJJJJJZ)V",
               network.get(), device.get(), jint{report.threads},
               jlong{report.batch}, jlong{report.runs}, report.milliseconds,
               report.least_milliseconds, report.images_per_second,
               report.macs_per_second, report.load_milliseconds,
               report.compile_milliseconds, jlong{report.parameter_bytes},
               jlong{report.arena_bytes}, jlong{report.peak_memory_bytes},
               jlong{report.device_bytes}, jlong{report.exchanged_bytes},
               Boolean(report.captured > 0));
  });
}

ALEXNET_NATIVE(jlong, cancelTokenCreate)(JNIEnv* env, jclass) {
  return Guarded(env, [&] {
    alexnet_cancel_token* token = nullptr;
    Call(env, alexnet_cancel_token_create, &token);
    return Address(token);
  });
}

ALEXNET_NATIVE(void, cancelTokenCancel)(JNIEnv*, jclass, jlong token) {
  alexnet_cancel_token_cancel(Pointer<alexnet_cancel_token>(token));
}

ALEXNET_NATIVE(jboolean, cancelTokenCancelled)(JNIEnv*, jclass, jlong token) {
  return Boolean(
      alexnet_cancel_token_cancelled(Pointer<alexnet_cancel_token>(token)));
}

ALEXNET_NATIVE(void, cancelTokenFree)(JNIEnv*, jclass, jlong token) {
  alexnet_cancel_token_free(Pointer<alexnet_cancel_token>(token));
}

ALEXNET_NATIVE(jobject, timeLayers)
(JNIEnv* env, jclass, jlong model, jobject java_options, jdouble duration,
 jlong cancel, jdouble seconds) {
  return Guarded(env, [&] {
    Fields fields(env, java_options);
    auto options = Initial(alexnet_session_options_init);
    // BEGIN options: jni.read session_options from=fields to=options
    options.device = fields.Text("device");
    options.threads = fields.Int("threads");
    options.batch = fields.Long("batch");
    options.weight_dtype = fields.Code("weightDtype", "WeightType");
    options.precision = fields.Code("precision", "Precision");
    options.tune = fields.Bool("tune");
    options.ten_crop = fields.Bool("tenCrop");
    options.max_pixels = fields.Long("maxPixels");
    options.devices = fields.Text("devices");
    options.parallel = fields.Code("parallel", "Parallel");
    // END options
    const alexnet_limits limits = Limits(cancel, seconds);
    auto model_info = Initial(alexnet_model_info_init);
    Call(env, alexnet_model_get_info, Pointer<alexnet_model>(model),
         &model_info);
    std::vector<alexnet_layer_time> times(
        static_cast<size_t>(model_info.layer_count));
    auto info = Initial(alexnet_layer_times_info_init);
    Call(env, alexnet_time_layers, Pointer<alexnet_model>(model), &options,
         static_cast<double>(duration), &limits, times.data(), times.size(),
         &info);
    const Local<jobjectArray> layers(
        env,
        NewArray(env, "org/alexnet/LayerTime", times.size(), [&](size_t i) {
          const Local<jstring> algorithm(env,
                                         NewString(env, times[i].algorithm));
          return New(env, "org/alexnet/LayerTime", "(DJLjava/lang/String;)V",
                     jdouble{times[i].milliseconds},
                     jlong{times[i].computed_by}, algorithm.get());
        }));
    const Local<jstring> device(env, NewString(env, info.device));
    return New(env, "org/alexnet/LayerTimes",
               "(Ljava/lang/String;IJJDDD[Lorg/alexnet/LayerTime;)V",
               device.get(), jint{info.threads}, jlong{info.batch},
               jlong{info.runs}, jdouble{info.reorder_milliseconds},
               jdouble{info.flops_per_second}, jdouble{info.bytes_per_second},
               layers.get());
  });
}

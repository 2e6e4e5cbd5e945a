// Features, what is near, and LPIPS.

#include <vector>

#include "bindings/java/src/main/native/log_context.h"
#include "bindings/java/src/main/native/picture.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_features* Features(jlong address) {
  return Pointer<alexnet_features>(address);
}

alexnet_features_info Info(JNIEnv* env, jlong features) {
  auto info = Initial(alexnet_features_info_init);
  Call(env, alexnet_features_get_info, Features(features), &info);
  return info;
}

}  // namespace

ALEXNET_NATIVE(jlong, featuresCreate)
(JNIEnv* env, jclass, jlong model, jbyteArray layer, jobjectArray paths,
 jobject java_options, jlong context) {
  return Guarded(env, [&] {
    Fields fields(env, java_options);
    const Texts files(env, paths);
    auto options = Initial(alexnet_feature_options_init);
    options.context = ContextOf(context);
    // BEGIN options: jni.read feature_options from=fields to=options
    options.device = fields.Text("device");
    options.threads = fields.Int("threads");
    options.loader_threads = fields.Int("loaderThreads");
    options.batch = fields.Long("batch");
    options.weight_dtype = fields.Code("weightDtype", "WeightType");
    options.precision = fields.Code("precision", "Precision");
    options.tune = fields.Bool("tune");
    options.strict = fields.Bool("strict");
    options.max_pixels = fields.Long("maxPixels");
    // END options
    alexnet_features* features = nullptr;
    Call(env, alexnet_features_create, Pointer<alexnet_model>(model),
         Text(env, layer).get(), files.data(), files.size(), &options,
         &features);
    return Address(features);
  });
}

ALEXNET_NATIVE(void, featuresFree)(JNIEnv*, jclass, jlong features) {
  alexnet_features_free(Features(features));
}

ALEXNET_NATIVE(jobject, featuresInfo)(JNIEnv* env, jclass, jlong features) {
  return Guarded(env, [&] {
    const alexnet_features_info info = Info(env, features);
    const Local<jlongArray> shape(
        env, NewLongs(env, info.shape, static_cast<size_t>(info.rank)));
    return New(env, "org/alexnet/Features$Info", "(J[JJIJ)V", jlong{info.size},
               shape.get(), jlong{info.batch}, jint{info.threads},
               jlong{info.broken});
  });
}

ALEXNET_NATIVE(jobject, featuresNext)
(JNIEnv* env, jclass, jlong features, jlong cancel, jdouble seconds) {
  return Guarded(env, [&]() -> jobject {
    const alexnet_features_info info = Info(env, features);
    const auto size = static_cast<size_t>(info.size);
    std::vector<int64_t> indices(static_cast<size_t>(info.batch));
    std::vector<float> values(indices.size() * size);
    const alexnet_limits limits = Limits(cancel, seconds);
    size_t found = 0;
    Call(env, alexnet_features_next, Features(features), &limits,
         indices.data(), indices.size(), values.data(), values.size(), &found);
    if (found == 0) return nullptr;
    const Local<jlongArray> pictures(env, NewLongs(env, indices.data(), found));
    const Local<jfloatArray> rows(env,
                                  NewFloats(env, values.data(), found * size));
    return New(env, "org/alexnet/Features$Rows", "([J[F)V", pictures.get(),
               rows.get());
  });
}

ALEXNET_NATIVE(jobjectArray, featuresBroken)
(JNIEnv* env, jclass, jlong features) {
  return Guarded(env, [&] {
    const auto count = static_cast<size_t>(Info(env, features).broken);
    return NewArray(env, "org/alexnet/Features$Broken", count, [&](size_t i) {
      const char* path = nullptr;
      const char* reason = nullptr;
      Call(env, alexnet_features_broken_at, Features(features), i, &path,
           &reason);
      const Local<jstring> java_path(env, NewString(env, path));
      const Local<jstring> java_reason(env, NewString(env, reason));
      return New(env, "org/alexnet/Features$Broken",
                 "(Ljava/lang/String;Ljava/lang/String;)V", java_path.get(),
                 java_reason.get());
    });
  });
}

ALEXNET_NATIVE(jobjectArray, findNearest)
(JNIEnv* env, jclass, jfloatArray rows, jfloatArray query, jint most) {
  return Guarded(env, [&] {
    const std::vector<jfloat> all = Floats(env, rows);
    const std::vector<jfloat> one = Floats(env, query);
    std::vector<alexnet_neighbour> nearest(static_cast<size_t>(most));
    size_t found = 0;
    Call(env, alexnet_find_nearest, all.data(), all.size(), one.data(),
         one.size(), nearest.size(), nearest.data(), &found);
    return NewArray(
        env, "org/alexnet/Features$Neighbour", found, [&](size_t i) {
          return New(env, "org/alexnet/Features$Neighbour", "(JD)V",
                     jlong{nearest[i].index}, jdouble{nearest[i].distance});
        });
  });
}

ALEXNET_NATIVE(jdouble, lpips)
(JNIEnv* env, jclass, jlong model, jobject first, jlongArray first_layout,
 jobject second, jlongArray second_layout, jfloatArray weights,
 jobject java_options, jlong context, jdoubleArray layers) {
  return Guarded(env, [&] {
    Fields fields(env, java_options);
    const Picture one(env, first, Longs(env, first_layout).data());
    const Picture other(env, second, Longs(env, second_layout).data());
    const std::vector<jfloat> channels = Floats(env, weights);
    auto options = Initial(alexnet_session_options_init);
    options.context = ContextOf(context);
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
    std::vector<double> shares(
        static_cast<size_t>(env->GetArrayLength(layers)));
    jdouble distance = 0;
    Call(env, alexnet_lpips, Pointer<alexnet_model>(model), &one.view(),
         &other.view(), channels.data(), channels.size(), &options, &distance,
         shares.data(), shares.size());
    env->SetDoubleArrayRegion(layers, 0, static_cast<jsize>(shares.size()),
                              shares.data());
    Check(env);
    return distance;
  });
}

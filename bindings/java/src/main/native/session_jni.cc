// Sessions and pictures.

#include <deque>

#include "bindings/java/src/main/native/float_output.h"
#include "bindings/java/src/main/native/log_context.h"
#include "bindings/java/src/main/native/picture.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_session* Session(jlong address) {
  return Pointer<alexnet_session>(address);
}

FloatOutput Whole(JNIEnv* env, jfloatArray output) {
  return {env, output, 0, env->GetArrayLength(output)};
}

jobjectArray NewPredictions(JNIEnv* env,
                            const std::vector<alexnet_prediction>& top,
                            size_t found) {
  return NewArray(env, "org/alexnet/Prediction", found, [&](size_t i) {
    const Local<jstring> label(env, NewString(env, top[i].label));
    return New(env, "org/alexnet/Prediction", "(Ljava/lang/String;IF)V",
               label.get(), jint{top[i].class_index}, top[i].probability);
  });
}

// Takes `pixels`, which the library made.
jobject NewImage(JNIEnv* env, uint8_t* pixels, const alexnet_image& image) {
  const Local<jbyteArray> bytes(
      env, TakeBytes(env, pixels,
                     static_cast<size_t>(image.width) *
                         static_cast<size_t>(image.height) * 3));
  return New(env, "org/alexnet/Image", "([BII)V", bytes.get(),
             jint{image.width}, jint{image.height});
}

}  // namespace

ALEXNET_NATIVE(jlong, sessionCreate)
(JNIEnv* env, jclass, jlong model, jobject java_options,
 jobjectArray activations, jlong context) {
  return Guarded(env, [&] {
    Fields fields(env, java_options);
    const Texts names(env, activations);
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
    options.activations = names.data();
    options.activation_count = names.size();
    alexnet_session* session = nullptr;
    Call(env, alexnet_session_create, Pointer<alexnet_model>(model), &options,
         &session);
    return Address(session);
  });
}

ALEXNET_NATIVE(void, sessionFree)(JNIEnv*, jclass, jlong session) {
  alexnet_session_free(Session(session));
}

ALEXNET_NATIVE(jobject, sessionInfo)(JNIEnv* env, jclass, jlong session) {
  return Guarded(env, [&] {
    auto info = Initial(alexnet_session_info_init);
    Call(env, alexnet_session_get_info, Session(session), &info);
    return New(env, "org/alexnet/Session$Info", "(JJJJJJIJJ)V",
               jlong{info.channels}, jlong{info.height}, jlong{info.width},
               jlong{info.views}, jlong{info.classes}, jlong{info.batch},
               jint{info.threads}, jlong{info.arena_bytes},
               jlong{info.device_bytes});
  });
}

ALEXNET_NATIVE(void, sessionRun)
(JNIEnv* env, jclass, jlong session, jobject views, jlong first, jlong size,
 jlong count, jlong cancel, jdouble seconds, jobject output, jlong at,
 jlong floats) {
  Guarded(env, [&] {
    const FloatInput input(env, views, first, size);
    FloatOutput rows(env, output, at, floats);
    const alexnet_limits limits = Limits(cancel, seconds);
    Call(env, alexnet_session_run, Session(session), input.data(),
         static_cast<size_t>(size), count, &limits, rows.data(), rows.size());
    rows.Store();
  });
}

ALEXNET_NATIVE(void, sessionRunImages)
(JNIEnv* env, jclass, jlong session, jobjectArray pixels, jlongArray layouts,
 jlong cancel, jdouble seconds, jfloatArray output) {
  Guarded(env, [&] {
    const jsize count = env->GetArrayLength(pixels);
    const std::vector<jlong> layout = Longs(env, layouts);
    std::deque<Picture> pictures;
    std::vector<alexnet_image> views;
    for (jsize i = 0; i < count; ++i) {
      const Local<jobject> each(env, env->GetObjectArrayElement(pixels, i));
      pictures.emplace_back(env, each.get(),
                            &layout[static_cast<size_t>(i) * 5]);
      views.push_back(pictures.back().view());
    }
    FloatOutput rows = Whole(env, output);
    const alexnet_limits limits = Limits(cancel, seconds);
    Call(env, alexnet_session_run_images, Session(session), views.data(),
         int64_t{count}, &limits, rows.data(), rows.size());
    rows.Store();
  });
}

ALEXNET_NATIVE(void, sessionRunEncoded)
(JNIEnv* env, jclass, jlong session, jobjectArray data, jlongArray parts,
 jlong cancel, jdouble seconds, jfloatArray output) {
  Guarded(env, [&] {
    const jsize count = env->GetArrayLength(data);
    const std::vector<jlong> part = Longs(env, parts);
    const Local<jclass> array(env, env->FindClass("[B"));
    std::deque<ByteInput> inputs;
    std::vector<alexnet_encoded> pictures;
    for (jsize i = 0; i < count; ++i) {
      const Local<jobject> each(env, env->GetObjectArrayElement(data, i));
      jlong first = part[static_cast<size_t>(i) * 2];
      jlong size = part[static_cast<size_t>(i) * 2 + 1];
      if (env->IsInstanceOf(each.get(), array.get()) == JNI_TRUE) {
        size = env->GetArrayLength(static_cast<jarray>(each.get()));
      }
      inputs.emplace_back(env, each.get(), first, size);
      pictures.push_back(
          {inputs.back().data(), static_cast<size_t>(size), nullptr});
    }
    FloatOutput rows = Whole(env, output);
    const alexnet_limits limits = Limits(cancel, seconds);
    Call(env, alexnet_session_run_encoded, Session(session), pictures.data(),
         int64_t{count}, &limits, rows.data(), rows.size());
    rows.Store();
  });
}

ALEXNET_NATIVE(jobjectArray, sessionTop)
(JNIEnv* env, jclass, jlong session, jfloatArray row, jint count) {
  return Guarded(env, [&] {
    const std::vector<jfloat> floats = Floats(env, row);
    std::vector<alexnet_prediction> top(static_cast<size_t>(count));
    size_t found = 0;
    Call(env, alexnet_session_top, Session(session), floats.data(),
         floats.size(), top.size(), top.data(), &found);
    return NewPredictions(env, top, found);
  });
}

ALEXNET_NATIVE(jobjectArray, sessionPredictFile)
(JNIEnv* env, jclass, jlong session, jbyteArray path, jlong cancel,
 jdouble seconds, jint count) {
  return Guarded(env, [&] {
    const alexnet_limits limits = Limits(cancel, seconds);
    std::vector<alexnet_prediction> top(static_cast<size_t>(count));
    size_t found = 0;
    Call(env, alexnet_session_predict_file, Session(session),
         Text(env, path).get(), &limits, top.size(), top.data(), &found);
    return NewPredictions(env, top, found);
  });
}

ALEXNET_NATIVE(void, sessionPreprocess)
(JNIEnv* env, jclass, jlong session, jobject pixels, jlongArray layout,
 jfloatArray views) {
  Guarded(env, [&] {
    const Picture picture(env, pixels, Longs(env, layout).data());
    FloatOutput output = Whole(env, views);
    Call(env, alexnet_session_preprocess, Session(session), &picture.view(),
         output.data(), output.size());
    output.Store();
  });
}

ALEXNET_NATIVE(void, sessionInputGradients)
(JNIEnv* env, jclass, jlong session, jfloatArray views, jintArray classes,
 jlong cancel, jdouble seconds, jfloatArray gradients) {
  Guarded(env, [&] {
    const jsize size = env->GetArrayLength(views);
    const FloatInput input(env, views, 0, size);
    std::vector<jint> chosen(static_cast<size_t>(env->GetArrayLength(classes)));
    env->GetIntArrayRegion(classes, 0, static_cast<jsize>(chosen.size()),
                           chosen.data());
    Check(env);
    FloatOutput output = Whole(env, gradients);
    const alexnet_limits limits = Limits(cancel, seconds);
    Call(env, alexnet_session_input_gradients, Session(session), input.data(),
         static_cast<size_t>(size), chosen.data(),
         static_cast<int64_t>(chosen.size()), &limits, output.data(),
         output.size());
    output.Store();
  });
}

ALEXNET_NATIVE(jobject, sessionActivation)
(JNIEnv* env, jclass, jlong session, jint index) {
  return Guarded(env, [&] {
    const float* values = nullptr;
    int64_t rank = 0;
    int64_t shape[4] = {};
    Call(env, alexnet_session_get_activation, Session(session),
         static_cast<size_t>(index), &values, &rank, shape);
    size_t count = 1;
    for (int64_t i = 0; i < rank; ++i) count *= static_cast<size_t>(shape[i]);
    const Local<jlongArray> sizes(
        env, NewLongs(env, shape, static_cast<size_t>(rank)));
    const Local<jfloatArray> copy(env, NewFloats(env, values, count));
    return New(env, "org/alexnet/Activation", "([J[F)V", sizes.get(),
               copy.get());
  });
}

ALEXNET_NATIVE(jobject, imageDecode)
(JNIEnv* env, jclass, jbyteArray picture, jbyteArray name) {
  return Guarded(env, [&] {
    const std::vector<jbyte> bytes = Bytes(env, picture);
    const Text text(env, name);
    const alexnet_encoded encoded = {bytes.data(), bytes.size(), text.get()};
    uint8_t* pixels = nullptr;
    alexnet_image image = {};
    Call(env, alexnet_image_decode, &encoded, int64_t{0}, &pixels, &image);
    return NewImage(env, pixels, image);
  });
}

ALEXNET_NATIVE(jobject, imageLoad)(JNIEnv* env, jclass, jbyteArray path) {
  return Guarded(env, [&] {
    uint8_t* pixels = nullptr;
    alexnet_image image = {};
    Call(env, alexnet_image_load, Text(env, path).get(), int64_t{0}, &pixels,
         &image);
    return NewImage(env, pixels, image);
  });
}

// Data sets and evaluation.

#include "bindings/java/src/main/native/describe.h"
#include "bindings/java/src/main/native/log_context.h"
#include "bindings/java/src/main/native/relay.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_dataset* Dataset(jlong address) {
  return Pointer<alexnet_dataset>(address);
}

alexnet_evaluation* Evaluation(jlong address) {
  return Pointer<alexnet_evaluation>(address);
}

alexnet_evaluation_info Info(JNIEnv* env, jlong evaluation) {
  auto info = Initial(alexnet_evaluation_info_init);
  Call(env, alexnet_evaluation_get_info, Evaluation(evaluation), &info);
  return info;
}

struct EvaluationFreed {
  void operator()(alexnet_evaluation* evaluation) const {
    alexnet_evaluation_free(evaluation);
  }
};

}  // namespace

ALEXNET_NATIVE(jlong, datasetOpen)
(JNIEnv* env, jclass, jbyteArray path, jboolean allow_empty_classes) {
  return Guarded(env, [&] {
    alexnet_dataset* dataset = nullptr;
    Call(env, alexnet_dataset_open, Text(env, path).get(),
         int32_t{allow_empty_classes == JNI_TRUE}, &dataset);
    return Address(dataset);
  });
}

ALEXNET_NATIVE(void, datasetFree)(JNIEnv*, jclass, jlong dataset) {
  alexnet_dataset_free(Dataset(dataset));
}

ALEXNET_NATIVE(jobjectArray, datasetClasses)
(JNIEnv* env, jclass, jlong dataset) {
  return Guarded(env, [&] {
    return NewArray(env, "java/lang/String",
                    alexnet_dataset_class_count(Dataset(dataset)),
                    [&](size_t i) {
                      return NewString(
                          env, alexnet_dataset_class_name(Dataset(dataset), i));
                    });
  });
}

ALEXNET_NATIVE(jlong, datasetSize)
(JNIEnv*, jclass, jlong dataset, jint part) {
  return alexnet_dataset_size(Dataset(dataset), part);
}

ALEXNET_NATIVE(jobject, datasetRead)
(JNIEnv* env, jclass, jlong dataset, jint part, jlong index) {
  return Guarded(env, [&] {
    int32_t label = 0;
    char* name = nullptr;
    void* bytes = nullptr;
    size_t size = 0;
    Call(env, alexnet_dataset_read, Dataset(dataset), part, index, &label,
         &name, &bytes, &size);
    const Local<jbyteArray> data(env, TakeBytes(env, bytes, size));
    const Local<jstring> text(env, TakeString(env, name));
    return New(env, "org/alexnet/Dataset$Sample", "(ILjava/lang/String;[B)V",
               jint{label}, text.get(), data.get());
  });
}

ALEXNET_NATIVE(jobject, datasetLint)
(JNIEnv* env, jclass, jlong dataset, jobject java_options, jlong cancel,
 jdouble seconds, jobject progress) {
  return Guarded(env, [&] {
    const Fields fields(env, java_options);
    Relay relay(env, "Progress", progress);
    auto options = Initial(alexnet_lint_options_init);
    // BEGIN options: jni.read lint_options from=fields to=options
    options.threads = fields.Int("threads");
    options.max_pixels = fields.Long("maxPixels");
    // END options
    relay.AttachProgress(&options);
    const alexnet_limits limits = Limits(cancel, seconds);
    int32_t ok = 0;
    char* text = nullptr;
    char* json = nullptr;
    alexnet_error* error = nullptr;
    const alexnet_status status = alexnet_dataset_lint(
        Dataset(dataset), &options, &limits, &ok, &text, &json, &error);
    const Local<jstring> java_text(env, TakeString(env, text));
    const Local<jstring> java_json(env, TakeString(env, json));
    relay.Finish(status, error);
    return New(env, "org/alexnet/Dataset$LintReport",
               "(ZLjava/lang/String;Ljava/lang/String;)V", Boolean(ok),
               java_text.get(), java_json.get());
  });
}

ALEXNET_NATIVE(jobject, datasetPack)
(JNIEnv* env, jclass, jlong dataset, jbyteArray out, jobject java_options,
 jlong context, jlong cancel, jdouble seconds, jobject progress) {
  return Guarded(env, [&] {
    const Fields fields(env, java_options);
    Relay relay(env, "Progress", progress);
    auto options = Initial(alexnet_pack_options_init);
    options.context = ContextOf(context);
    // BEGIN options: jni.read pack_options from=fields to=options
    options.resize = fields.Int("resize");
    options.quality = fields.Int("quality");
    options.shard_samples = fields.Long("shardSamples");
    options.threads = fields.Int("threads");
    options.max_pixels = fields.Long("maxPixels");
    options.seed = static_cast<uint64_t>(fields.Long("seed"));
    options.strict = fields.Bool("strict");
    // END options
    relay.AttachProgress(&options);
    const alexnet_limits limits = Limits(cancel, seconds);
    auto report = Initial(alexnet_pack_report_init);
    alexnet_error* error = nullptr;
    const alexnet_status status =
        alexnet_dataset_pack(Dataset(dataset), Text(env, out).get(), &options,
                             &limits, &report, &error);
    relay.Finish(status, error);
    return New(env, "org/alexnet/Dataset$PackReport", "(JJJJJD)V",
               jlong{report.pictures}, jlong{report.resumed},
               jlong{report.shards}, jlong{report.broken},
               static_cast<jlong>(report.bytes), report.seconds);
  });
}

ALEXNET_NATIVE(void, drawShapes)
(JNIEnv* env, jclass, jbyteArray out, jlong seed, jint train_per_class,
 jint held_out_per_class) {
  Guarded(env, [&] {
    auto options = Initial(alexnet_shapes_options_init);
    options.seed = static_cast<uint64_t>(seed);
    options.train_per_class = train_per_class;
    options.held_out_per_class = held_out_per_class;
    Call(env, alexnet_draw_shapes, Text(env, out).get(), &options,
         static_cast<const alexnet_limits*>(nullptr));
  });
}

ALEXNET_NATIVE(jlong, evaluate)
(JNIEnv* env, jclass, jlong model, jlong dataset, jobject java_options,
 jlong context, jlong cancel, jdouble seconds, jobject progress) {
  return Guarded(env, [&] {
    Fields fields(env, java_options);
    Relay relay(env, "Progress", progress);
    auto options = Initial(alexnet_evaluate_options_init);
    options.context = ContextOf(context);
    // BEGIN options: jni.read evaluate_options from=fields to=options
    options.device = fields.Text("device");
    options.threads = fields.Int("threads");
    options.loader_threads = fields.Int("loaderThreads");
    options.batch = fields.Long("batch");
    options.weight_dtype = fields.Code("weightDtype", "WeightType");
    options.precision = fields.Code("precision", "Precision");
    options.tune = fields.Bool("tune");
    options.ten_crop = fields.Bool("tenCrop");
    options.strict = fields.Bool("strict");
    options.max_pixels = fields.Long("maxPixels");
    options.devices = fields.Text("devices");
    options.parallel = fields.Code("parallel", "Parallel");
    // END options
    relay.AttachProgress(&options);
    const alexnet_limits limits = Limits(cancel, seconds);
    alexnet_evaluation* made = nullptr;
    alexnet_error* error = nullptr;
    const alexnet_status status =
        alexnet_evaluate(Pointer<alexnet_model>(model), Dataset(dataset),
                         &options, &limits, &made, &error);
    std::unique_ptr<alexnet_evaluation, EvaluationFreed> evaluation(made);
    relay.Finish(status, error);
    return Address(evaluation.release());
  });
}

ALEXNET_NATIVE(void, evaluationFree)(JNIEnv*, jclass, jlong evaluation) {
  alexnet_evaluation_free(Evaluation(evaluation));
}

ALEXNET_NATIVE(jobject, evaluationInfo)
(JNIEnv* env, jclass, jlong evaluation) {
  return Guarded(env, [&] {
    const alexnet_evaluation_info info = Info(env, evaluation);
    return New(env, "org/alexnet/Evaluation$Info", "(JJIZDDDDDJ)V",
               jlong{info.count}, jlong{info.classes}, jint{info.top_k},
               Boolean(info.ten_crop), info.top1_error, info.top5_error,
               info.loss, info.seconds, info.images_per_second,
               jlong{info.broken});
  });
}

ALEXNET_NATIVE(jobjectArray, evaluationClasses)
(JNIEnv* env, jclass, jlong evaluation) {
  return Guarded(env, [&] {
    const auto count = static_cast<size_t>(Info(env, evaluation).classes);
    return NewArray(
        env, "org/alexnet/Evaluation$ClassResult", count, [&](size_t i) {
          const char* name = nullptr;
          int64_t pictures = 0;
          double recall = 0;
          Call(env, alexnet_evaluation_class_at, Evaluation(evaluation),
               static_cast<int64_t>(i), &name, &pictures, &recall);
          const Local<jstring> text(env, NewString(env, name));
          return New(env, "org/alexnet/Evaluation$ClassResult",
                     "(Ljava/lang/String;JD)V", text.get(), jlong{pictures},
                     recall);
        });
  });
}

ALEXNET_NATIVE(jobjectArray, evaluationConfusion)
(JNIEnv* env, jclass, jlong evaluation) {
  return Guarded(env, [&] {
    const int64_t* counts =
        alexnet_evaluation_confusion(Evaluation(evaluation));
    const auto classes = static_cast<size_t>(
        counts == nullptr ? 0 : Info(env, evaluation).classes);
    return NewConfusion(env, counts, classes);
  });
}

ALEXNET_NATIVE(jstring, evaluationConfusionText)
(JNIEnv* env, jclass, jlong evaluation, jint limit) {
  return Guarded(env, [&] {
    char* text = nullptr;
    Call(env, alexnet_evaluation_confusion_text, Evaluation(evaluation), limit,
         &text);
    return TakeString(env, text);
  });
}

ALEXNET_NATIVE(jobjectArray, evaluationWorst)
(JNIEnv* env, jclass, jlong evaluation) {
  return Guarded(env, [&] {
    const alexnet_wrong_picture* pictures = nullptr;
    size_t count = 0;
    Call(env, alexnet_evaluation_worst, Evaluation(evaluation), &pictures,
         &count);
    return NewWrongPictures(env, pictures, count);
  });
}

ALEXNET_NATIVE(jobjectArray, evaluationBroken)
(JNIEnv* env, jclass, jlong evaluation) {
  return Guarded(env, [&] {
    const auto count = static_cast<size_t>(Info(env, evaluation).broken);
    return NewArray(env, "org/alexnet/Evaluation$Broken", count, [&](size_t i) {
      const char* name = nullptr;
      const char* reason = nullptr;
      Call(env, alexnet_evaluation_broken_at, Evaluation(evaluation), i, &name,
           &reason);
      const Local<jstring> java_name(env, NewString(env, name));
      const Local<jstring> java_reason(env, NewString(env, reason));
      return New(env, "org/alexnet/Evaluation$Broken",
                 "(Ljava/lang/String;Ljava/lang/String;)V", java_name.get(),
                 java_reason.get());
    });
  });
}

// Training, whole.

#include "bindings/java/src/main/native/describe.h"
#include "bindings/java/src/main/native/log_context.h"
#include "bindings/java/src/main/native/relay.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

void TellStart(Relay& to, const alexnet_train_start& start) {
  JNIEnv* const env = to.env();
  const Local<jstring> network(env, NewString(env, start.network));
  const Local<jstring> device(env, NewString(env, start.device));
  const Local<jobjectArray> classes(
      env, NewArray(env, "java/lang/String", start.class_count, [&](size_t i) {
        return NewString(env, start.classes[i]);
      }));
  const Local<jobject> recipe(env, NewRecipe(env, *start.recipe));
  const Local<jobject> told(
      env, New(env, "org/alexnet/TrainListener$Start",
               "(Ljava/lang/String;Ljava/lang/String;[Ljava/lang/String;JJJJJJ"
               "Lorg/alexnet/Recipe;JJIJJJ)V",
               network.get(), device.get(), static_cast<jobject>(classes.get()),
               jlong{start.train_samples}, jlong{start.validation_samples},
               jlong{start.parameters}, jlong{start.frozen_parameters},
               jlong{start.macs}, jlong{start.arena_bytes}, recipe.get(),
               jlong{start.steps_per_epoch}, static_cast<jlong>(start.seed),
               jint{start.threads}, jlong{start.first_epoch},
               jlong{start.first_batch}, jlong{start.device_bytes}));
  to.Tell("onStart", "(Lorg/alexnet/TrainListener$Start;)V", told.get());
}

void TellStep(Relay& to, const alexnet_step_report& step) {
  const Local<jobject> told(
      to.env(),
      New(to.env(), "org/alexnet/TrainListener$Step", "(JJJJJFDDDDDD)V",
          jlong{step.epoch}, jlong{step.epochs}, jlong{step.batch},
          jlong{step.batches}, jlong{step.step}, step.rate, step.loss,
          step.mean_loss, step.top1_accuracy, step.gradient_norm,
          step.images_per_second, step.seconds_left));
  to.Tell("onStep", "(Lorg/alexnet/TrainListener$Step;)V", told.get());
}

void TellEpoch(Relay& to, const alexnet_epoch_report& epoch) {
  JNIEnv* const env = to.env();
  const Local<jobjectArray> norms(
      env, NewArray(env, "org/alexnet/TrainListener$Norms", epoch.norm_count,
                    [&](size_t i) {
                      const alexnet_layer_norms& from = epoch.norms[i];
                      const Local<jstring> layer(env,
                                                 NewString(env, from.layer));
                      return New(env, "org/alexnet/TrainListener$Norms",
                                 "(Ljava/lang/String;DDD)V", layer.get(),
                                 from.weight, from.gradient, from.update);
                    }));
  const Local<jobjectArray> worst(
      env, NewWrongPictures(env, epoch.worst, epoch.worst_count));
  const Local<jobjectArray> confusion(
      env, NewConfusion(env, epoch.confusion, epoch.confusion_classes));
  const Local<jobject> told(
      env,
      New(env, "org/alexnet/TrainListener$Epoch",
          "(JJJFDDZZDDDDDD[Lorg/alexnet/TrainListener$Norms;"
          "[Lorg/alexnet/Evaluation$Wrong;[[J)V",
          jlong{epoch.epoch}, jlong{epoch.epochs}, jlong{epoch.step},
          epoch.rate, epoch.train_loss, epoch.train_top1_error,
          Boolean(epoch.validated), Boolean(epoch.best), epoch.top1_error,
          epoch.top5_error, epoch.loss, epoch.images_per_second, epoch.seconds,
          epoch.waited_seconds, static_cast<jobject>(norms.get()),
          static_cast<jobject>(worst.get()),
          static_cast<jobject>(confusion.get())));
  to.Tell("onEpoch", "(Lorg/alexnet/TrainListener$Epoch;)V", told.get());
}

void TellCheckpoint(Relay& to, const char* path, int32_t best) {
  JNIEnv* const env = to.env();
  const Local<jstring> text(env, NewString(env, path));
  const Local<jobjectArray> more(
      env, NewArray(env, "java/lang/String", 0,
                    [](size_t) -> jobject { return nullptr; }));
  const Local<jclass> paths(env, env->FindClass("java/nio/file/Path"));
  const jmethodID of = Checked(
      env, env->GetStaticMethodID(
               paths.get(), "of",
               "(Ljava/lang/String;[Ljava/lang/String;)Ljava/nio/file/Path;"));
  const Local<jobject> told(env, env->CallStaticObjectMethod(
                                     paths.get(), of, text.get(), more.get()));
  to.Tell("onCheckpoint", "(Ljava/nio/file/Path;Z)V", told.get(),
          Boolean(best));
}

alexnet_train_listener Listener(Relay* relay) {
  auto listener = Initial(alexnet_train_listener_init);
  if (!relay->has_target()) return listener;
  listener.user = relay;
  listener.on_start = [](void* user, const alexnet_train_start* start) {
    auto* self = static_cast<Relay*>(user);
    return self->Run([&] { TellStart(*self, *start); });
  };
  listener.on_progress = [](void* user, const char* doing, int64_t done,
                            int64_t total) {
    auto* self = static_cast<Relay*>(user);
    return self->Run([&] {
      const Local<jstring> text(self->env(), NewString(self->env(), doing));
      self->Tell("onProgress", "(Ljava/lang/String;JJ)V", text.get(),
                 jlong{done}, jlong{total});
    });
  };
  listener.on_step = [](void* user, const alexnet_step_report* step) {
    auto* self = static_cast<Relay*>(user);
    return self->Run([&] { TellStep(*self, *step); });
  };
  listener.on_epoch = [](void* user, const alexnet_epoch_report* epoch) {
    auto* self = static_cast<Relay*>(user);
    return self->Run([&] { TellEpoch(*self, *epoch); });
  };
  listener.on_checkpoint = [](void* user, const char* path, int32_t best) {
    auto* self = static_cast<Relay*>(user);
    return self->Run([&] { TellCheckpoint(*self, path, best); });
  };
  return listener;
}

// The options of a run, and what they point to.
class TrainOptions {
 public:
  TrainOptions(JNIEnv* env, jobject options, jbyteArray data, jbyteArray out,
               jlong given, jlong context)
      : fields_(env, options),
        data_(env, data),
        out_(env, out),
        java_recipe_(env, fields_.Object("recipe", "Lorg/alexnet/Recipe;")),
        recipe_(env, java_recipe_.get(), given),
        value_(Initial(alexnet_train_options_init)) {
    value_.context = ContextOf(context);
    value_.data = data_.get();
    value_.out = out_.get();
    value_.recipe = recipe_.get();
    // BEGIN options: jni.read train_options from=fields_ to=value_
    value_.preset = fields_.Text("preset");
    value_.input_size = fields_.Long("inputSize");
    value_.resume = fields_.Bool("resume");
    value_.no_validation = fields_.Bool("noValidation");
    value_.validation_fraction = fields_.Double("validationFraction");
    value_.seed = static_cast<uint64_t>(fields_.Long("seed"));
    value_.threads = fields_.Int("threads");
    value_.loader_threads = fields_.Int("loaderThreads");
    value_.strict = fields_.Bool("strict");
    value_.stop_when_stuck = fields_.Bool("stopWhenStuck");
    value_.max_pixels = fields_.Long("maxPixels");
    value_.log_every = fields_.Long("logEvery");
    value_.checkpoint_every = fields_.Long("checkpointEvery");
    value_.device = fields_.Text("device");
    value_.precision = fields_.Code("precision", "Precision");
    value_.tune = fields_.Bool("tune");
    value_.devices = fields_.Text("devices");
    value_.parallel = fields_.Code("parallel", "Parallel");
    value_.launcher = fields_.Code("launcher", "Launcher");
    value_.rate_scaling = fields_.Code("rateScaling", "RateScaling");
    value_.class_weights = fields_.Text("classWeights");
    value_.change_parallel = fields_.Bool("changeParallel");
    // END options
  }
  alexnet_train_options* get() { return &value_; }

 private:
  Fields fields_;
  Text data_;
  Text out_;
  Local<jobject> java_recipe_;
  RecipeFrom recipe_;
  alexnet_train_options value_;
};

jobject NewReport(JNIEnv* env, const alexnet_train_report& report) {
  return New(env, "org/alexnet/Training$Report", "(JJDJDZDDDDJ)V",
             jlong{report.epochs}, jlong{report.steps}, report.seconds,
             jlong{report.best_epoch}, report.best_top1_error,
             Boolean(report.validated), report.top1_error, report.top5_error,
             report.loss, report.train_loss, jlong{report.broken});
}

}  // namespace

ALEXNET_NATIVE(jobject, train)
(JNIEnv* env, jclass, jobject java_options, jbyteArray data, jbyteArray out,
 jlong given, jlong network, jlong context, jlong cancel, jdouble seconds,
 jobject listener) {
  return Guarded(env, [&] {
    TrainOptions options(env, java_options, data, out, given, context);
    options.get()->network = Pointer<alexnet_network>(network);
    Relay relay(env, "TrainListener", listener);
    const alexnet_train_listener told = Listener(&relay);
    const alexnet_limits limits = Limits(cancel, seconds);
    auto report = Initial(alexnet_train_report_init);
    alexnet_error* error = nullptr;
    const alexnet_status status =
        alexnet_train(options.get(), &told, &limits, &report, &error);
    relay.Finish(status, error);
    return NewReport(env, report);
  });
}

ALEXNET_NATIVE(jobject, finetune)
(JNIEnv* env, jclass, jlong model, jfloat head_rate, jobjectArray freeze,
 jobject java_options, jbyteArray data, jbyteArray out, jlong given,
 jlong context, jlong cancel, jdouble seconds, jobject listener) {
  return Guarded(env, [&] {
    TrainOptions options(env, java_options, data, out, given, context);
    const Texts frozen(env, freeze);
    auto what = Initial(alexnet_finetune_options_init);
    what.freeze = frozen.data();
    what.freeze_count = frozen.size();
    what.head_rate = head_rate;
    Relay relay(env, "TrainListener", listener);
    const alexnet_train_listener told = Listener(&relay);
    const alexnet_limits limits = Limits(cancel, seconds);
    auto report = Initial(alexnet_train_report_init);
    alexnet_error* error = nullptr;
    const alexnet_status status =
        alexnet_finetune(Pointer<alexnet_model>(model), &what, options.get(),
                         &told, &limits, &report, &error);
    relay.Finish(status, error);
    return NewReport(env, report);
  });
}

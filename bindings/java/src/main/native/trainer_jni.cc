// Training, step by step.

#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_trainer* Trainer(jlong address) {
  return Pointer<alexnet_trainer>(address);
}

std::vector<jint> Labels(JNIEnv* env, jintArray labels) {
  std::vector<jint> copy(static_cast<size_t>(env->GetArrayLength(labels)));
  env->GetIntArrayRegion(labels, 0, static_cast<jsize>(copy.size()),
                         copy.data());
  Check(env);
  return copy;
}

jobject NewResult(JNIEnv* env, const alexnet_step_result& result) {
  return New(env, "org/alexnet/Trainer$StepResult", "(DJDJI)V", result.loss,
             jlong{result.correct}, result.gradient_norm, jlong{result.step},
             jint{result.threads});
}

}  // namespace

ALEXNET_NATIVE(jlong, trainerCreate)
(JNIEnv* env, jclass, jlong model, jobject java_options) {
  return Guarded(env, [&] {
    Fields fields(env, java_options);
    auto options = Initial(alexnet_trainer_options_init);
    // BEGIN options: jni.read trainer_options from=fields to=options
    options.device = fields.Text("device");
    options.precision = fields.Code("precision", "Precision");
    options.tune = fields.Bool("tune");
    options.threads = fields.Int("threads");
    options.batch = fields.Long("batch");
    options.label_smoothing = fields.Float("labelSmoothing");
    options.seed = static_cast<uint64_t>(fields.Long("seed"));
    // END options
    alexnet_trainer* trainer = nullptr;
    Call(env, alexnet_trainer_create, Pointer<alexnet_model>(model), &options,
         &trainer);
    return Address(trainer);
  });
}

ALEXNET_NATIVE(void, trainerFree)(JNIEnv*, jclass, jlong trainer) {
  alexnet_trainer_free(Trainer(trainer));
}

ALEXNET_NATIVE(jobject, trainerStep)
(JNIEnv* env, jclass, jlong trainer, jobject images, jlong first, jlong size,
 jintArray labels, jobject java_rule) {
  return Guarded(env, [&] {
    const FloatInput input(env, images, first, size);
    const std::vector<jint> classes = Labels(env, labels);
    const Fields fields(env, java_rule);
    auto rule = Initial(alexnet_update_rule_init);
    // BEGIN options: jni.read update_rule from=fields to=rule
    rule.rate = fields.Float("rate");
    rule.momentum = fields.Float("momentum");
    rule.weight_decay = fields.Float("weightDecay");
    rule.clip_gradient_norm = fields.Float("clipGradientNorm");
    // END options
    auto result = Initial(alexnet_step_result_init);
    Call(env, alexnet_trainer_step, Trainer(trainer), input.data(),
         static_cast<size_t>(size), classes.data(), classes.size(), &rule,
         &result);
    return NewResult(env, result);
  });
}

ALEXNET_NATIVE(jobject, trainerGradients)
(JNIEnv* env, jclass, jlong trainer, jfloatArray images, jintArray labels) {
  return Guarded(env, [&] {
    const std::vector<jfloat> input = Floats(env, images);
    const std::vector<jint> classes = Labels(env, labels);
    auto result = Initial(alexnet_step_result_init);
    Call(env, alexnet_trainer_gradients, Trainer(trainer), input.data(),
         input.size(), classes.data(), classes.size(), &result);
    return NewResult(env, result);
  });
}

ALEXNET_NATIVE(void, trainerRead)
(JNIEnv* env, jclass, jlong trainer, jbyteArray name, jint what,
 jfloatArray values) {
  Guarded(env, [&] {
    std::vector<float> copy(static_cast<size_t>(env->GetArrayLength(values)));
    Call(env, alexnet_trainer_read, Trainer(trainer), Text(env, name).get(),
         what, copy.data(), copy.size());
    env->SetFloatArrayRegion(values, 0, static_cast<jsize>(copy.size()),
                             copy.data());
  });
}

ALEXNET_NATIVE(void, trainerWrite)
(JNIEnv* env, jclass, jlong trainer, jbyteArray name, jint what,
 jfloatArray values) {
  Guarded(env, [&] {
    const std::vector<jfloat> copy = Floats(env, values);
    Call(env, alexnet_trainer_write, Trainer(trainer), Text(env, name).get(),
         what, copy.data(), copy.size());
  });
}

ALEXNET_NATIVE(jlong, trainerModel)
(JNIEnv* env, jclass, jlong trainer, jlong cancel, jdouble seconds) {
  return Guarded(env, [&] {
    const alexnet_limits limits = Limits(cancel, seconds);
    alexnet_model* model = nullptr;
    Call(env, alexnet_trainer_model, Trainer(trainer), &limits, &model);
    return Address(model);
  });
}

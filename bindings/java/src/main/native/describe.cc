#include "bindings/java/src/main/native/describe.h"

#include <algorithm>

#include "bindings/java/src/main/native/setters.h"
#include "bindings/java/src/main/native/support.h"

namespace alexnet_jni {
namespace {

constexpr char kPreprocessing[] = "org/alexnet/Preprocessing";
constexpr char kRecipe[] = "org/alexnet/Recipe";

void Copy(const std::vector<float>& from, float* to) {
  std::copy(from.begin(), from.end(), to);
}

}  // namespace

jobject NewLayer(JNIEnv* env, const alexnet_layer_info& info) {
  const Local<jstring> name(env, NewString(env, info.name));
  const Local<jstring> kind(env, NewString(env, info.kind));
  const Local<jlongArray> input(
      env, NewLongs(env, info.input, static_cast<size_t>(info.input_rank)));
  const Local<jlongArray> output(
      env, NewLongs(env, info.output, static_cast<size_t>(info.output_rank)));
  return New(env, "org/alexnet/Layer",
             "(Ljava/lang/String;Ljava/lang/String;I[J[JJJ)V", name.get(),
             kind.get(), jint{info.type}, input.get(), output.get(),
             jlong{info.parameters}, jlong{info.macs});
}

jobject NewPreprocessing(JNIEnv* env, const alexnet_preprocessing& from) {
  Setters to(env, kPreprocessing);
  // BEGIN options: jni.make preprocessing from=from to=to
  to.Enum("channelOrder", "ChannelOrder", from.channel_order);
  to.Enum("resizeRule", "ResizeRule", from.resize_rule);
  to.Enum("resizeFilter", "ResizeFilter", from.resize_filter);
  to.Int("resize", from.resize);
  to.Int("cropHeight", from.crop_height);
  to.Int("cropWidth", from.crop_width);
  to.Float("scale", from.scale);
  to.Enum("meanKind", "MeanKind", from.mean_kind);
  to.Floats("mean", from.mean, 3);
  to.Floats("stddev", from.stddev, 3);
  to.Enum("viewOrder", "ViewOrder", from.view_order);
  to.Floats("colorStddev", from.color_stddev, 3);
  to.Floats("colorAxes", from.color_axes, 9);
  // END options
  to.Int("meanImageHeight", from.mean_image_height);
  to.Int("meanImageWidth", from.mean_image_width);
  if (from.mean_image != nullptr) {
    const size_t channels = from.channel_order == ALEXNET_CHANNELS_GRAY ? 1 : 3;
    to.Floats("meanImage", from.mean_image,
              channels * static_cast<size_t>(from.mean_image_height) *
                  static_cast<size_t>(from.mean_image_width));
  }
  return to.release();
}

PreprocessingFrom::PreprocessingFrom(JNIEnv* env, jobject preprocessing)
    : value_(Initial(alexnet_preprocessing_init)) {
  const Fields from(env, preprocessing);
  // BEGIN options: jni.read preprocessing from=from to=value_
  value_.channel_order = from.Code("channelOrder", "ChannelOrder");
  value_.resize_rule = from.Code("resizeRule", "ResizeRule");
  value_.resize_filter = from.Code("resizeFilter", "ResizeFilter");
  value_.resize = from.Int("resize");
  value_.crop_height = from.Int("cropHeight");
  value_.crop_width = from.Int("cropWidth");
  value_.scale = from.Float("scale");
  value_.mean_kind = from.Code("meanKind", "MeanKind");
  Copy(from.FloatArray("mean"), value_.mean);
  Copy(from.FloatArray("stddev"), value_.stddev);
  value_.view_order = from.Code("viewOrder", "ViewOrder");
  Copy(from.FloatArray("colorStddev"), value_.color_stddev);
  Copy(from.FloatArray("colorAxes"), value_.color_axes);
  // END options
  value_.mean_image_height = from.Int("meanImageHeight");
  value_.mean_image_width = from.Int("meanImageWidth");
  mean_image_ = from.FloatArray("meanImage");
  if (mean_image_.empty()) return;
  const int64_t floats =
      (value_.channel_order == ALEXNET_CHANNELS_GRAY ? 1 : 3) *
      int64_t{value_.mean_image_height} * value_.mean_image_width;
  if (value_.mean_image_height < 0 ||
      static_cast<int64_t>(mean_image_.size()) != floats) {
    Throw(env, "java/lang/IllegalArgumentException",
          "meanImage must have channels * meanImageHeight * meanImageWidth "
          "floats");
  }
  value_.mean_image = mean_image_.data();
}

jobject NewRecipe(JNIEnv* env, const alexnet_recipe& from) {
  Setters to(env, kRecipe);
  // BEGIN options: jni.make recipe from=from to=to
  to.Int("batch", from.batch);
  to.Int("epochs", from.epochs);
  to.Float("rate", from.rate);
  to.Float("momentum", from.momentum);
  to.Float("weightDecay", from.weight_decay);
  to.Enum("schedule", "Schedule", from.schedule);
  to.Float("factor", from.factor);
  to.Floats("milestones", from.milestones, from.milestone_count);
  to.Int("patience", from.patience);
  to.Int("maxCuts", from.max_cuts);
  to.Float("power", from.power);
  to.Float("warmupEpochs", from.warmup_epochs);
  to.Enum("crop", "Crop", from.crop);
  to.Int("pad", from.pad);
  to.Bool("mirror", from.mirror);
  to.Float("colorSigma", from.color_sigma);
  to.Bool("rescaleAfterNoise", from.rescale_after_noise);
  to.Float("labelSmoothing", from.label_smoothing);
  to.Float("clipGradientNorm", from.clip_gradient_norm);
  to.Enum("classBalance", "ClassBalance", from.class_balance);
  // END options
  return to.release();
}

RecipeFrom::RecipeFrom(JNIEnv* env, jobject recipe, jlong given)
    : value_(Initial(alexnet_recipe_init)) {
  if (recipe == nullptr) return;
  const Fields from(env, recipe);
  value_.fields = static_cast<uint64_t>(given);
  // BEGIN options: jni.read recipe from=from to=value_ given=some
  value_.batch = from.BoxedInt("batch");
  value_.epochs = from.BoxedInt("epochs");
  value_.rate = from.BoxedFloat("rate");
  value_.momentum = from.BoxedFloat("momentum");
  value_.weight_decay = from.BoxedFloat("weightDecay");
  value_.schedule = from.Code("schedule", "Schedule");
  value_.factor = from.BoxedFloat("factor");
  milestones_ = from.FloatArray("milestones");
  value_.milestones = milestones_.data();
  value_.milestone_count = milestones_.size();
  value_.patience = from.BoxedInt("patience");
  value_.max_cuts = from.BoxedInt("maxCuts");
  value_.power = from.BoxedFloat("power");
  value_.warmup_epochs = from.BoxedFloat("warmupEpochs");
  value_.crop = from.Code("crop", "Crop");
  value_.pad = from.BoxedInt("pad");
  value_.mirror = from.BoxedBool("mirror");
  value_.color_sigma = from.BoxedFloat("colorSigma");
  value_.rescale_after_noise = from.BoxedBool("rescaleAfterNoise");
  value_.label_smoothing = from.BoxedFloat("labelSmoothing");
  value_.clip_gradient_norm = from.BoxedFloat("clipGradientNorm");
  value_.class_balance = from.Code("classBalance", "ClassBalance");
  // END options
}

jobjectArray NewWrongPictures(JNIEnv* env,
                              const alexnet_wrong_picture* pictures,
                              size_t count) {
  return NewArray(env, "org/alexnet/Evaluation$Wrong", count, [&](size_t i) {
    const alexnet_wrong_picture& from = pictures[i];
    const Local<jstring> name(env, NewString(env, from.name));
    return New(env, "org/alexnet/Evaluation$Wrong",
               "(Ljava/lang/String;JIIFF)V", name.get(), jlong{from.sample},
               jint{from.label}, jint{from.predicted}, from.probability,
               from.label_probability);
  });
}

jobjectArray NewConfusion(JNIEnv* env, const int64_t* counts, size_t classes) {
  return NewArray(env, "[J", classes, [&](size_t i) {
    return NewLongs(env, counts + i * classes, classes);
  });
}

}  // namespace alexnet_jni

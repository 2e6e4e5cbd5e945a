#include "bindings/java/src/main/native/describe.h"

#include <algorithm>

#include "bindings/java/src/main/native/support.h"

namespace alexnet_jni {
namespace {

constexpr char kPreprocessing[] = "org/alexnet/Preprocessing";
constexpr char kRecipe[] = "org/alexnet/Recipe";
constexpr char kInteger[] = "Ljava/lang/Integer;";
constexpr char kFloat[] = "Ljava/lang/Float;";

// Calls the setters of an object of settings, which return it.
class Setters {
 public:
  Setters(JNIEnv* env, const char* type)
      : env_(env),
        name_(type),
        type_(env, env->FindClass(type)),
        object_(env, New(env, type, "()V")) {}

  template <typename T>
  void Set(const char* name, const char* type, T value) {
    const std::string signature = std::string("(") + type + ")L" + name_ + ";";
    const jmethodID setter =
        Checked(env_, env_->GetMethodID(type_.get(), name, signature.c_str()));
    const jvalue argument = detail::Value(value);
    const Local<jobject> itself(
        env_, env_->CallObjectMethodA(object_.get(), setter, &argument));
  }
  void Int(const char* name, int32_t value) { Set(name, "I", jint{value}); }
  void Float(const char* name, float value) { Set(name, "F", jfloat{value}); }
  void Bool(const char* name, int32_t value) { Set(name, "Z", Boolean(value)); }
  void Floats(const char* name, const float* values, size_t count) {
    const Local<jfloatArray> array(env_, NewFloats(env_, values, count));
    Set(name, "[F", static_cast<jobject>(array.get()));
  }
  // An enum of org.alexnet by its code.
  void Enum(const char* name, const char* type, int32_t code) {
    const std::string full = std::string("org/alexnet/") + type;
    const std::string descriptor = "L" + full + ";";
    const Local<jclass> found(env_, env_->FindClass(full.c_str()));
    const jmethodID of =
        Checked(env_, env_->GetStaticMethodID(found.get(), "of",
                                              ("(I)" + descriptor).c_str()));
    const Local<jobject> value(
        env_, env_->CallStaticObjectMethod(found.get(), of, jint{code}));
    Set(name, descriptor.c_str(), value.get());
  }
  jobject release() { return object_.release(); }

 private:
  JNIEnv* env_;
  std::string name_;
  Local<jclass> type_;
  Local<jobject> object_;
};

void Copy(const std::vector<float>& from, float* to) {
  std::copy(from.begin(), from.end(), to);
}

}  // namespace

jobject NewLayer(JNIEnv* env, const alexnet_layer_info& info) {
  const Local<jstring> name(env, NewString(env, info.name));
  const Local<jstring> kind(env, NewString(env, info.kind));
  const Local<jlongArray> output(
      env, NewLongs(env, info.output, static_cast<size_t>(info.output_rank)));
  return New(env, "org/alexnet/Layer",
             "(Ljava/lang/String;Ljava/lang/String;[JJJ)V", name.get(),
             kind.get(), output.get(), jlong{info.parameters},
             jlong{info.macs});
}

jobject NewPreprocessing(JNIEnv* env, const alexnet_preprocessing& from) {
  Setters to(env, kPreprocessing);
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
  return to.release();
}

RecipeFrom::RecipeFrom(JNIEnv* env, jobject recipe, jlong given)
    : value_(Initial(alexnet_recipe_init)) {
  if (recipe == nullptr) return;
  const Fields from(env, recipe);
  const auto whole = [&from](const char* name) {
    return static_cast<int32_t>(from.Number(name, kInteger));
  };
  const auto real = [&from](const char* name) {
    return static_cast<float>(from.Number(name, kFloat));
  };
  value_.fields = static_cast<uint64_t>(given);
  value_.batch = whole("batch");
  value_.epochs = whole("epochs");
  value_.rate = real("rate");
  value_.momentum = real("momentum");
  value_.weight_decay = real("weightDecay");
  value_.schedule = from.Code("schedule", "Schedule");
  value_.factor = real("factor");
  milestones_ = from.FloatArray("milestones");
  value_.milestones = milestones_.data();
  value_.milestone_count = milestones_.size();
  value_.patience = whole("patience");
  value_.max_cuts = whole("maxCuts");
  value_.power = real("power");
  value_.warmup_epochs = real("warmupEpochs");
  value_.crop = from.Code("crop", "Crop");
  value_.pad = whole("pad");
  value_.mirror = from.Flag("mirror") ? 1 : 0;
  value_.color_sigma = real("colorSigma");
  value_.rescale_after_noise = from.Flag("rescaleAfterNoise") ? 1 : 0;
  value_.label_smoothing = real("labelSmoothing");
  value_.clip_gradient_norm = real("clipGradientNorm");
}

}  // namespace alexnet_jni

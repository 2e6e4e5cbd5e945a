// Layers, preprocessing and recipes, which networks and models share, between
// the interface and Java.

#ifndef ALEXNET_BINDINGS_JAVA_DESCRIBE_H_
#define ALEXNET_BINDINGS_JAVA_DESCRIBE_H_

#include <alexnet/alexnet.h>
#include <jni.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace alexnet_jni {

jobject NewLayer(JNIEnv* env, const alexnet_layer_info& info);

jobject NewPreprocessing(JNIEnv* env, const alexnet_preprocessing& from);
// What a Preprocessing of Java says; the mean image lives in here.
class PreprocessingFrom {
 public:
  PreprocessingFrom(JNIEnv* env, jobject preprocessing);
  const alexnet_preprocessing* get() const { return &value_; }

 private:
  alexnet_preprocessing value_;
  std::vector<float> mean_image_;
};

jobject NewRecipe(JNIEnv* env, const alexnet_recipe& from);
// What a Recipe of Java gives (bits `given`); the milestones live in here.
class RecipeFrom {
 public:
  RecipeFrom(JNIEnv* env, jobject recipe, jlong given);
  const alexnet_recipe* get() const { return &value_; }

 private:
  alexnet_recipe value_;
  std::vector<float> milestones_;
};

// Evaluation.Wrong[].
jobjectArray NewWrongPictures(JNIEnv* env,
                              const alexnet_wrong_picture* pictures,
                              size_t count);
// long[][] of (classes, classes).
jobjectArray NewConfusion(JNIEnv* env, const int64_t* counts, size_t classes);

}  // namespace alexnet_jni

#endif  // ALEXNET_BINDINGS_JAVA_DESCRIBE_H_

// Networks, layer by layer.

#include "bindings/java/src/main/native/describe.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_network* Network(jlong address) {
  return Pointer<alexnet_network>(address);
}

}  // namespace

ALEXNET_NATIVE(jlong, networkPreset)
(JNIEnv* env, jclass, jbyteArray name, jlong classes, jlong input_size) {
  return Guarded(env, [&] {
    alexnet_network* network = nullptr;
    Call(env, alexnet_network_create_preset, Text(env, name).get(), classes,
         input_size, &network);
    return Address(network);
  });
}

ALEXNET_NATIVE(jlong, networkCreate)
(JNIEnv* env, jclass, jbyteArray name, jlong channels, jlong height,
 jlong width) {
  return Guarded(env, [&] {
    alexnet_network* network = nullptr;
    Call(env, alexnet_network_create, Text(env, name).get(), channels, height,
         width, &network);
    return Address(network);
  });
}

ALEXNET_NATIVE(void, networkFree)(JNIEnv*, jclass, jlong network) {
  alexnet_network_free(Network(network));
}

ALEXNET_NATIVE(jstring, networkText)(JNIEnv* env, jclass, jlong network) {
  return Guarded(env, [&] {
    char* text = nullptr;
    Call(env, alexnet_network_text, Network(network), &text);
    return TakeString(env, text);
  });
}

ALEXNET_NATIVE(jstring, networkJson)(JNIEnv* env, jclass, jlong network) {
  return Guarded(env, [&] {
    char* json = nullptr;
    Call(env, alexnet_network_json, Network(network), &json);
    return TakeString(env, json);
  });
}

ALEXNET_NATIVE(jobjectArray, networkLayers)
(JNIEnv* env, jclass, jlong network) {
  return Guarded(env, [&] {
    return NewArray(
        env, "org/alexnet/Layer", alexnet_network_layer_count(Network(network)),
        [&](size_t i) {
          auto info = Initial(alexnet_layer_info_init);
          Call(env, alexnet_network_layer_at, Network(network), i, &info);
          return NewLayer(env, info);
        });
  });
}

ALEXNET_NATIVE(jobject, networkPreprocessing)
(JNIEnv* env, jclass, jlong network) {
  return Guarded(env, [&] {
    auto preprocessing = Initial(alexnet_preprocessing_init);
    Call(env, alexnet_network_get_preprocessing, Network(network),
         &preprocessing);
    return NewPreprocessing(env, preprocessing);
  });
}

ALEXNET_NATIVE(void, setNetworkPreprocessing)
(JNIEnv* env, jclass, jlong network, jobject preprocessing) {
  Guarded(env, [&] {
    const PreprocessingFrom from(env, preprocessing);
    Call(env, alexnet_network_set_preprocessing, Network(network), from.get());
  });
}

ALEXNET_NATIVE(jobject, networkRecipe)(JNIEnv* env, jclass, jlong network) {
  return Guarded(env, [&] {
    auto recipe = Initial(alexnet_recipe_init);
    Call(env, alexnet_network_get_recipe, Network(network), &recipe);
    return NewRecipe(env, recipe);
  });
}

ALEXNET_NATIVE(void, setNetworkRecipe)
(JNIEnv* env, jclass, jlong network, jobject recipe, jlong given) {
  Guarded(env, [&] {
    const RecipeFrom from(env, recipe, given);
    Call(env, alexnet_network_set_recipe, Network(network), from.get());
  });
}

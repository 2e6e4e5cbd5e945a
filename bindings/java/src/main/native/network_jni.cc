// Networks, layer by layer.

#include "bindings/java/src/main/native/describe.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_network* Network(jlong address) {
  return Pointer<alexnet_network>(address);
}

// Both are read from records nested in options.
alexnet_parameter_rule Rule(JNIEnv* env, const Fields& options,
                            const char* name) {
  const Local<jobject> rule(
      env, options.Object(name, "Lorg/alexnet/ParameterRule;"));
  if (rule.get() == nullptr) {
    Throw(env, "java/lang/NullPointerException", name);
  }
  const Fields from(env, rule.get());
  alexnet_parameter_rule result = {};
  result.init = from.Code("initializer", "Initializer");
  result.value = from.Float("value");
  result.rate = from.Float("rate");
  result.decay = from.Float("decay");
  result.frozen = from.Bool("frozen");
  result.no_decay = from.Bool("noDecay");
  return result;
}

alexnet_window Window(JNIEnv* env, const Fields& options) {
  const Local<jobject> window(env,
                              options.Object("window", "Lorg/alexnet/Window;"));
  const Fields from(env, window.get());
  alexnet_window result = {};
  result.kernel_h = from.Long("kernelHeight");
  result.kernel_w = from.Long("kernelWidth");
  result.stride_h = from.Long("strideHeight");
  result.stride_w = from.Long("strideWidth");
  result.pad_top = from.Long("padTop");
  result.pad_left = from.Long("padLeft");
  result.pad_bottom = from.Long("padBottom");
  result.pad_right = from.Long("padRight");
  result.rounding =
      from.Bool("roundUp") != 0 ? ALEXNET_ROUND_CEIL : ALEXNET_ROUND_FLOOR;
  return result;
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

ALEXNET_NATIVE(void, addConvolution)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jobject java_options) {
  Guarded(env, [&] {
    const Fields fields(env, java_options);
    auto options = Initial(alexnet_convolution_options_init);
    options.out_channels = fields.Long("outChannels");
    options.window = Window(env, fields);
    options.groups = fields.Long("groups");
    options.no_bias = fields.Bool("noBias");
    options.weight = Rule(env, fields, "weight");
    options.bias = Rule(env, fields, "bias");
    Call(env, alexnet_network_add_convolution, Network(network),
         Text(env, name).get(), &options);
  });
}

ALEXNET_NATIVE(void, addPooling)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jobject java_options) {
  Guarded(env, [&] {
    const Fields fields(env, java_options);
    auto options = Initial(alexnet_pooling_options_init);
    options.kind =
        fields.Bool("average") != 0 ? ALEXNET_POOL_AVERAGE : ALEXNET_POOL_MAX;
    options.window = Window(env, fields);
    options.exclude_padding = fields.Bool("excludePadding");
    Call(env, alexnet_network_add_pooling, Network(network),
         Text(env, name).get(), &options);
  });
}

ALEXNET_NATIVE(void, addLrn)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jobject java_options) {
  Guarded(env, [&] {
    const Fields fields(env, java_options);
    auto options = Initial(alexnet_lrn_options_init);
    options.region = fields.Bool("withinChannel") != 0
                         ? ALEXNET_LRN_WITHIN_CHANNEL
                         : ALEXNET_LRN_ACROSS_CHANNELS;
    options.alpha_undivided = fields.Bool("alphaUndivided");
    options.size = fields.Long("size");
    options.alpha = fields.Float("alpha");
    options.beta = fields.Float("beta");
    options.k = fields.Float("k");
    options.groups = fields.Long("groups");
    Call(env, alexnet_network_add_lrn, Network(network), Text(env, name).get(),
         &options);
  });
}

ALEXNET_NATIVE(void, addActivation)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jboolean tanh) {
  Guarded(env, [&] {
    Call(env, alexnet_network_add_activation, Network(network),
         Text(env, name).get(),
         int32_t{tanh == JNI_TRUE ? ALEXNET_ACTIVATION_TANH
                                  : ALEXNET_ACTIVATION_RELU});
  });
}

ALEXNET_NATIVE(void, addDropout)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jfloat rate) {
  Guarded(env, [&] {
    Call(env, alexnet_network_add_dropout, Network(network),
         Text(env, name).get(), rate);
  });
}

ALEXNET_NATIVE(void, addAdaptiveAveragePooling)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jlong out_height,
 jlong out_width) {
  Guarded(env, [&] {
    Call(env, alexnet_network_add_adaptive_average_pooling, Network(network),
         Text(env, name).get(), out_height, out_width);
  });
}

ALEXNET_NATIVE(void, addFullyConnected)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jobject java_options) {
  Guarded(env, [&] {
    const Fields fields(env, java_options);
    auto options = Initial(alexnet_fully_connected_options_init);
    options.out_features = fields.Long("outFeatures");
    options.no_bias = fields.Bool("noBias");
    options.weight = Rule(env, fields, "weight");
    options.bias = Rule(env, fields, "bias");
    Call(env, alexnet_network_add_fully_connected, Network(network),
         Text(env, name).get(), &options);
  });
}

ALEXNET_NATIVE(void, addSoftmax)
(JNIEnv* env, jclass, jlong network, jbyteArray name) {
  Guarded(env, [&] {
    Call(env, alexnet_network_add_softmax, Network(network),
         Text(env, name).get());
  });
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

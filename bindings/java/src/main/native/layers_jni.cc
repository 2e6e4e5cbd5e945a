// Layers: added to networks, and read again.

#include "bindings/java/src/main/native/setters.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_network* Network(jlong address) {
  return Pointer<alexnet_network>(address);
}

// What is no index becomes one that no network has.
size_t Index(jlong index) { return static_cast<size_t>(index); }

// Records nested in options, to the interface and back.

alexnet_parameter_rule ReadParameterRule(JNIEnv* env, const Fields& options,
                                         const char* name) {
  const Local<jobject> rule(
      env, options.Object(name, "Lorg/alexnet/ParameterRule;"));
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

jobject NewParameterRule(JNIEnv* env, const alexnet_parameter_rule& rule) {
  return New(env, "org/alexnet/ParameterRule", "(IFFFZZ)V", jint{rule.init},
             rule.value, rule.rate, rule.decay, Boolean(rule.frozen),
             Boolean(rule.no_decay));
}

alexnet_window ReadWindow(JNIEnv* env, const Fields& options,
                          const char* name) {
  const Local<jobject> window(env,
                              options.Object(name, "Lorg/alexnet/Window;"));
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

jobject NewWindow(JNIEnv* env, const alexnet_window& window) {
  return New(
      env, "org/alexnet/Window", "(JJJJJJJJZ)V", jlong{window.kernel_h},
      jlong{window.kernel_w}, jlong{window.stride_h}, jlong{window.stride_w},
      jlong{window.pad_top}, jlong{window.pad_left}, jlong{window.pad_bottom},
      jlong{window.pad_right}, Boolean(window.rounding == ALEXNET_ROUND_CEIL));
}

}  // namespace

ALEXNET_NATIVE(void, addConvolution)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jobject java_options) {
  Guarded(env, [&] {
    const Fields fields(env, java_options);
    auto options = Initial(alexnet_convolution_options_init);
    // BEGIN options: jni.read convolution from=fields to=options
    options.out_channels = fields.Long("outChannels");
    options.window = ReadWindow(env, fields, "window");
    options.groups = fields.Long("groups");
    options.no_bias = fields.Bool("noBias");
    options.weight = ReadParameterRule(env, fields, "weight");
    options.bias = ReadParameterRule(env, fields, "bias");
    // END options
    Call(env, alexnet_network_add_convolution, Network(network),
         Text(env, name).get(), &options);
  });
}

ALEXNET_NATIVE(jobject, networkConvolution)
(JNIEnv* env, jclass, jlong network, jlong index) {
  return Guarded(env, [&] {
    auto options = Initial(alexnet_convolution_options_init);
    Call(env, alexnet_network_get_convolution, Network(network), Index(index),
         &options);
    Setters to(env, "org/alexnet/ConvolutionOptions");
    // BEGIN options: jni.make convolution from=options to=to
    to.Long("outChannels", options.out_channels);
    to.Take("window", "Window", NewWindow(env, options.window));
    to.Long("groups", options.groups);
    to.Bool("noBias", options.no_bias);
    to.Take("weight", "ParameterRule", NewParameterRule(env, options.weight));
    to.Take("bias", "ParameterRule", NewParameterRule(env, options.bias));
    // END options
    return to.release();
  });
}

ALEXNET_NATIVE(void, addPooling)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jobject java_options) {
  Guarded(env, [&] {
    const Fields fields(env, java_options);
    auto options = Initial(alexnet_pooling_options_init);
    // BEGIN options: jni.read pooling from=fields to=options
    options.kind = fields.Code("kind", "PoolKind");
    options.window = ReadWindow(env, fields, "window");
    options.exclude_padding = fields.Bool("excludePadding");
    // END options
    Call(env, alexnet_network_add_pooling, Network(network),
         Text(env, name).get(), &options);
  });
}

ALEXNET_NATIVE(jobject, networkPooling)
(JNIEnv* env, jclass, jlong network, jlong index) {
  return Guarded(env, [&] {
    auto options = Initial(alexnet_pooling_options_init);
    Call(env, alexnet_network_get_pooling, Network(network), Index(index),
         &options);
    Setters to(env, "org/alexnet/PoolingOptions");
    // BEGIN options: jni.make pooling from=options to=to
    to.Enum("kind", "PoolKind", options.kind);
    to.Take("window", "Window", NewWindow(env, options.window));
    to.Bool("excludePadding", options.exclude_padding);
    // END options
    return to.release();
  });
}

ALEXNET_NATIVE(void, addLrn)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jobject java_options) {
  Guarded(env, [&] {
    const Fields fields(env, java_options);
    auto options = Initial(alexnet_lrn_options_init);
    // BEGIN options: jni.read lrn from=fields to=options
    options.region = fields.Code("region", "LrnRegion");
    options.size = fields.Long("size");
    options.alpha = fields.Float("alpha");
    options.alpha_undivided = fields.Bool("alphaUndivided");
    options.beta = fields.Float("beta");
    options.k = fields.Float("k");
    options.groups = fields.Long("groups");
    // END options
    Call(env, alexnet_network_add_lrn, Network(network), Text(env, name).get(),
         &options);
  });
}

ALEXNET_NATIVE(jobject, networkLrn)
(JNIEnv* env, jclass, jlong network, jlong index) {
  return Guarded(env, [&] {
    auto options = Initial(alexnet_lrn_options_init);
    Call(env, alexnet_network_get_lrn, Network(network), Index(index),
         &options);
    Setters to(env, "org/alexnet/LrnOptions");
    // BEGIN options: jni.make lrn from=options to=to
    to.Enum("region", "LrnRegion", options.region);
    to.Long("size", options.size);
    to.Float("alpha", options.alpha);
    to.Bool("alphaUndivided", options.alpha_undivided);
    to.Float("beta", options.beta);
    to.Float("k", options.k);
    to.Long("groups", options.groups);
    // END options
    return to.release();
  });
}

ALEXNET_NATIVE(void, addFullyConnected)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jobject java_options) {
  Guarded(env, [&] {
    const Fields fields(env, java_options);
    auto options = Initial(alexnet_fully_connected_options_init);
    // BEGIN options: jni.read fully_connected from=fields to=options
    options.out_features = fields.Long("outFeatures");
    options.no_bias = fields.Bool("noBias");
    options.weight = ReadParameterRule(env, fields, "weight");
    options.bias = ReadParameterRule(env, fields, "bias");
    // END options
    Call(env, alexnet_network_add_fully_connected, Network(network),
         Text(env, name).get(), &options);
  });
}

ALEXNET_NATIVE(jobject, networkFullyConnected)
(JNIEnv* env, jclass, jlong network, jlong index) {
  return Guarded(env, [&] {
    auto options = Initial(alexnet_fully_connected_options_init);
    Call(env, alexnet_network_get_fully_connected, Network(network),
         Index(index), &options);
    Setters to(env, "org/alexnet/FullyConnectedOptions");
    // BEGIN options: jni.make fully_connected from=options to=to
    to.Long("outFeatures", options.out_features);
    to.Bool("noBias", options.no_bias);
    to.Take("weight", "ParameterRule", NewParameterRule(env, options.weight));
    to.Take("bias", "ParameterRule", NewParameterRule(env, options.bias));
    // END options
    return to.release();
  });
}

ALEXNET_NATIVE(void, addLocallyConnected)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jobject java_options) {
  Guarded(env, [&] {
    const Fields fields(env, java_options);
    auto options = Initial(alexnet_locally_connected_options_init);
    // BEGIN options: jni.read locally_connected from=fields to=options
    options.out_channels = fields.Long("outChannels");
    options.window = ReadWindow(env, fields, "window");
    options.no_bias = fields.Bool("noBias");
    options.weight = ReadParameterRule(env, fields, "weight");
    options.bias = ReadParameterRule(env, fields, "bias");
    // END options
    Call(env, alexnet_network_add_locally_connected, Network(network),
         Text(env, name).get(), &options);
  });
}

ALEXNET_NATIVE(jobject, networkLocallyConnected)
(JNIEnv* env, jclass, jlong network, jlong index) {
  return Guarded(env, [&] {
    auto options = Initial(alexnet_locally_connected_options_init);
    Call(env, alexnet_network_get_locally_connected, Network(network),
         Index(index), &options);
    Setters to(env, "org/alexnet/LocallyConnectedOptions");
    // BEGIN options: jni.make locally_connected from=options to=to
    to.Long("outChannels", options.out_channels);
    to.Take("window", "Window", NewWindow(env, options.window));
    to.Bool("noBias", options.no_bias);
    to.Take("weight", "ParameterRule", NewParameterRule(env, options.weight));
    to.Take("bias", "ParameterRule", NewParameterRule(env, options.bias));
    // END options
    return to.release();
  });
}

ALEXNET_NATIVE(void, addActivation)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jint kind) {
  Guarded(env, [&] {
    Call(env, alexnet_network_add_activation, Network(network),
         Text(env, name).get(), kind);
  });
}

ALEXNET_NATIVE(jint, networkActivation)
(JNIEnv* env, jclass, jlong network, jlong index) {
  return Guarded(env, [&] {
    int32_t kind = 0;
    Call(env, alexnet_network_get_activation, Network(network), Index(index),
         &kind);
    return jint{kind};
  });
}

ALEXNET_NATIVE(void, addDropout)
(JNIEnv* env, jclass, jlong network, jbyteArray name, jfloat rate) {
  Guarded(env, [&] {
    Call(env, alexnet_network_add_dropout, Network(network),
         Text(env, name).get(), rate);
  });
}

ALEXNET_NATIVE(jfloat, networkDropout)
(JNIEnv* env, jclass, jlong network, jlong index) {
  return Guarded(env, [&] {
    float rate = 0;
    Call(env, alexnet_network_get_dropout, Network(network), Index(index),
         &rate);
    return rate;
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

ALEXNET_NATIVE(jlongArray, networkAdaptiveAveragePooling)
(JNIEnv* env, jclass, jlong network, jlong index) {
  return Guarded(env, [&] {
    int64_t out[2] = {};
    Call(env, alexnet_network_get_adaptive_average_pooling, Network(network),
         Index(index), &out[0], &out[1]);
    return NewLongs(env, out, 2);
  });
}

ALEXNET_NATIVE(void, setOption)
(JNIEnv* env, jclass, jlong network, jbyteArray pattern, jbyteArray option,
 jbyteArray value) {
  Guarded(env, [&] {
    Call(env, alexnet_network_set_option, Network(network),
         Text(env, pattern).get(), Text(env, option).get(),
         Text(env, value).get());
  });
}

ALEXNET_NATIVE(void, removeLayers)
(JNIEnv* env, jclass, jlong network, jbyteArray pattern) {
  Guarded(env, [&] {
    Call(env, alexnet_network_remove_layers, Network(network),
         Text(env, pattern).get());
  });
}

ALEXNET_NATIVE(void, addSoftmax)
(JNIEnv* env, jclass, jlong network, jbyteArray name) {
  Guarded(env, [&] {
    Call(env, alexnet_network_add_softmax, Network(network),
         Text(env, name).get());
  });
}

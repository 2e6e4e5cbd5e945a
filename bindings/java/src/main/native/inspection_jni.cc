// Damaged files, and what tensors look like.

#include <algorithm>
#include <vector>

#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

ALEXNET_NATIVE(jlong, modelLoadDamaged)
(JNIEnv* env, jclass, jbyteArray path) {
  return Guarded(env, [&] {
    alexnet_model* model = nullptr;
    Call(env, alexnet_model_load_damaged, Text(env, path).get(), &model);
    return Address(model);
  });
}

ALEXNET_NATIVE(jobjectArray, modelDamage)
(JNIEnv* env, jclass, jlong model, jint threads, jint most, jlong cancel,
 jdouble seconds) {
  return Guarded(env, [&] {
    const alexnet_limits limits = Limits(cancel, seconds);
    std::vector<alexnet_damage> damage(static_cast<size_t>(most));
    size_t found = 0;
    Call(env, alexnet_model_find_damage, Pointer<alexnet_model>(model), threads,
         &limits, damage.size(), damage.data(), &found);
    return NewArray(env, "org/alexnet/Damage", found, [&](size_t i) {
      return New(env, "org/alexnet/Damage", "(JJJJ)V", jlong{damage[i].tensor},
                 jlong{damage[i].chunk}, static_cast<jlong>(damage[i].offset),
                 static_cast<jlong>(damage[i].bytes));
    });
  });
}

ALEXNET_NATIVE(jobject, measureTensor)
(JNIEnv* env, jclass, jlong model, jint index, jint threads, jlong cancel,
 jdouble seconds) {
  return Guarded(env, [&] {
    const alexnet_limits limits = Limits(cancel, seconds);
    const auto at = static_cast<size_t>(index);
    auto info = Initial(alexnet_tensor_info_init);
    Call(env, alexnet_model_tensor_at, Pointer<alexnet_model>(model), at,
         &info);
    // Filters lie along the first axis.
    std::vector<int64_t> same_as(static_cast<size_t>(info.shape[0]));
    auto s = Initial(alexnet_tensor_statistics_init);
    Call(env, alexnet_model_measure_tensor, Pointer<alexnet_model>(model), at,
         threads, &limits, &s, same_as.data(), same_as.size());
    const Local<jlongArray> filters(
        env, NewLongs(env, same_as.data(), static_cast<size_t>(s.filters)));
    return New(env, "org/alexnet/TensorStatistics", "(JJJJDDDDJJJ[J)V",
               jlong{s.elements}, jlong{s.zeros}, jlong{s.nans},
               jlong{s.infinities}, jdouble{s.min}, jdouble{s.max},
               jdouble{s.mean}, jdouble{s.stddev}, jlong{s.filters},
               jlong{s.dead_filters}, jlong{s.duplicate_filters},
               filters.get());
  });
}

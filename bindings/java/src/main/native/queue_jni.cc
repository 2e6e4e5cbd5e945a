// Batching queues.

#include "bindings/java/src/main/native/float_output.h"
#include "bindings/java/src/main/native/log_context.h"
#include "bindings/java/src/main/native/support.h"
#include "org_alexnet_Native.h"

using namespace alexnet_jni;  // NOLINT: this file is all natives

namespace {

alexnet_queue* Queue(jlong address) { return Pointer<alexnet_queue>(address); }

}  // namespace

ALEXNET_NATIVE(jlong, queueCreate)
(JNIEnv* env, jclass, jlong model, jobject java_options, jlong context) {
  return Guarded(env, [&] {
    Fields fields(env, java_options);
    auto options = Initial(alexnet_queue_options_init);
    options.context = ContextOf(context);
    // BEGIN options: jni.read queue_options from=fields to=options
    options.device = fields.Text("device");
    options.threads = fields.Int("threads");
    options.batch = fields.Long("batch");
    options.weight_dtype = fields.Code("weightDtype", "WeightType");
    options.precision = fields.Code("precision", "Precision");
    options.tune = fields.Bool("tune");
    options.ten_crop = fields.Bool("tenCrop");
    options.max_wait_milliseconds = fields.Double("maxWaitMilliseconds");
    options.capacity = fields.Long("capacity");
    options.when_full = fields.Code("whenFull", "WhenFull");
    options.devices = fields.Text("devices");
    options.parallel = fields.Code("parallel", "Parallel");
    // END options
    alexnet_queue* queue = nullptr;
    Call(env, alexnet_queue_create, Pointer<alexnet_model>(model), &options,
         &queue);
    return Address(queue);
  });
}

ALEXNET_NATIVE(void, queueFree)(JNIEnv*, jclass, jlong queue) {
  alexnet_queue_free(Queue(queue));
}

ALEXNET_NATIVE(jobject, queueInfo)(JNIEnv* env, jclass, jlong queue) {
  return Guarded(env, [&] {
    auto info = Initial(alexnet_queue_info_init);
    Call(env, alexnet_queue_get_info, Queue(queue), &info);
    return New(env, "org/alexnet/BatchingQueue$Info", "(JJJJJJIJJJDJJJD)V",
               jlong{info.channels}, jlong{info.height}, jlong{info.width},
               jlong{info.views}, jlong{info.classes}, jlong{info.batch},
               jint{info.threads}, jlong{info.requests}, jlong{info.samples},
               jlong{info.batches}, jdouble{info.mean_batch},
               jlong{info.refused}, jlong{info.given_up}, jlong{info.waiting},
               jdouble{info.longest_wait_milliseconds});
  });
}

ALEXNET_NATIVE(void, queueRun)
(JNIEnv* env, jclass, jlong queue, jobject views, jlong first, jlong size,
 jlong count, jlong cancel, jdouble seconds, jobject output, jlong at,
 jlong floats) {
  Guarded(env, [&] {
    const FloatInput input(env, views, first, size);
    FloatOutput rows(env, output, at, floats);
    const alexnet_limits limits = Limits(cancel, seconds);
    Call(env, alexnet_queue_run, Queue(queue), input.data(),
         static_cast<size_t>(size), count, &limits, rows.data(), rows.size());
    rows.Store();
  });
}

ALEXNET_NATIVE(void, queueClose)
(JNIEnv* env, jclass, jlong queue, jboolean cancel) {
  Guarded(env, [&] {
    Call(env, alexnet_queue_close, Queue(queue),
         int32_t{cancel == JNI_TRUE ? 1 : 0});
  });
}

#include <chrono>
#include <memory>
#include <utility>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/device_options.h"
#include "capi/model.h"
#include "capi/struct_size.h"
#include "core/infer/batching_queue.h"

struct alexnet_queue : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c5155;
  static constexpr const char* kName = "queue";
  alexnet_queue() : Counted(kTag) {}

  alexnet::capi::Ref<alexnet_context> context;
  const alexnet::ModelBatchRunner* runner = nullptr;  // the queue's
  std::unique_ptr<alexnet::BatchingQueue> queue;
};

namespace alexnet::capi {
namespace {

Result<QueueOptions> ReadQueueOptions(const alexnet_queue_options& given) {
  QueueOptions options;
  ALEXNET_RETURN_IF_ERROR(ReadCompileOptions(given, &options));
  // BEGIN options: capi.read queue_options from=given to=options
  options.ten_crop = given.ten_crop != 0;
  options.max_wait_milliseconds = given.max_wait_milliseconds;
  if (given.capacity != 0) options.capacity = given.capacity;
  ALEXNET_ASSIGN_OR_RETURN(
      options.when_full,
      ReadEnum<WhenFull>(given.when_full, ALEXNET_WHEN_FULL_REFUSE,
                         "when_full"));
  // END options
  return options;
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_queue_create(const alexnet_model* handle,
                                    const alexnet_queue_options* given,
                                    alexnet_queue** queue,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(queue, "queue"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(handle));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_queue_options read,
                             ReadStruct(given, "alexnet_queue_options"));
    auto made = std::make_unique<alexnet_queue>();
    ALEXNET_ASSIGN_OR_RETURN(made->context, EnterOptional(read.context));
    ALEXNET_ASSIGN_OR_RETURN(const QueueOptions options,
                             ReadQueueOptions(read));
    ALEXNET_ASSIGN_OR_RETURN(auto runner,
                             MakeQueueRunner(model->shared, options));
    made->runner = runner.get();
    ALEXNET_ASSIGN_OR_RETURN(made->queue,
                             BatchingQueue::Create(std::move(runner), options));
    *queue = made.release();
    return Status();
  });
}

void alexnet_queue_free(alexnet_queue* handle) {
  // Calls that are inside wait for nobody: nobody can come any more.
  alexnet_queue_close(handle, 0, nullptr);
  FreeHandle(handle);
}

alexnet_status alexnet_queue_run(alexnet_queue* handle, const float* views,
                                 size_t view_size, int64_t count,
                                 const alexnet_limits* given_limits,
                                 float* output, size_t output_size,
                                 alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto queue, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckArray(views, view_size, "views"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(output, output_size, "output"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    Interrupt interrupt = limits.interrupt();
    interrupt.own_token = nullptr;  // there is no callback that would fire it
    return queue->queue
        ->Run({views, view_size}, count, {output, output_size}, interrupt)
        .WithField("queue");
  });
}

alexnet_status alexnet_queue_close(alexnet_queue* handle, int32_t cancel,
                                   alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto queue, Enter(handle));
    return queue->queue->Close(cancel != 0).WithField("queue");
  });
}

alexnet_status alexnet_queue_get_info(const alexnet_queue* handle,
                                      alexnet_queue_info* info,
                                      alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto entered, Enter(handle));
    const auto counts = entered->queue->counts();
    if (!counts.ok()) return counts.status().WithField("queue");
    const ModelBatchRunner& runner = *entered->runner;
    const Network& network = runner.model().network();
    alexnet_queue_info result{};
    result.channels = network.channels;
    result.height = network.height;
    result.width = network.width;
    result.views = runner.views();
    result.classes = runner.classes();
    result.batch = runner.most();
    result.threads = runner.threads();
    result.requests = counts->requests;
    result.samples = counts->samples;
    result.batches = counts->batches;
    if (counts->batches > 0) {
      result.mean_batch = static_cast<double>(counts->samples) /
                          static_cast<double>(counts->batches);
    }
    result.refused = counts->refused;
    result.given_up = counts->given_up;
    result.waiting = counts->waiting;
    result.longest_wait_milliseconds =
        std::chrono::duration<double, std::milli>(counts->longest_wait).count();
    return FillStruct(result, info, "alexnet_queue_info");
  });
}

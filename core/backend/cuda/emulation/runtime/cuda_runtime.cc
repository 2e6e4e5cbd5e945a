#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

struct EmulatedGraph {
  std::vector<std::function<void()>> work;
};

struct EmulatedStream {
  std::deque<std::function<void()>> work;
  int64_t sent = 0;
  int64_t done = 0;
  EmulatedGraph* capture = nullptr;

  void RunUntil(int64_t target) {
    while (done < target) {
      const std::function<void()> next = std::move(work.front());
      work.pop_front();
      next();
      ++done;
    }
  }
};

struct EmulatedEvent {
  EmulatedStream* stream = nullptr;
  int64_t place = 0;
  std::shared_ptr<float> time;  // of the clock; null: not for timing
};

namespace emulation {
namespace {

std::map<void*, size_t>& Allocations() {
  static std::map<void*, size_t> allocations;
  return allocations;
}
// Memory comes and goes on any thread.
std::mutex allocation_mutex;

}  // namespace

bool BackwardsInEnvironment() {
  const char* value = std::getenv("ALEXNET_EMULATION_BACKWARDS");
  return value != nullptr && std::strcmp(value, "1") == 0;
}

Machine& machine() {
  static Machine machine;
  return machine;
}

size_t BytesInUse() {
  const std::lock_guard lock(allocation_mutex);
  size_t bytes = 0;
  for (const auto& [data, size] : Allocations()) bytes += size;
  return bytes;
}

cudaError_t Send(cudaStream_t stream, std::function<void()> work) {
  if (machine().fault != cudaSuccess) return machine().fault;
  if (stream->capture != nullptr) {
    stream->capture->work.push_back(std::move(work));
    return cudaSuccess;
  }
  stream->work.push_back(std::move(work));
  ++stream->sent;
  return cudaSuccess;
}

}  // namespace emulation

using emulation::machine;

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "cudaSuccess";
    case cudaErrorMemoryAllocation:
      return "cudaErrorMemoryAllocation";
    case cudaErrorNoDevice:
      return "cudaErrorNoDevice";
    default:
      return "an emulated error";
  }
}
const char* cudaGetErrorString(cudaError_t error) {
  return cudaGetErrorName(error);
}
cudaError_t cudaGetLastError() { return machine().fault; }

cudaError_t cudaDriverGetVersion(int* version) {
  *version = machine().driver_version;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
  *count = machine().devices;
  if (machine().driver_version < 13000) return cudaErrorInsufficientDriver;
  return machine().devices > 0 ? cudaSuccess : cudaErrorNoDevice;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (device < 0 || device >= machine().devices) return cudaErrorInvalidDevice;
  *properties = {};
  std::snprintf(properties->name, sizeof(properties->name), "emulated GPU");
  properties->major = 9;
  properties->multiProcessorCount = 2;
  properties->totalGlobalMem = machine().memory;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  if (machine().fault != cudaSuccess) return machine().fault;
  return device < machine().devices ? cudaSuccess : cudaErrorInvalidDevice;
}
cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  *total = machine().memory;
  *free = machine().memory - emulation::BytesInUse();
  return machine().fault;
}
cudaError_t cudaMalloc(void** data, size_t bytes) {
  if (machine().fault != cudaSuccess) return machine().fault;
  if (bytes > machine().memory - emulation::BytesInUse()) {
    return cudaErrorMemoryAllocation;
  }
  // As a device's: aligned, and with whatever lay there before.
  *data = std::aligned_alloc(512, (bytes + 511) / 512 * 512);
  std::memset(*data, 0xa5, bytes);
  const std::lock_guard lock(emulation::allocation_mutex);
  emulation::Allocations()[*data] = bytes;
  return cudaSuccess;
}
cudaError_t cudaFree(void* data) {
  {
    const std::lock_guard lock(emulation::allocation_mutex);
    emulation::Allocations().erase(data);
  }
  std::free(data);
  return cudaSuccess;
}
cudaError_t cudaHostAlloc(void** data, size_t bytes, unsigned) {
  if (machine().fault != cudaSuccess) return machine().fault;
  *data = std::aligned_alloc(512, (bytes + 511) / 512 * 512);
  return cudaSuccess;
}
cudaError_t cudaFreeHost(void* data) {
  std::free(data);
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes,
                            cudaStream_t stream) {
  return emulation::Send(stream, [=] { std::memset(data, value, bytes); });
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes,
                            cudaMemcpyKind, cudaStream_t stream) {
  return emulation::Send(stream, [=] { std::memcpy(to, from, bytes); });
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new EmulatedStream;
  return machine().fault;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (machine().fault != cudaSuccess) return machine().fault;
  stream->RunUntil(stream->sent);
  return cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  *event = new EmulatedEvent;
  if (flags != cudaEventDisableTiming) {
    (*event)->time = std::make_shared<float>();
  }
  return machine().fault;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  if (event->time != nullptr) {
    emulation::Send(stream, [time = event->time] { *time = machine().clock; });
  }
  event->stream = stream;
  event->place = stream->sent;
  return machine().fault;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (machine().fault != cudaSuccess) return machine().fault;
  if (event->stream != nullptr) event->stream->RunUntil(event->place);
  return cudaSuccess;
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin,
                                 cudaEvent_t end) {
  *milliseconds = *end->time - *begin->time;
  return machine().fault;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event,
                                unsigned) {
  const EmulatedEvent at = *event;
  if (at.stream == nullptr) return machine().fault;
  return emulation::Send(stream, [at] { at.stream->RunUntil(at.place); });
}
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  stream->capture = new EmulatedGraph;
  return machine().fault;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  *graph = stream->capture;
  stream->capture = nullptr;
  if (machine().spoiled_captures > 0) {
    --machine().spoiled_captures;
    delete *graph;
    *graph = nullptr;
    return cudaErrorStreamCaptureInvalidated;
  }
  return machine().fault;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph,
                                 unsigned long long) {
  *exec = new EmulatedGraph(*graph);
  return machine().fault;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  return emulation::Send(stream, [work = exec->work] {
    for (const std::function<void()>& one : work) one();
  });
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  delete exec;
  return cudaSuccess;
}

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace emulation {
namespace {

struct Failure {
  int64_t at = -1;
  cudaError_t error = cudaSuccess;
  bool lost = false;
  int64_t calls = 0;
  const char* met = nullptr;
};
Failure failure;
std::mutex failure_mutex;

// What no work is carried out any more for: cudaSuccess where the device is
// not lost.
cudaError_t Loss() {
  const std::lock_guard lock(failure_mutex);
  return failure.lost && failure.met != nullptr ? failure.error : cudaSuccess;
}

}  // namespace
}  // namespace emulation

namespace {

// One thread at a time has the machine: what streams do, they do on the thread
// that waits for them. Recursive, since their work calls the runtime as well.
class Turns {
 public:
  void Take() {
    std::unique_lock<std::mutex> lock(mutex_);
    const std::thread::id self = std::this_thread::get_id();
    free_.wait(lock, [&] { return depth_ == 0 || owner_ == self; });
    owner_ = self;
    ++depth_;
  }
  void Give() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--depth_ == 0) free_.notify_one();
  }
  void Changed() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++changes_;
    changed_.notify_all();
  }
  int64_t changes() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return changes_;
  }
  // Lets others have the machine until there are not `before` changes.
  void AwaitChange(int64_t before) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (changes_ != before) return;
    const int depth = depth_;
    depth_ = 0;
    free_.notify_one();
    changed_.wait(lock, [&] { return changes_ != before; });
    free_.wait(lock, [&] { return depth_ == 0; });
    owner_ = std::this_thread::get_id();
    depth_ = depth;
  }

 private:
  std::mutex mutex_;
  std::condition_variable free_;
  std::condition_variable changed_;
  std::thread::id owner_;
  int depth_ = 0;
  int64_t changes_ = 0;
};

Turns& TheTurns() {
  static Turns turns;
  return turns;
}

}  // namespace

// What is captured: of each stream that takes part, its work in order. The
// first one is where the capture began; others are waited for.
struct EmulatedGraph {
  struct Place {
    size_t line = 0;
    size_t end = 0;  // how much of the line comes before it
  };
  struct Node {
    emulation::Work work;  // null: waits for `place`
    Place place;
  };
  std::vector<std::vector<Node>> lines;
  std::vector<EmulatedStream*> streams;  // by line, while it is captured
  // Told in which stream a line runs, at each launch.
  struct Listener {
    size_t line;
    std::function<void(cudaStream_t)> tell;
  };
  std::vector<Listener> listeners;

  // Whether whoever waits for the first line waits for all.
  bool Joined() const {
    std::vector<size_t> reached(lines.size());
    Reach({0, lines[0].size()}, &reached);
    for (size_t i = 0; i < lines.size(); ++i) {
      if (reached[i] < lines[i].size()) return false;
    }
    return true;
  }

 private:
  void Reach(const Place& place, std::vector<size_t>* reached) const {
    size_t& end = (*reached)[place.line];
    while (end < place.end) {
      const Node& node = lines[place.line][end++];
      if (node.work == nullptr) Reach(node.place, reached);
    }
  }
};

struct EmulatedStream {
  std::deque<emulation::Work> work;
  int64_t sent = 0;
  int64_t done = 0;
  bool busy = false;  // what is first has been asked and has not answered yet
  std::shared_ptr<EmulatedGraph> capture;
  size_t line = 0;  // of the capture

  // Whether it came that far. Nothing waits here: a host thread that did so
  // amid the work of a stream would keep its own stream from what it is to
  // send.
  bool Reach(int64_t place) {
    while (done < place) {
      if (busy || emulation::Loss() != cudaSuccess) return false;
      busy = true;
      const bool ended = work.front()();
      busy = false;
      if (!ended) return false;
      work.pop_front();
      ++done;
      TheTurns().Changed();
    }
    return true;
  }
  // For a host thread.
  cudaError_t AwaitPlace(int64_t place) {
    while (true) {
      const int64_t before = TheTurns().changes();
      if (Reach(place)) return cudaSuccess;
      if (const cudaError_t loss = emulation::Loss(); loss != cudaSuccess) {
        return loss;
      }
      TheTurns().AwaitChange(before);
    }
  }
  std::vector<EmulatedGraph::Node>& captured() { return capture->lines[line]; }
};

// A graph, and the streams that its lines run in beside the first one, which
// runs where it is launched.
struct EmulatedExec {
  EmulatedGraph graph;
  std::vector<EmulatedStream*> streams;
};

struct EmulatedEvent {
  EmulatedStream* stream = nullptr;
  int64_t place = 0;
  std::shared_ptr<EmulatedGraph> capture;  // null: recorded outside of one
  EmulatedGraph::Place captured;
  std::shared_ptr<double> time;  // of the clock; null: not for timing
};

namespace emulation {
namespace {

std::map<void*, size_t>& Allocations() {
  static std::map<void*, size_t> allocations;
  return allocations;
}
// Memory comes and goes on any thread.
std::mutex allocation_mutex;

std::atomic<int64_t> objects = 0;

// Streams that are no one's any more, and stay.
std::vector<EmulatedStream*>& Left() {
  static std::vector<EmulatedStream*>& left = *new std::vector<EmulatedStream*>;
  return left;
}

thread_local cudaError_t last_error = cudaSuccess;

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

int64_t ObjectsInUse() { return objects; }

int64_t& LibraryRuns() {
  static int64_t runs = 0;
  return runs;
}

void FailCall(int64_t at, cudaError_t error, bool lost) {
  const std::lock_guard lock(failure_mutex);
  failure = {at, error, lost};
  last_error = cudaSuccess;
}
int64_t Calls() {
  const std::lock_guard lock(failure_mutex);
  return failure.calls;
}
const char* FailedCall() {
  const std::lock_guard lock(failure_mutex);
  return failure.met;
}
cudaError_t Meet(const char* call) {
  if (machine().fault != cudaSuccess) return machine().fault;
  bool lost = false;
  {
    const std::lock_guard lock(failure_mutex);
    const bool chosen = failure.calls++ == failure.at;
    if (chosen) failure.met = call;
    if (!chosen && (failure.met == nullptr || !failure.lost)) {
      return cudaSuccess;
    }
    last_error = failure.error;
    lost = failure.lost;
  }
  Changed();  // whoever waits for a device that is lost hears of it
  // Who has been told of a loss frees memory: nothing that another thread had
  // begun is under way any more, as nothing is on a device that is lost.
  if (lost) {
    const Turn turn;
  }
  return last_error;
}

Turn::Turn() { TheTurns().Take(); }
Turn::~Turn() { TheTurns().Give(); }

void Changed() { TheTurns().Changed(); }
int64_t Changes() { return TheTurns().changes(); }

void RunNext(cudaStream_t stream) {
  if (!stream->work.empty()) stream->Reach(stream->done + 1);
}

void OnLaunch(cudaStream_t stream, std::function<void(cudaStream_t)> tell) {
  const Turn turn;
  if (stream->capture != nullptr) {
    stream->capture->listeners.push_back({stream->line, std::move(tell)});
  } else {
    tell(stream);
  }
}

cudaError_t SendPolled(cudaStream_t stream, Work work) {
  const Turn turn;
  if (stream->capture != nullptr) {
    stream->captured().push_back({std::move(work), {}});
    return cudaSuccess;
  }
  stream->work.push_back(std::move(work));
  ++stream->sent;
  Changed();
  return cudaSuccess;
}

}  // namespace emulation

using emulation::machine;
using emulation::Turn;

// Ends a call that is to fail.
#define RETURN_IF_MET(call)                        \
  do {                                             \
    const cudaError_t met = emulation::Meet(call); \
    if (met != cudaSuccess) return met;            \
  } while (false)

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "cudaSuccess";
    case cudaErrorMemoryAllocation:
      return "cudaErrorMemoryAllocation";
    case cudaErrorNoDevice:
      return "cudaErrorNoDevice";
    case cudaErrorLaunchOutOfResources:
      return "cudaErrorLaunchOutOfResources";
    case cudaErrorLaunchFailure:
      return "cudaErrorLaunchFailure";
    case cudaErrorECCUncorrectable:
      return "cudaErrorECCUncorrectable";
    default:
      return "an emulated error";
  }
}
const char* cudaGetErrorString(cudaError_t error) {
  return cudaGetErrorName(error);
}
cudaError_t cudaGetLastError() {
  if (machine().fault != cudaSuccess) return machine().fault;
  return std::exchange(emulation::last_error, cudaSuccess);
}

cudaError_t cudaDriverGetVersion(int* version) {
  RETURN_IF_MET("cudaDriverGetVersion");
  *version = machine().driver_version;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  RETURN_IF_MET("cudaRuntimeGetVersion");
  *version = 13000;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
  RETURN_IF_MET("cudaGetDeviceCount");
  *count = machine().devices;
  if (machine().driver_version < 13000) return cudaErrorInsufficientDriver;
  return machine().devices > 0 ? cudaSuccess : cudaErrorNoDevice;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  RETURN_IF_MET("cudaGetDeviceProperties");
  if (device < 0 || device >= machine().devices) return cudaErrorInvalidDevice;
  *properties = {};
  std::snprintf(properties->name, sizeof(properties->name), "emulated GPU");
  // Of the same number in all processes.
  properties->uuid.bytes[0] = static_cast<char>(device);
  properties->major = 9;
  properties->multiProcessorCount = 2;
  properties->l2CacheSize = 1 << 20;
  properties->totalGlobalMem = machine().memory;
  return cudaSuccess;
}
thread_local int current_device = 0;
cudaError_t cudaSetDevice(int device) {
  RETURN_IF_MET("cudaSetDevice");
  if (device < 0 || device >= machine().devices) return cudaErrorInvalidDevice;
  current_device = device;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  RETURN_IF_MET("cudaGetDevice");
  *device = current_device;
  return cudaSuccess;
}
cudaError_t cudaDeviceCanAccessPeer(int* can, int, int) {
  RETURN_IF_MET("cudaDeviceCanAccessPeer");
  *can = machine().linked ? 1 : 0;
  return cudaSuccess;
}
// As the second time.
cudaError_t cudaDeviceEnablePeerAccess(int, unsigned) {
  RETURN_IF_MET("cudaDeviceEnablePeerAccess");
  return cudaErrorPeerAccessAlreadyEnabled;
}
cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  RETURN_IF_MET("cudaMemGetInfo");
  *total = machine().memory;
  *free = machine().memory - emulation::BytesInUse();
  return cudaSuccess;
}
cudaError_t cudaMalloc(void** data, size_t bytes) {
  RETURN_IF_MET("cudaMalloc");
  if (bytes > machine().memory - emulation::BytesInUse()) {
    return emulation::last_error = cudaErrorMemoryAllocation;
  }
  // As a device's: aligned, and with whatever lay there before.
  *data = machine().watched
              ? emulation::AllocateWatched(bytes)
              : std::aligned_alloc(512, (bytes + 511) / 512 * 512);
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
  if (!emulation::FreeWatched(data)) std::free(data);
  return emulation::Meet("cudaFree");
}
cudaError_t cudaHostAlloc(void** data, size_t bytes, unsigned) {
  RETURN_IF_MET("cudaHostAlloc");
  *data = std::aligned_alloc(512, (bytes + 511) / 512 * 512);
  ++emulation::objects;
  return cudaSuccess;
}
cudaError_t cudaFreeHost(void* data) {
  if (data != nullptr) --emulation::objects;
  std::free(data);
  return emulation::Meet("cudaFreeHost");
}
cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes,
                            cudaStream_t stream) {
  RETURN_IF_MET("cudaMemsetAsync");
  return emulation::Send(stream, [=] {
    const emulation::Watched watched("clearing");
    std::memset(data, value, bytes);
  });
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes,
                            cudaMemcpyKind, cudaStream_t stream) {
  RETURN_IF_MET("cudaMemcpyAsync");
  return emulation::Send(stream, [=] {
    const emulation::Watched watched("copying");
    std::memcpy(to, from, bytes);
  });
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  RETURN_IF_MET("cudaStreamCreateWithFlags");
  *stream = new EmulatedStream;
  ++emulation::objects;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const Turn turn;
  // Others may wait for what was sent to it: it counts as done.
  stream->work.clear();
  stream->done = stream->sent;
  emulation::Changed();
  emulation::Left().push_back(stream);
  --emulation::objects;
  return emulation::Meet("cudaStreamDestroy");
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  RETURN_IF_MET("cudaStreamSynchronize");
  const Turn turn;
  return stream->AwaitPlace(stream->sent);
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  RETURN_IF_MET("cudaEventCreateWithFlags");
  *event = new EmulatedEvent;
  ++emulation::objects;
  if ((flags & cudaEventDisableTiming) == 0) {
    (*event)->time = std::make_shared<double>();
  }
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  --emulation::objects;
  delete event;
  return emulation::Meet("cudaEventDestroy");
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  RETURN_IF_MET("cudaEventRecord");
  if (event == nullptr) return emulation::last_error = cudaErrorInvalidValue;
  const Turn turn;
  if (event->time != nullptr) {
    emulation::Send(stream, [time = event->time] { *time = machine().clock; });
  }
  event->capture = stream->capture;
  if (event->capture != nullptr) {
    event->captured = {stream->line, stream->captured().size()};
  } else {
    event->stream = stream;
    event->place = stream->sent;
  }
  return cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  RETURN_IF_MET("cudaEventSynchronize");
  if (event == nullptr) return emulation::last_error = cudaErrorInvalidValue;
  const Turn turn;
  if (event->capture != nullptr) return cudaErrorCapturedEvent;
  return event->stream != nullptr ? event->stream->AwaitPlace(event->place)
                                  : cudaSuccess;
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin,
                                 cudaEvent_t end) {
  RETURN_IF_MET("cudaEventElapsedTime");
  if (begin == nullptr || end == nullptr) {
    return emulation::last_error = cudaErrorInvalidValue;
  }
  *milliseconds = static_cast<float>(*end->time - *begin->time);
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event,
                                unsigned) {
  RETURN_IF_MET("cudaStreamWaitEvent");
  const Turn turn;
  const EmulatedEvent at = *event;
  if (at.capture != nullptr) {
    // The capture may have ended.
    if (at.capture->streams.empty()) return cudaErrorCapturedEvent;
    if (stream->capture == nullptr) {
      stream->capture = at.capture;
      stream->line = at.capture->lines.size();
      at.capture->lines.emplace_back();
      at.capture->streams.push_back(stream);
    }
    if (stream->capture != at.capture) return cudaErrorStreamCaptureMerge;
    stream->captured().push_back({nullptr, at.captured});
    return cudaSuccess;
  }
  if (at.stream == nullptr) return cudaSuccess;
  if (stream->capture != nullptr) return cudaErrorStreamCaptureIsolation;
  return emulation::SendPolled(stream,
                               [at] { return at.stream->Reach(at.place); });
}
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  RETURN_IF_MET("cudaStreamBeginCapture");
  const Turn turn;
  stream->capture = std::make_shared<EmulatedGraph>();
  stream->capture->lines.resize(1);
  stream->capture->streams.push_back(stream);
  stream->line = 0;
  return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const cudaError_t met = emulation::Meet("cudaStreamEndCapture");
  const Turn turn;
  const std::shared_ptr<EmulatedGraph> captured = stream->capture;
  for (EmulatedStream* each : captured->streams) each->capture = nullptr;
  captured->streams.clear();
  *graph = nullptr;
  if (met != cudaSuccess) return met;
  if (machine().spoiled_captures > 0) {
    --machine().spoiled_captures;
    return cudaErrorStreamCaptureInvalidated;
  }
  if (!captured->Joined()) return cudaErrorStreamCaptureUnjoined;
  *graph = new EmulatedGraph(*captured);
  ++emulation::objects;
  return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph,
                                 unsigned long long) {
  RETURN_IF_MET("cudaGraphInstantiate");
  *exec = new EmulatedExec{*graph, {}};
  ++emulation::objects;
  for (size_t i = 0; i < graph->lines.size(); ++i) {
    (*exec)->streams.push_back(i > 0 ? new EmulatedStream : nullptr);
  }
  return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  RETURN_IF_MET("cudaGraphLaunch");
  const Turn turn;
  exec->streams[0] = stream;
  std::vector<int64_t> before;
  for (const EmulatedStream* each : exec->streams) before.push_back(each->sent);
  for (const auto& [line, tell] : exec->graph.listeners) {
    tell(exec->streams[line]);
  }
  for (size_t i = 0; i < exec->streams.size(); ++i) {
    for (const EmulatedGraph::Node& node : exec->graph.lines[i]) {
      emulation::Work work = node.work;
      if (work == nullptr) {
        EmulatedStream* const other = exec->streams[node.place.line];
        const int64_t place =
            before[node.place.line] + static_cast<int64_t>(node.place.end);
        work = [other, place] { return other->Reach(place); };
      }
      emulation::SendPolled(exec->streams[i], std::move(work));
    }
  }
  return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  --emulation::objects;
  delete graph;
  return emulation::Meet("cudaGraphDestroy");
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  const Turn turn;
  // Somebody may wait for what was launched.
  std::vector<EmulatedStream*>& left = emulation::Left();
  left.insert(left.end(), exec->streams.begin() + 1, exec->streams.end());
  --emulation::objects;
  delete exec;
  return emulation::Meet("cudaGraphExecDestroy");
}

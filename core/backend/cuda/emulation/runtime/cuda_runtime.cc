#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
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

dim3 threadIdx;
dim3 blockIdx;
dim3 blockDim;
dim3 gridDim;

namespace emulation {
namespace {

constexpr size_t kStackBytes = 64 * 1024;
constexpr unsigned kWarp = 32;

std::map<void*, size_t>& Allocations() {
  static std::map<void*, size_t> allocations;
  return allocations;
}
// Memory comes and goes on any thread.
std::mutex allocation_mutex;
int64_t launches = 0;

// Which of `count` has the turn of that number.
unsigned InOrder(unsigned turn, unsigned count) {
  return machine().backwards ? count - 1 - turn : turn;
}

// The threads of one block.
class Block {
 public:
  void Run(const std::function<void()>& thread, unsigned count) {
    thread_ = &thread;
    Reserve(count);
    for (unsigned i = 0; i < count; ++i) {
      getcontext(&fibers_[i]);
      fibers_[i].uc_stack.ss_sp = stacks_ + i * kStackBytes;
      fibers_[i].uc_stack.ss_size = kStackBytes;
      fibers_[i].uc_link = &scheduler_;
      makecontext(&fibers_[i], &Block::Enter, 0);
      finished_[i] = false;
      waits_[i] = {};
    }
    all_ = Meeting{0, count, 0};
    for (unsigned i = 0; i < count; i += kWarp) {
      warps_[i / kWarp] = Meeting{0, std::min(kWarp, count - i), 0};
    }
    while (all_.alive > 0) {
      const int64_t before = events_;
      const unsigned warps = (count + kWarp - 1) / kWarp;
      for (unsigned turn = 0; turn < warps; ++turn) {
        RunWarp(InOrder(turn, warps), count);
      }
      if (events_ == before) {
        std::fprintf(stderr, "threads of a block wait at different places\n");
        std::abort();
      }
    }
  }

  void Barrier() { Meet(all_); }
  void WarpBarrier() { Meet(warps_[current_ / kWarp]); }

  const SharedWords* ShareInWarp(const SharedWords& words) {
    const unsigned self = current_;
    std::copy_n(words, kSharedWords, shared_[self].words);
    WarpBarrier();
    return &shared_[self / kWarp * kWarp].words;
  }

  uint32_t Exchange(uint32_t value, unsigned from_lane) {
    const unsigned self = current_;
    Meeting& warp = warps_[self / kWarp];
    values_[self] = value;
    Meet(warp);
    const uint32_t got = values_[self / kWarp * kWarp + from_lane];
    Meet(warp);  // before anybody writes the next value
    return got;
  }

 private:
  // Where threads wait for each other. One that has ended is at every meeting.
  struct Meeting {
    unsigned arrived = 0;
    unsigned alive = 0;
    int64_t number = 0;
  };
  struct Shared {
    SharedWords words;
  };
  // That a thread waits for the others at a meeting.
  struct Wait {
    const Meeting* meeting = nullptr;
    int64_t number = 0;
    bool Holds() const {
      return meeting != nullptr && meeting->number == number &&
             meeting->arrived != meeting->alive;
    }
  };

  void Meet(Meeting& meeting) {
    const unsigned self = current_;
    ++events_;
    ++meeting.arrived;
    waits_[self] = {&meeting, meeting.number};
    while (waits_[self].Holds()) {
      swapcontext(&fibers_[self], &scheduler_);
    }
    if (meeting.number == waits_[self].number) {
      meeting.arrived = 0;
      ++meeting.number;
    }
    waits_[self] = {};
  }

  // A warp goes as far as it can before another has its turn, so that nothing
  // but barriers keeps the one from the other's data.
  void RunWarp(unsigned warp, unsigned count) {
    const unsigned first = warp * kWarp;
    const unsigned lanes = std::min(kWarp, count - first);
    int64_t before;
    do {
      before = events_;
      for (unsigned turn = 0; turn < lanes; ++turn) {
        current_ = first + InOrder(turn, lanes);
        if (finished_[current_] || waits_[current_].Holds()) continue;
        threadIdx.x = current_;
        swapcontext(&scheduler_, &fibers_[current_]);
        if (!finished_[current_]) continue;
        ++events_;
        --all_.alive;
        --warps_[warp].alive;
      }
    } while (events_ != before);
  }

  static void Enter();

  void Reserve(unsigned count) {
    if (count <= fibers_.size()) return;
    fibers_.resize(count);
    finished_.resize(count);
    values_.resize(count);
    waits_.resize(count);
    shared_.resize(count);
    warps_.resize((count + kWarp - 1) / kWarp);
    void* memory = mmap(nullptr, count * kStackBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    stacks_ = static_cast<char*>(memory);  // lives as long as the program
  }

  const std::function<void()>* thread_ = nullptr;
  ucontext_t scheduler_;
  std::vector<ucontext_t> fibers_;
  std::vector<char> finished_;
  std::vector<uint32_t> values_;
  std::vector<Wait> waits_;
  std::vector<Shared> shared_;
  Meeting all_;
  std::vector<Meeting> warps_;
  char* stacks_ = nullptr;
  unsigned current_ = 0;
  int64_t events_ = 0;  // arrivals and ends
};

Block& TheBlock() {
  static Block block;
  return block;
}

void Block::Enter() {
  Block& block = TheBlock();
  (*block.thread_)();
  block.finished_[block.current_] = true;
}

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

int64_t LaunchCount() { return launches; }

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

void RunGrid(dim3 grid, dim3 block, const std::function<void()>& thread) {
  ++launches;
  gridDim = grid;
  blockDim = block;
  threadIdx = {0, 0, 0};
  for (unsigned y = 0; y < grid.y; ++y) {
    for (unsigned x = 0; x < grid.x; ++x) {
      blockIdx = {InOrder(x, grid.x), InOrder(y, grid.y), 0};
      TheBlock().Run(thread, block.x);
    }
  }
}

void Barrier() { TheBlock().Barrier(); }

void WarpBarrier() { TheBlock().WarpBarrier(); }

const SharedWords* ShareInWarp(const SharedWords& words) {
  return TheBlock().ShareInWarp(words);
}

uint32_t Exchange(uint32_t value, unsigned from_lane) {
  return TheBlock().Exchange(value, from_lane);
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

#include "core/backend/cuda/emulation/cuda_runtime.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
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
int64_t launches = 0;

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
    }
    all_ = Meeting{0, count, 0};
    for (unsigned i = 0; i < count; i += kWarp) {
      warps_[i / kWarp] = Meeting{0, std::min(kWarp, count - i), 0};
    }
    while (all_.alive > 0) {
      for (current_ = 0; current_ < count; ++current_) {
        if (finished_[current_]) continue;
        threadIdx.x = current_;
        swapcontext(&scheduler_, &fibers_[current_]);
        if (!finished_[current_]) continue;
        --all_.alive;
        --warps_[current_ / kWarp].alive;
      }
    }
  }

  void Barrier() { Meet(all_); }

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

  void Meet(Meeting& meeting) {
    const int64_t number = meeting.number;
    ++meeting.arrived;
    while (meeting.number == number) {
      if (meeting.arrived == meeting.alive) {
        meeting.arrived = 0;
        ++meeting.number;
      } else {
        const unsigned self = current_;
        swapcontext(&fibers_[self], &scheduler_);
      }
    }
  }

  static void Enter();

  void Reserve(unsigned count) {
    if (count <= fibers_.size()) return;
    fibers_.resize(count);
    finished_.resize(count);
    values_.resize(count);
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
  Meeting all_;
  std::vector<Meeting> warps_;
  char* stacks_ = nullptr;
  unsigned current_ = 0;
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

Machine& machine() {
  static Machine machine;
  return machine;
}

size_t BytesInUse() {
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
      blockIdx = {x, y, 0};
      TheBlock().Run(thread, block.x);
    }
  }
}

void Barrier() { TheBlock().Barrier(); }

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
  emulation::Allocations()[*data] = bytes;
  return cudaSuccess;
}
cudaError_t cudaFree(void* data) {
  emulation::Allocations().erase(data);
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
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new EmulatedEvent;
  return machine().fault;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  *event = {stream, stream->sent};
  return machine().fault;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (machine().fault != cudaSuccess) return machine().fault;
  if (event->stream != nullptr) event->stream->RunUntil(event->place);
  return cudaSuccess;
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

// CUDA's runtime and dialect, as far as the backend uses them, carried out by
// the processor: so that every kernel and the whole backend are tested where
// there is no GPU. Names are CUDA's own. For tests only.
//
// Streams are emulated as late as the rules allow: what is sent to a stream
// runs when somebody waits for it, so that a missing fence or a host buffer
// that changes too early shows. The threads of a block are fibers. They
// take turns at shuffles, and warps at barriers, first to last or last to
// first: between the two orders a missing barrier shows. Host threads take
// turns; a stream or an event is for one of them at a time, but that any may
// wait for an event.

#ifndef ALEXNET_CORE_BACKEND_CUDA_EMULATION_RUNTIME_CUDA_RUNTIME_H_
#define ALEXNET_CORE_BACKEND_CUDA_EMULATION_RUNTIME_CUDA_RUNTIME_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
// Blocks run one after another, so a block's memory may be anybody's.
#define __shared__ static
#define __launch_bounds__(...)

struct dim3 {
  unsigned x = 1;
  unsigned y = 1;
  unsigned z = 1;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(16) float4 {
  float x, y, z, w;
};

enum cudaError_t : int {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInsufficientDriver = 35,
  cudaErrorNoDevice = 100,
  cudaErrorInvalidDevice = 101,
  cudaErrorDevicesUnavailable = 46,
  cudaErrorSystemNotReady = 802,
  cudaErrorSystemDriverMismatch = 803,
  cudaErrorCompatNotSupportedOnDevice = 804,
  cudaErrorPeerAccessAlreadyEnabled = 704,
  cudaErrorStreamCaptureUnsupported = 900,
  cudaErrorStreamCaptureInvalidated = 901,
  cudaErrorStreamCaptureMerge = 902,
  cudaErrorStreamCaptureUnjoined = 904,
  cudaErrorStreamCaptureIsolation = 905,
  cudaErrorCapturedEvent = 907,
  cudaErrorIllegalAddress = 700,
  cudaErrorLaunchOutOfResources = 701,
  cudaErrorLaunchTimeout = 702,
  cudaErrorAssert = 710,
  cudaErrorTensorMemoryLeak = 721,
  cudaErrorLaunchFailure = 719,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorECCUncorrectable = 214,
  cudaErrorNvlinkUncorrectable = 220,
  cudaErrorContained = 226,
  cudaErrorHardwareStackError = 714,
  cudaErrorIllegalInstruction = 715,
  cudaErrorMisalignedAddress = 716,
  cudaErrorInvalidAddressSpace = 717,
  cudaErrorInvalidPc = 718,
  cudaErrorUnknown = 999,
};
const char* cudaGetErrorName(cudaError_t error);
const char* cudaGetErrorString(cudaError_t error);
// Of the calling thread, once.
cudaError_t cudaGetLastError();

using cudaStream_t = struct EmulatedStream*;
using cudaEvent_t = struct EmulatedEvent*;
using cudaGraph_t = struct EmulatedGraph*;
using cudaGraphExec_t = struct EmulatedExec*;

struct cudaUUID_t {
  char bytes[16];
};
struct cudaDeviceProp {
  char name[256];
  cudaUUID_t uuid;
  int major;
  int minor;
  int multiProcessorCount;
  int l2CacheSize;
  size_t totalGlobalMem;
};
enum cudaMemcpyKind {
  cudaMemcpyHostToDevice = 1,
  cudaMemcpyDeviceToHost = 2,
  cudaMemcpyDeviceToDevice = 3,
  cudaMemcpyDefault = 4,
};
enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal = 1 };
inline constexpr unsigned cudaStreamNonBlocking = 1;
inline constexpr unsigned cudaEventBlockingSync = 1;
inline constexpr unsigned cudaEventDisableTiming = 2;
inline constexpr unsigned cudaEventDefault = 0;
inline constexpr unsigned cudaHostAllocDefault = 0;

cudaError_t cudaDriverGetVersion(int* version);
cudaError_t cudaRuntimeGetVersion(int* version);
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaDeviceCanAccessPeer(int* can, int device, int peer);
cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned flags);
cudaError_t cudaMemGetInfo(size_t* free, size_t* total);
cudaError_t cudaMalloc(void** data, size_t bytes);
cudaError_t cudaFree(void* data);
cudaError_t cudaHostAlloc(void** data, size_t bytes, unsigned flags);
cudaError_t cudaFreeHost(void* data);
cudaError_t cudaMemsetAsync(void* data, int value, size_t bytes,
                            cudaStream_t stream);
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes,
                            cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event,
                                unsigned flags = 0);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin,
                                 cudaEvent_t end);
cudaError_t cudaStreamBeginCapture(cudaStream_t stream,
                                   cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph,
                                 unsigned long long flags = 0);
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec);

enum cudaLaunchAttributeID {
  cudaLaunchAttributeProgrammaticStreamSerialization = 6
};
struct cudaLaunchAttribute {
  cudaLaunchAttributeID id;
  struct {
    int programmaticStreamSerializationAllowed;
  } val;
};
struct cudaLaunchConfig_t {
  dim3 gridDim;
  dim3 blockDim;
  size_t dynamicSmemBytes = 0;
  cudaStream_t stream = nullptr;
  cudaLaunchAttribute* attrs = nullptr;
  unsigned numAttrs = 0;
  const char* what = "a kernel";  // of the emulation alone: its name
};

namespace emulation {

// The machine, for as long as it lives: work of streams runs within one.
class Turn {
 public:
  Turn();
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
};
// What has been sent, ended or announced by Changed: whoever found nothing to
// do looks again when there is more.
int64_t Changes();
void Changed();
// Work of a stream, asked until it says that it has ended; it does not wait.
using Work = std::function<bool()>;
// Asks what is first in the stream, if there is any.
void RunNext(cudaStream_t stream);
// Tells in which stream what is sent to `stream` now will run: in that one, or
// where the graph is launched that it is being captured into.
void OnLaunch(cudaStream_t stream, std::function<void(cudaStream_t)> tell);
// Sends work to a stream, or to the graph that it is being captured into.
cudaError_t SendPolled(cudaStream_t stream, Work work);
// Work that ends when it is first asked.
template <typename F>
cudaError_t Send(cudaStream_t stream, F work) {
  static_assert(std::is_void_v<std::invoke_result_t<F&>>);
  return SendPolled(stream, [work = std::move(work)]() mutable {
    work();
    return true;
  });
}
// Every thread of the grid through `thread`. Of one that was launched early,
// each has to wait for the kernels before, once, and before it touches the
// device's memory, where the machine is watched: else the program ends.
void RunGrid(dim3 grid, dim3 block, bool early,
             const std::function<void()>& thread);
// What a thread that may have begun early does.
void AwaitGridsBefore();
// Whether the thread that runs, if any, has done so or need not.
bool MayTouchMemory();
// Lets the block's other threads come to the same place.
void Barrier();
uint32_t Exchange(uint32_t value, unsigned from_lane);
void WarpBarrier();
// What all lanes of the warp gave, by lane, until they meet again.
inline constexpr int kSharedWords = 6;
using SharedWords = uint32_t[kSharedWords];
const SharedWords* ShareInWarp(const SharedWords& words);

bool BackwardsInEnvironment();
// What the emulated machine has; tests change it.
struct Machine {
  int devices = 1;
  size_t memory = size_t{1} << 31;
  int driver_version = 13000;
  bool linked = true;     // devices reach each other's memory
  bool no_links = false;  // there is no library for collective operations
  const char* link_problem = nullptr;  // what such operations meet
  cudaError_t fault =
      cudaSuccess;           // what every later call gives: a lost device
  int spoiled_captures = 0;  // how many of the next ones come to nothing
  double clock = 0.0;        // milliseconds; only tests let it go on
  // The libraries: how many algorithms a problem has, of which the first
  // `broken_algorithms` fail when they run and each takes a millisecond less
  // than the one before; whether their products can add a bias, and their
  // convolutions mask a source's gradient.
  int algorithms = 1;
  int broken_algorithms = 0;
  bool epilogues = true;
  bool masks = true;
  // Device memory is allocated so that Watched can tell what is touched. For
  // one thread.
  bool watched = false;
  // Blocks and threads take their turns last to first. Set by
  // ALEXNET_EMULATION_BACKWARDS=1 in the environment.
  bool backwards = BackwardsInEnvironment();
};
Machine& machine();
// Bytes of device memory in use.
size_t BytesInUse();
// Streams, events, graphs and pinned buffers that were made and not destroyed.
int64_t ObjectsInUse();

// Counts calls anew, those of the runtime and of what stands for libraries, and
// lets number `at`, from 0, give `error`: once, or, where the device is `lost`
// by it, in every later call as well. A call that fails does nothing but to
// destroy what it is told to. -1: none fails.
void FailCall(int64_t at, cudaError_t error, bool lost);
// Since then.
int64_t Calls();
// The first that failed; null: none has.
const char* FailedCall();
// What the call of this name is to give: each asks once, before it does
// anything.
cudaError_t Meet(const char* call);

// What pieces of work of one name moved, where the machine is watched: each
// page of the device's memory that one reads or writes, once.
struct Traffic {
  int64_t launches = 0;
  int64_t early = 0;  // of them, that may begin before the one before ends
  int64_t read = 0;   // bytes
  int64_t written = 0;
};
std::map<std::string, Traffic>& TrafficByWork();
// While a piece of work runs.
class Watched {
 public:
  explicit Watched(const char* what, bool early = false);
  ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

 private:
  const char* const what_;
  const bool early_;
};
void* AllocateWatched(size_t bytes);
// False: it was not allocated so.
bool FreeWatched(void* data);

// How often operations of the libraries ran.
int64_t& LibraryRuns();

}  // namespace emulation

extern dim3 threadIdx;
extern dim3 blockIdx;
extern dim3 blockDim;
extern dim3 gridDim;

template <typename... Expected, typename... Given>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config,
                               void (*kernel)(Expected...), Given&&... given) {
  const cudaError_t met = emulation::Meet("cudaLaunchKernelEx");
  if (met != cudaSuccess) return met;
  std::tuple<Expected...> arguments(std::forward<Given>(given)...);
  return emulation::Send(
      config->stream,
      [grid = config->gridDim, block = config->blockDim,
       early = config->numAttrs > 0, what = config->what, kernel, arguments] {
        const emulation::Watched watched(what, early);
        emulation::RunGrid(grid, block, early,
                           [&] { std::apply(kernel, arguments); });
      });
}
inline void cudaGridDependencySynchronize() { emulation::AwaitGridsBefore(); }
inline void cudaTriggerProgrammaticLaunchCompletion() {}

using std::isfinite;
using std::max;
using std::min;

inline void __syncthreads() { emulation::Barrier(); }
inline void __syncwarp() { emulation::WarpBarrier(); }
inline float __shfl_xor_sync(unsigned, float value, int mask) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  bits = emulation::Exchange(bits, (threadIdx.x ^ unsigned(mask)) % 32);
  std::memcpy(&value, &bits, sizeof(bits));
  return value;
}
inline int __shfl_xor_sync(unsigned, int value, int mask) {
  return static_cast<int>(emulation::Exchange(
      static_cast<uint32_t>(value), (threadIdx.x ^ unsigned(mask)) % 32));
}
inline double __shfl_xor_sync(unsigned, double value, int mask) {
  uint32_t words[2];
  std::memcpy(words, &value, sizeof(words));
  for (uint32_t& word : words) {
    word = emulation::Exchange(word, (threadIdx.x ^ unsigned(mask)) % 32);
  }
  std::memcpy(&value, words, sizeof(words));
  return value;
}
inline unsigned long long atomicAdd(unsigned long long* to,
                                    unsigned long long value) {
  const unsigned long long before = *to;
  *to += value;
  return before;
}
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>((static_cast<uint64_t>(a) * b) >> 32);
}

#endif  // ALEXNET_CORE_BACKEND_CUDA_EMULATION_RUNTIME_CUDA_RUNTIME_H_

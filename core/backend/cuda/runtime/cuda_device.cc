#include "core/backend/cuda/runtime/cuda_device.h"

#include <fmt/core.h>

#include <utility>

#include "core/backend/cuda/runtime/captured_graph.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class CudaFence : public Fence {
 public:
  explicit CudaFence(cudaEvent_t event) : event_(event) {}
  ~CudaFence() override {
    if (birthplace_.Here()) cudaEventDestroy(event_);
  }
  cudaEvent_t event() const { return event_; }

 private:
  const Birthplace birthplace_;
  const cudaEvent_t event_;
};

cudaEvent_t EventOf(Fence& fence) {
  return static_cast<CudaFence&>(fence).event();
}

class CudaProgram : public Program {
 public:
  CudaProgram(CudaDevice& device, std::function<Status()> work,
              RecordingVote vote)
      : device_(device), work_(std::move(work)), vote_(std::move(vote)) {}

  Status Launch() override {
    if (!warm_) {
      warm_ = true;
      return work_();
    }
    if (!graph_.captured() && tries_left_ > 0) {
      --tries_left_;
      ALEXNET_RETURN_IF_ERROR(TryCapture());
    }
    return graph_.captured() ? graph_.Launch(device_.compute()) : work_();
  }
  Capture capture() const override {
    if (graph_.captured()) return Capture::kDone;
    return tries_left_ > 0 ? Capture::kPending : Capture::kRefused;
  }

 private:
  Status TryCapture() {
    device_.set_recording(true);
    const Status status = graph_.Capture(device_.compute(), work_);
    device_.set_recording(false);
    if (!status.ok() && status.code() != StatusCode::kUnsupported) {
      return status;
    }
    if (vote_ == nullptr) return Status();
    ALEXNET_ASSIGN_OR_RETURN(const bool all, vote_(graph_.captured()));
    if (!all) graph_.Discard();
    return Status();
  }

  CudaDevice& device_;
  const std::function<Status()> work_;
  const RecordingVote vote_;
  bool warm_ = false;
  int tries_left_ = 8;
  CapturedGraph graph_;
};

}  // namespace

Result<std::unique_ptr<CudaDevice>> CudaDevice::Open(int number) {
  int count = 0;
  ALEXNET_RETURN_IF_ERROR(
      FromCuda(cudaGetDeviceCount(&count), "looking for GPUs"));
  if (number < 0 || number >= count) {
    return NotFoundError(
        fmt::format("there is no device cuda:{}; this machine has {}", number,
                    count == 1 ? "cuda:0 alone"
                               : fmt::format("cuda:0 to cuda:{}", count - 1)));
  }
  std::unique_ptr<CudaDevice> device(new CudaDevice(number));
  ALEXNET_RETURN_IF_ERROR(device->MakeCurrent());
  cudaDeviceProp properties;
  ALEXNET_RETURN_IF_ERROR(FromCuda(cudaGetDeviceProperties(&properties, number),
                                   "asking for a GPU's properties"));
  device->capability_ = 10 * properties.major + properties.minor;
  device->cache_bytes_ = properties.l2CacheSize;
  for (cudaStream_t& stream : device->streams_) {
    ALEXNET_RETURN_IF_ERROR(
        FromCuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking),
                 "creating a stream"));
  }
  return device;
}

CudaDevice::~CudaDevice() {
  if (!birthplace_.Here()) return;
  // A lost device refuses all of it, and has nothing left to free.
  static_cast<void>(cudaSetDevice(number_));
  for (const cudaStream_t stream : streams_) {
    if (stream == nullptr) continue;
    cudaStreamSynchronize(stream);
    cudaStreamDestroy(stream);
  }
}

Status CudaDevice::MakeCurrent() {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  return FromCuda(cudaSetDevice(number_),
                  fmt::format("choosing the device cuda:{}", number_));
}

Result<AlignedBuffer> CudaDevice::Allocate(int64_t bytes, bool zero) {
  void* data = nullptr;
  const size_t size = static_cast<size_t>(bytes > 0 ? bytes : 1);
  const cudaError_t error = cudaMalloc(&data, size);
  if (error == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // not one to be met again
    return OutOfMemoryError(fmt::format(
        "cuda:{} has not {:.1f} MiB left for one buffer; {:.1f} MiB are free. "
        "Use a smaller batch or bfloat16, or end other programs on the device",
        number_, static_cast<double>(bytes) / (1 << 20),
        static_cast<double>(FreeBytes()) / (1 << 20)));
  }
  ALEXNET_RETURN_IF_ERROR(FromCuda(error, "allocating device memory"));
  AlignedBuffer buffer =
      AlignedBuffer::Adopt(data, bytes, [place = Birthplace()](void* memory) {
        if (place.Here()) cudaFree(memory);
      });
  if (zero) {
    ALEXNET_RETURN_IF_ERROR(FromCuda(cudaMemsetAsync(data, 0, size, compute()),
                                     "clearing device memory"));
    // Whoever uses it next may do so in another stream.
    ALEXNET_RETURN_IF_ERROR(Finish());
  }
  return buffer;
}

Result<AlignedBuffer> CudaDevice::AllocateHost(int64_t bytes) {
  ALEXNET_RETURN_IF_ERROR(MakeCurrent());
  void* data = nullptr;
  const size_t size = static_cast<size_t>(bytes > 0 ? bytes : 1);
  const cudaError_t error = cudaHostAlloc(&data, size, cudaHostAllocDefault);
  if (error == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    return OutOfMemoryError(
        fmt::format("the host has not {:.1f} MiB of memory that can be pinned; "
                    "use a smaller batch",
                    static_cast<double>(bytes) / (1 << 20)));
  }
  ALEXNET_RETURN_IF_ERROR(FromCuda(error, "allocating pinned memory"));
  return AlignedBuffer::Adopt(data, bytes,
                              [place = Birthplace()](void* memory) {
                                if (place.Here()) cudaFreeHost(memory);
                              });
}

int64_t CudaDevice::FreeBytes() {
  size_t free = 0;
  size_t total = 0;
  return cudaMemGetInfo(&free, &total) == cudaSuccess
             ? static_cast<int64_t>(free)
             : -1;
}

Status CudaDevice::Upload(const void* host, int64_t bytes, void* device,
                          Queue queue) {
  copying_ = copying_ || queue == Queue::kCopy;
  return FromCuda(cudaMemcpyAsync(device, host, static_cast<size_t>(bytes),
                                  cudaMemcpyHostToDevice, Stream(queue)),
                  "copying to the device");
}

Status CudaDevice::Download(const void* device, int64_t bytes, void* host) {
  return FromCuda(cudaMemcpyAsync(host, device, static_cast<size_t>(bytes),
                                  cudaMemcpyDeviceToHost, compute()),
                  "copying from the device");
}

Status CudaDevice::Copy(const void* from, int64_t bytes, void* to,
                        Queue queue) {
  // The driver knows of each address which device's it is.
  return FromCuda(cudaMemcpyAsync(to, from, static_cast<size_t>(bytes),
                                  cudaMemcpyDefault, Stream(queue)),
                  "copying on the device");
}

Status CudaDevice::Reach(Device& peer) {
  const int other = static_cast<CudaDevice&>(peer).number();
  if (other == number_) return Status();
  int reaches = 0;
  ALEXNET_RETURN_IF_ERROR(
      FromCuda(cudaDeviceCanAccessPeer(&reaches, number_, other),
               "asking how GPUs are linked"));
  if (reaches == 0) {
    return UnsupportedError(fmt::format(
        "cuda:{} does not reach the memory of cuda:{}", number_, other));
  }
  const cudaError_t error = cudaDeviceEnablePeerAccess(other, 0);
  if (error == cudaErrorPeerAccessAlreadyEnabled) {
    cudaGetLastError();  // libraries would take it for their own
    return Status();
  }
  return FromCuda(error, "reaching another GPU's memory");
}

Status CudaDevice::Clear(void* data, int64_t bytes) {
  return FromCuda(
      cudaMemsetAsync(data, 0, static_cast<size_t>(bytes), compute()),
      "clearing device memory");
}

Result<std::unique_ptr<Fence>> CudaDevice::CreateFence() {
  cudaEvent_t event = nullptr;
  // Whoever waits for it on the host sleeps, and does not spin.
  ALEXNET_RETURN_IF_ERROR(
      FromCuda(cudaEventCreateWithFlags(
                   &event, cudaEventDisableTiming | cudaEventBlockingSync),
               "creating an event"));
  return std::unique_ptr<Fence>(std::make_unique<CudaFence>(event));
}

Status CudaDevice::Signal(Queue queue, Fence& fence) {
  return FromCuda(cudaEventRecord(EventOf(fence), Stream(queue)),
                  "recording an event");
}

Status CudaDevice::Wait(Queue queue, Fence& fence) {
  exchanging_ = exchanging_ || queue == Queue::kExchange;
  siding_ = siding_ || queue == Queue::kSide;
  return FromCuda(cudaStreamWaitEvent(Stream(queue), EventOf(fence), 0),
                  "ordering the streams");
}

Status CudaDevice::WaitOnHost(Fence& fence) {
  return FromCuda(cudaEventSynchronize(EventOf(fence)),
                  "waiting for the device");
}

Status CudaDevice::Finish() {
  Status first = Await(Queue::kCompute);
  for (const auto& [queue, used] : {std::pair(Queue::kExchange, &exchanging_),
                                    std::pair(Queue::kSide, &siding_),
                                    std::pair(Queue::kCopy, &copying_)}) {
    if (!std::exchange(*used, false)) continue;
    const Status done = Await(queue);
    if (first.ok()) first = done;
  }
  return first;
}

Status CudaDevice::Await(Queue queue) {
  const cudaError_t error = cudaStreamSynchronize(Stream(queue));
  // Memory that the queue uses is freed next. A second call waits, unless the
  // device is lost, and works on nothing any more.
  if (error != cudaSuccess) cudaStreamSynchronize(Stream(queue));
  return FromCuda(error, "waiting for the device");
}

Result<std::unique_ptr<Program>> CudaDevice::Record(
    std::function<Status()> work, RecordingVote vote) {
  return std::unique_ptr<Program>(
      std::make_unique<CudaProgram>(*this, std::move(work), std::move(vote)));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

// CudaDevice: a GPU's memory, streams, events and graphs as a Device.

#ifndef ALEXNET_CORE_BACKEND_CUDA_RUNTIME_CUDA_DEVICE_H_
#define ALEXNET_CORE_BACKEND_CUDA_RUNTIME_CUDA_DEVICE_H_

#include <cuda_runtime.h>

#include <memory>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/device.h"
#include "core/base/birthplace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class CudaDevice : public Device {
 public:
  // Its streams; memory that was allocated may outlive the device.
  static Result<std::unique_ptr<CudaDevice>> Open(int number);
  ~CudaDevice() override;

  // Makes it the calling thread's. Before any other call on a thread. Refuses
  // in a child of fork, where CUDA does not work.
  Status MakeCurrent();
  int number() const { return number_; }
  // 10 * major + minor.
  int capability() const { return capability_; }
  // Of the second level.
  int64_t cache_bytes() const { return cache_bytes_; }
  cudaStream_t compute() const { return Stream(Queue::kCompute); }
  cudaStream_t exchange() const { return Stream(Queue::kExchange); }
  cudaStream_t side() const { return Stream(Queue::kSide); }
  cudaStream_t Stream(Queue queue) const {
    return streams_[static_cast<int>(queue)];
  }
  // Whether kExchange got work since the last Finish.
  bool exchanges() const { return exchanging_; }

  bool is_host() const override { return false; }
  Result<AlignedBuffer> Allocate(int64_t bytes, bool zero) override;
  Result<AlignedBuffer> AllocateHost(int64_t bytes) override;
  int64_t FreeBytes() override;
  Status Upload(const void* host, int64_t bytes, void* device,
                Queue queue) override;
  Status Download(const void* device, int64_t bytes, void* host) override;
  Status Copy(const void* from, int64_t bytes, void* to, Queue queue) override;
  Status Reach(Device& peer) override;
  Status Clear(void* data, int64_t bytes) override;
  Result<std::unique_ptr<Fence>> CreateFence() override;
  Status Signal(Queue queue, Fence& fence) override;
  Status Wait(Queue queue, Fence& fence) override;
  Status WaitOnHost(Fence& fence) override;
  Status Finish() override;
  // The first launch runs the work as it is, so that all that is loaded late is
  // there; the second captures it into a CUDA graph. Where that is spoiled, the
  // work runs as it is and the next few launches try again.
  bool recording() const override { return recording_; }
  void set_recording(bool recording) { recording_ = recording; }
  Result<std::unique_ptr<Program>> Record(std::function<Status()> work,
                                          RecordingVote vote) override;

 private:
  explicit CudaDevice(int number) : number_(number) {}
  Status Await(Queue queue);

  const Birthplace birthplace_;
  const int number_;
  int capability_ = 0;
  int64_t cache_bytes_ = 0;
  cudaStream_t streams_[kQueues] = {};  // by Queue
  // Queues beside kCompute that got work since they were last waited for.
  bool copying_ = false;
  bool exchanging_ = false;
  bool siding_ = false;
  bool recording_ = false;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_RUNTIME_CUDA_DEVICE_H_

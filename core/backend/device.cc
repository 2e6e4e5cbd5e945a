#include "core/backend/device.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace alexnet {
namespace {

class HostProgram : public Program {
 public:
  explicit HostProgram(std::function<Status()> work) : work_(std::move(work)) {}
  Status Launch() override { return work_(); }
  Capture capture() const override { return Capture::kNone; }

 private:
  const std::function<Status()> work_;
};

class HostDevice : public Device {
 public:
  bool is_host() const override { return true; }
  Result<AlignedBuffer> Allocate(int64_t bytes, bool zero) override {
    return AlignedBuffer::Allocate(bytes, zero);
  }
  Result<AlignedBuffer> AllocateHost(int64_t bytes) override {
    return AlignedBuffer::Allocate(bytes);
  }
  int64_t FreeBytes() override { return -1; }
  Status Upload(const void* host, int64_t bytes, void* device, Queue) override {
    return Copy(host, bytes, device, Queue::kCompute);
  }
  Status Download(const void* device, int64_t bytes, void* host) override {
    return Copy(device, bytes, host, Queue::kCompute);
  }
  Status Copy(const void* from, int64_t bytes, void* to, Queue) override {
    std::memcpy(to, from, static_cast<size_t>(bytes));
    return Status();
  }
  Status Reach(Device&) override { return Status(); }
  Status Clear(void* data, int64_t bytes) override {
    std::memset(data, 0, static_cast<size_t>(bytes));
    return Status();
  }
  Result<std::unique_ptr<Fence>> CreateFence() override {
    return std::make_unique<Fence>();
  }
  Status Signal(Queue, Fence&) override { return Status(); }
  Status Wait(Queue, Fence&) override { return Status(); }
  Status WaitOnHost(Fence&) override { return Status(); }
  Status Finish() override { return Status(); }
  Result<std::unique_ptr<Program>> Record(std::function<Status()> work,
                                          RecordingVote) override {
    return std::unique_ptr<Program>(
        std::make_unique<HostProgram>(std::move(work)));
  }
};

}  // namespace

const char* CaptureWord(Capture capture) {
  switch (capture) {
    case Capture::kNone:
      return "nothing to capture";
    case Capture::kPending:
      return "not yet";
    case Capture::kDone:
      return "yes";
    case Capture::kRefused:
      break;
  }
  return "no";
}

Capture Together(Capture a, Capture b) {
  // One that was refused costs time; one that is rarely launched may be pending
  // for ever.
  return std::max(a, b);
}

Device& Device::Host() {
  static HostDevice host;
  return host;
}

}  // namespace alexnet

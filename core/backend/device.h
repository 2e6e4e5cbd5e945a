// Device: the memory that a backend's kernels work on, and how work is sent
// there. The host is a device of its own, where all of this is immediate.
//
// A device works through four queues, each in order: kCompute runs kernels,
// kCopy brings the next step's input meanwhile, kExchange does what ranks have
// to do with each other, kSide runs kernels beside those of kCompute, which
// waits for it before the end of a step. Fences order one against the other,
// and the host against all. All calls are made inside Backend::Run.

#ifndef ALEXNET_CORE_BACKEND_DEVICE_H_
#define ALEXNET_CORE_BACKEND_DEVICE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "core/base/status.h"
#include "core/tensor/tensor.h"

namespace alexnet {

enum class Queue : int8_t { kCompute = 0, kCopy = 1, kExchange = 2, kSide = 3 };
inline constexpr int kQueues = 4;

// A place in a queue that others wait for. Before its first Signal it counts as
// reached.
class Fence {
 public:
  virtual ~Fence() = default;
};

// Whether what is launched was recorded, as a CUDA graph, or is sent anew, call
// by call.
enum class Capture : int8_t {
  kNone = 0,     // always sent anew, with nothing lost by it: the host's
  kPending = 1,  // recorded at one of the next launches
  kDone = 2,
  kRefused = 3,  // sent anew for good, since it could not be recorded
};
// "yes" and the like, for a person.
const char* CaptureWord(Capture capture);
// Of a plan, of what is known of two of its programs: what is worth knowing.
Capture Together(Capture a, Capture b);

// Work that was recorded once and is launched again and again.
class Program {
 public:
  virtual ~Program() = default;
  // In order after what is in kCompute.
  virtual Status Launch() = 0;
  virtual Capture capture() const = 0;
};

// Of ranks whose work waits for each other's: given whether this one has
// recorded its own, says whether all have. Only then is what they have recorded
// launched.
using RecordingVote = std::function<Result<bool>(bool recorded)>;

class Device {
 public:
  virtual ~Device() = default;
  static Device& Host();

  // Whether kernels read and write the caller's own memory.
  virtual bool is_host() const = 0;

  // Of the device. kOutOfMemory says how much there is.
  virtual Result<AlignedBuffer> Allocate(int64_t bytes, bool zero) = 0;
  // Of the host, where the device can copy from and to while others work. On
  // any thread, also outside Backend::Run.
  virtual Result<AlignedBuffer> AllocateHost(int64_t bytes) = 0;

  // Of the device, that could be allocated now; -1: not known.
  virtual int64_t FreeBytes() = 0;

  // The host's side must stay as it is until a fence after the copy is reached.
  virtual Status Upload(const void* host, int64_t bytes, void* device,
                        Queue queue) = 0;
  virtual Status Download(const void* device, int64_t bytes, void* host) = 0;
  // Within the device; in kExchange also from one device to another.
  virtual Status Copy(const void* from, int64_t bytes, void* to,
                      Queue queue) = 0;
  // From now on kExchange may touch memory of `peer`, a device of the same
  // kind. kUnsupported where no link lets it.
  virtual Status Reach(Device& peer) = 0;
  // Zeros, in kCompute.
  virtual Status Clear(void* data, int64_t bytes) = 0;

  virtual Result<std::unique_ptr<Fence>> CreateFence() = 0;
  virtual Status Signal(Queue queue, Fence& fence) = 0;
  // The fence may be another device's.
  virtual Status Wait(Queue queue, Fence& fence) = 0;
  virtual Status WaitOnHost(Fence& fence) = 0;
  // Waits for all that was sent.
  virtual Status Finish() = 0;

  // Whether what is sent now goes into a recording, and is not run.
  virtual bool recording() const { return false; }
  // `work` makes kernel calls and nothing else, the same ones each time.
  // `vote`: null where no other rank has to do with it.
  virtual Result<std::unique_ptr<Program>> Record(std::function<Status()> work,
                                                  RecordingVote vote) = 0;
  Result<std::unique_ptr<Program>> Record(std::function<Status()> work) {
    return Record(std::move(work), nullptr);
  }
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_DEVICE_H_

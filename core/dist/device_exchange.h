// DeviceExchange: how a rank on a GPU puts operations into its device's
// kExchange. DeviceCommunicator orders that queue against the others.

#ifndef ALEXNET_CORE_DIST_DEVICE_EXCHANGE_H_
#define ALEXNET_CORE_DIST_DEVICE_EXCHANGE_H_

#include <string>

#include "core/base/status.h"
#include "core/dist/operation.h"

namespace alexnet {

// On the rank's thread, but for Abort and Progress.
class DeviceExchange {
 public:
  virtual ~DeviceExchange() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  // Whether Put may be called while a program is recorded.
  virtual bool recordable() const = 0;
  // As Communicator's.
  virtual std::string adder() const { return ""; }

  // Puts it into the queue, where it waits for the other ranks'. Fails with the
  // failure of the group, which it tells the others of.
  virtual Status Put(const Operation& operation) = 0;
  // Of one that is recordable, as Communicator's.
  virtual Status BeginProgram() { return Status(); }
  // OK, or the failure of the group where an operation that was put has met it
  // on the device.
  virtual Status Progress() = 0;
  // When all that was put is done on the device: likewise, and whether it was
  // the same on all ranks. May wait for them to have said so.
  virtual Status Conclude() { return Progress(); }

  // Makes `why`, as FailureOfRank has it, the failure of the group unless it
  // has failed already, wakes whoever is in Put, and returns the failure. From
  // any thread.
  virtual Status Abort(const Status& why) = 0;
  // After a failure: waits until no rank touches this one's memory.
  virtual void AwaitOthers() = 0;

  // The last call.
  virtual void Leave() = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_DEVICE_EXCHANGE_H_

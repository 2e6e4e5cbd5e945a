// SilentCommunicator: exchanges nothing, so that what a rank computes can be
// timed alone. Buffers stay as they are.

#ifndef ALEXNET_TESTS_BENCH_SCALING_SILENT_COMMUNICATOR_H_
#define ALEXNET_TESTS_BENCH_SCALING_SILENT_COMMUNICATOR_H_

#include <memory>

#include "core/dist/communicator.h"

namespace alexnet {

class SilentCommunicator : public Communicator {
 public:
  SilentCommunicator(int rank, int size) : rank_(rank), size_(size) {}

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  Result<std::unique_ptr<Fence>> CreateFence() override {
    return std::make_unique<Fence>();
  }
  Status Signal(Fence&) override { return Status(); }
  Status Wait(Fence&) override { return Status(); }
  Status WaitOnHost(Fence&) override { return Status(); }
  Status Finish() override { return Status(); }
  Status Check() override { return Status(); }
  void Abort(const Status&) override {}

 protected:
  Status Enqueue(const Operation&) override { return Status(); }

 private:
  const int rank_;
  const int size_;
};

}  // namespace alexnet

#endif  // ALEXNET_TESTS_BENCH_SCALING_SILENT_COMMUNICATOR_H_

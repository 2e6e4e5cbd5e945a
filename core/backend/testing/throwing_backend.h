// ThrowingBackend: another backend that throws when it is told to, as an
// allocation does where there is no memory.

#ifndef ALEXNET_CORE_BACKEND_TESTING_THROWING_BACKEND_H_
#define ALEXNET_CORE_BACKEND_TESTING_THROWING_BACKEND_H_

#include <atomic>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/backend.h"

namespace alexnet::testing {

class ThrowingBackend : public Backend {
 public:
  explicit ThrowingBackend(std::shared_ptr<Backend> real)
      : real_(std::move(real)) {}

  // From any thread: the call of Run after the next `others` throws
  // std::bad_alloc when its work is done. -1: none does.
  void Arm(int others = 0) { left_ = others; }
  bool thrown() const { return thrown_; }

  Status Run(const std::function<Status()>& work) override {
    Status status = real_->Run(work);
    if (left_ >= 0 && left_-- == 0) {
      thrown_ = true;
      throw std::bad_alloc();
    }
    return status;
  }

  std::string name() const override { return real_->name(); }
  Computer computer() const override { return real_->computer(); }
  int threads() const override { return real_->threads(); }
  Device& device() override { return real_->device(); }
  std::vector<std::string> Notes() override { return real_->Notes(); }
  Status Await(Fence& fence) override { return real_->Await(fence); }
  bool CanFuse(const Layer& layer, ActivationKind activation) const override {
    return real_->CanFuse(layer, activation);
  }
  bool CanPool(const KernelRequest& request) const override {
    return real_->CanPool(request);
  }
  Result<std::unique_ptr<Kernel>> CreateKernel(
      const KernelRequest& request) override {
    return real_->CreateKernel(request);
  }
  Result<std::unique_ptr<Kernel>> CreateReorder(const Format& from,
                                                const Format& to) override {
    return real_->CreateReorder(from, to);
  }
  int64_t LossScratchBytes(int64_t batch) const override {
    return real_->LossScratchBytes(batch);
  }
  Status Loss(const LossArgs& args) override { return real_->Loss(args); }
  Result<std::unique_ptr<Updater>> CreateUpdater(std::vector<SgdTensor> tensors,
                                                 Queue queue) override {
    return real_->CreateUpdater(std::move(tensors), queue);
  }
  Status RenderPixels(const PixelArgs& args, const Format& format,
                      void* blob) override {
    return real_->RenderPixels(args, format, blob);
  }
  Status Prefetch(const void* data, int64_t bytes) override {
    return real_->Prefetch(data, bytes);
  }
  Status MoveRows(const RowMove& move) override {
    return real_->MoveRows(move);
  }
  Status Add(const Addition& addition) override { return real_->Add(addition); }
  Status SumRanks(const RankSum& sum) override { return real_->SumRanks(sum); }
  Result<std::vector<std::unique_ptr<Collectives>>> LinkDevices(
      const std::vector<std::shared_ptr<Backend>>& ranks) override {
    return real_->LinkDevices(ranks);
  }
  Result<LinkOffer> OfferLink(bool first) override {
    return real_->OfferLink(first);
  }
  Result<std::unique_ptr<Collectives>> JoinLink(
      const LinkOffer& first, int rank, int size,
      const std::function<Status()>& check) override {
    return real_->JoinLink(first, rank, size, check);
  }
  Status CountDeadUnits(const Format& format, const void* blob,
                        int64_t* count) const override {
    return real_->CountDeadUnits(format, blob, count);
  }
  int64_t UnitPositions(const Format& format) const override {
    return real_->UnitPositions(format);
  }
  Status MarkAliveUnits(const Format& format, const void* blob,
                        float* marks) const override {
    return real_->MarkAliveUnits(format, blob, marks);
  }

 private:
  const std::shared_ptr<Backend> real_;
  std::atomic<int> left_{-1};
  std::atomic<bool> thrown_{false};
};

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_BACKEND_TESTING_THROWING_BACKEND_H_

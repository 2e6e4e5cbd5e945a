#include "core/parallel/exchange_kernel.h"

#include <cstdint>
#include <utility>

namespace alexnet {
namespace {

class ExchangeKernel : public Kernel {
 public:
  ExchangeKernel(std::string name, const Shape& given, const Shape& read,
                 BlobExchange exchange, Backend& backend, Communicator& comm,
                 std::unique_ptr<Fence> arrived)
      : name_(std::move(name)),
        given_(Format::Dense(given)),
        read_(Format::Dense(read)),
        exchange_(std::move(exchange)),
        backend_(backend),
        comm_(comm),
        arrived_(std::move(arrived)) {
    memory_.scratch_bytes =
        exchange_.scratch_elements() * static_cast<int64_t>(sizeof(float));
  }

  std::string Name() const override { return name_; }
  const Format& src_format() const override { return given_; }
  const Format& dst_format() const override { return read_; }
  const KernelMemory& memory() const override { return memory_; }

  Status Forward(const ForwardArgs& args) override {
    auto* const scratch = static_cast<float*>(args.scratch);
    ALEXNET_RETURN_IF_ERROR(
        exchange_.Send(Means(), static_cast<const float*>(args.src), scratch));
    return exchange_.Receive(Means(), static_cast<float*>(args.dst), scratch);
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();  // on all ranks
    ALEXNET_RETURN_IF_ERROR(
        backend_.device().Clear(args.src_gradient, given_.bytes));
    auto* const scratch = static_cast<float*>(args.scratch);
    ALEXNET_RETURN_IF_ERROR(exchange_.SendGradient(
        Means(), static_cast<const float*>(args.dst_gradient), scratch));
    return exchange_.ReceiveGradient(
        Means(), static_cast<float*>(args.src_gradient), scratch);
  }

 private:
  ExchangeMeans Means() const { return {backend_, comm_, *arrived_}; }

  const std::string name_;
  const Format given_;
  const Format read_;
  const BlobExchange exchange_;
  Backend& backend_;
  Communicator& comm_;
  const std::unique_ptr<Fence> arrived_;
  KernelMemory memory_;
};

class HalvedExchange : public PassExchange {
 public:
  HalvedExchange(BlobExchange exchange, Backend& backend, Communicator& comm,
                 std::unique_ptr<Fence> arrived, AlignedBuffer scratch)
      : exchange_(std::move(exchange)),
        backend_(backend),
        comm_(comm),
        arrived_(std::move(arrived)),
        scratch_(std::move(scratch)) {}

  Status Send(const float* given) override {
    return exchange_.Send(Means(), given, Scratch());
  }
  Status Receive(float* read) override {
    return exchange_.Receive(Means(), read, Scratch());
  }
  Status SendGradient(const float* read_gradient) override {
    return exchange_.SendGradient(Means(), read_gradient, Scratch());
  }
  Status ReceiveGradient(float* given_gradient) override {
    return exchange_.ReceiveGradient(Means(), given_gradient, Scratch());
  }
  int64_t bytes() const override { return scratch_.size(); }

 private:
  ExchangeMeans Means() const { return {backend_, comm_, *arrived_}; }
  float* Scratch() { return reinterpret_cast<float*>(scratch_.data()); }

  const BlobExchange exchange_;
  Backend& backend_;
  Communicator& comm_;
  const std::unique_ptr<Fence> arrived_;
  AlignedBuffer scratch_;
};

}  // namespace

Result<std::unique_ptr<PassExchange>> MakePassExchange(BlobExchange exchange,
                                                       Backend& backend,
                                                       Communicator& comm) {
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Fence> arrived, comm.CreateFence());
  ALEXNET_ASSIGN_OR_RETURN(
      AlignedBuffer scratch,
      backend.device().Allocate(
          exchange.scratch_elements() * static_cast<int64_t>(sizeof(float)),
          /*zero=*/false));
  return std::unique_ptr<PassExchange>(
      std::make_unique<HalvedExchange>(std::move(exchange), backend, comm,
                                       std::move(arrived), std::move(scratch)));
}

Result<std::unique_ptr<Kernel>> MakeExchangeKernel(
    const std::string& name, const Shape& given, const Shape& read,
    BlobExchange exchange, Backend& backend, Communicator& comm) {
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Fence> arrived, comm.CreateFence());
  return std::unique_ptr<Kernel>(
      std::make_unique<ExchangeKernel>(name, given, read, std::move(exchange),
                                       backend, comm, std::move(arrived)));
}

}  // namespace alexnet

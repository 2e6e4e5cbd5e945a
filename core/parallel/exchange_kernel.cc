#include "core/parallel/exchange_kernel.h"

#include <cstdint>
#include <utility>

namespace alexnet {
namespace {

class ExchangeKernel : public Kernel {
 public:
  ExchangeKernel(std::string name, const Shape& given, const Shape& read,
                 HostExchange exchange, Backend& backend, Communicator& comm,
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
    return exchange_.Forward(Means(), static_cast<const float*>(args.src),
                             static_cast<float*>(args.dst),
                             static_cast<float*>(args.scratch));
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();  // on all ranks
    ALEXNET_RETURN_IF_ERROR(
        backend_.device().Clear(args.src_gradient, given_.bytes));
    return exchange_.Backward(Means(),
                              static_cast<const float*>(args.dst_gradient),
                              static_cast<float*>(args.src_gradient),
                              static_cast<float*>(args.scratch));
  }

 private:
  ExchangeMeans Means() const { return {backend_, comm_, *arrived_}; }

  const std::string name_;
  const Format given_;
  const Format read_;
  const HostExchange exchange_;
  Backend& backend_;
  Communicator& comm_;
  const std::unique_ptr<Fence> arrived_;
  KernelMemory memory_;
};

}  // namespace

Result<std::unique_ptr<Kernel>> MakeExchangeKernel(
    const std::string& name, const Shape& given, const Shape& read,
    HostExchange exchange, Backend& backend, Communicator& comm) {
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Fence> arrived, comm.CreateFence());
  return std::unique_ptr<Kernel>(
      std::make_unique<ExchangeKernel>(name, given, read, std::move(exchange),
                                       backend, comm, std::move(arrived)));
}

}  // namespace alexnet

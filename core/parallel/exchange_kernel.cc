#include "core/parallel/exchange_kernel.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace alexnet {
namespace {

class ExchangeKernel : public Kernel {
 public:
  ExchangeKernel(std::string name, const Shape& given, const Shape& read,
                 HostExchange exchange, Communicator& comm)
      : name_(std::move(name)),
        given_(Format::Dense(given)),
        read_(Format::Dense(read)),
        exchange_(std::move(exchange)),
        comm_(comm) {
    memory_.scratch_bytes =
        exchange_.scratch_elements() * static_cast<int64_t>(sizeof(float));
  }

  std::string Name() const override { return name_; }
  const Format& src_format() const override { return given_; }
  const Format& dst_format() const override { return read_; }
  const KernelMemory& memory() const override { return memory_; }

  Status Forward(const ForwardArgs& args) override {
    return exchange_.Forward(comm_, static_cast<const float*>(args.src),
                             static_cast<float*>(args.dst),
                             static_cast<float*>(args.scratch));
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();  // on all ranks
    auto* gradient = static_cast<float*>(args.src_gradient);
    std::fill_n(gradient, given_.shape.elements(), 0.0f);
    return exchange_.Backward(comm_,
                              static_cast<const float*>(args.dst_gradient),
                              gradient, static_cast<float*>(args.scratch));
  }

 private:
  const std::string name_;
  const Format given_;
  const Format read_;
  const HostExchange exchange_;
  Communicator& comm_;
  KernelMemory memory_;
};

}  // namespace

std::unique_ptr<Kernel> MakeExchangeKernel(const std::string& name,
                                           const Shape& given,
                                           const Shape& read,
                                           HostExchange exchange,
                                           Communicator& comm) {
  return std::make_unique<ExchangeKernel>(name, given, read,
                                          std::move(exchange), comm);
}

}  // namespace alexnet

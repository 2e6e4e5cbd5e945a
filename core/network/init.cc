#include "core/network/init.h"

#include <cmath>
#include <numbers>

#include "core/base/philox.h"

namespace alexnet {
namespace {

// Uniform in (0, 1), 32 bits: neither end, so that its logarithm is finite.
double OpenUniform(uint32_t word) { return (word + 0.5) * 0x1.0p-32; }

// Each element owns one block of four words, so that a redraw of one does not
// move the others: two words make a normal, and there are two of them.
class Draw {
 public:
  Draw(uint64_t seed, int parameter)
      : key_(PhiloxKey::FromSeed(seed)),
        parameter_(static_cast<uint32_t>(parameter)) {}

  PhiloxBlock Block(int64_t element, uint32_t attempt) const {
    return Philox4x32(
        key_, {static_cast<uint32_t>(element),
               static_cast<uint32_t>(element >> 32) | attempt << 16, parameter_,
               static_cast<uint32_t>(RandomPurpose::kWeightInit)});
  }

  double Uniform(int64_t element) const {
    return OpenUniform(Block(element, 0).v[0]);
  }

  double Normal(int64_t element, uint32_t attempt) const {
    const PhiloxBlock block = Block(element, attempt);
    return std::sqrt(-2.0 * std::log(OpenUniform(block.v[0]))) *
           std::cos(2.0 * std::numbers::pi * OpenUniform(block.v[1]));
  }

  // A normal within two standard deviations.
  double Truncated(int64_t element) const {
    for (uint32_t attempt = 0;; ++attempt) {
      const double value = Normal(element, attempt);
      if (std::abs(value) <= 2.0) return value;
    }
  }

 private:
  const PhiloxKey key_;
  const uint32_t parameter_;
};

}  // namespace

void FillInitial(const ParameterInfo& parameter, int index, uint64_t seed,
                 std::span<float> values) {
  const Draw draw(seed, index);
  const Init& init = parameter.rule.init;
  const auto fill = [values](const auto& value_of) {
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>(value_of(static_cast<int64_t>(i)));
    }
  };
  const auto fill_uniform = [&](double bound) {
    fill([&](int64_t i) { return bound * (2.0 * draw.Uniform(i) - 1.0); });
  };
  switch (init.kind) {
    case InitKind::kConstant:
      fill([&](int64_t) { return init.value; });
      return;
    case InitKind::kGaussian:
      fill([&](int64_t i) { return init.value * draw.Normal(i, 0); });
      return;
    case InitKind::kTruncatedNormal:
      fill([&](int64_t i) { return init.value * draw.Truncated(i); });
      return;
    case InitKind::kXavierUniform:
      fill_uniform(std::sqrt(
          6.0 / static_cast<double>(parameter.fan_in + parameter.fan_out)));
      return;
    case InitKind::kFanInUniform:
      fill_uniform(1.0 / std::sqrt(static_cast<double>(parameter.fan_in)));
      return;
  }
}

Result<std::vector<Tensor>> InitialParameters(const NetworkInfo& info,
                                              uint64_t seed) {
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    ALEXNET_ASSIGN_OR_RETURN(Tensor tensor,
                             Tensor::Create(info.parameters[i].shape));
    FillInitial(info.parameters[i], static_cast<int>(i), seed,
                {tensor.f32(), static_cast<size_t>(tensor.elements())});
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

}  // namespace alexnet

#include "core/network/init.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/philox.h"

namespace alexnet {
namespace {

// Elements between looks at the interrupt: some milliseconds' work.
constexpr size_t kChunk = size_t{1} << 17;

// Uniform in (0, 1), 32 bits: neither end, so that its logarithm is finite.
double OpenUniform(uint32_t word) { return (word + 0.5) * 0x1.0p-32; }

// Four elements share a block of four words, two of them a pair of normals.
// All in double, so that last-bit differences between math libraries vanish
// when a value is rounded to float.
class Draw {
 public:
  Draw(uint64_t seed, int parameter)
      : key_(PhiloxKey::FromSeed(seed)),
        parameter_(static_cast<uint32_t>(parameter)) {}

  double Uniform(int64_t element) { return OpenUniform(Word(element, 0)); }

  // Box-Muller: the words of a pair are radius and angle.
  double Normal(int64_t element, uint32_t attempt = 0) {
    const int64_t pair = element & ~int64_t{1};
    const double u = OpenUniform(Word(pair, attempt));
    const double v = OpenUniform(Word(pair + 1, attempt));
    const double radius = std::sqrt(-2.0 * std::log(u));
    const double angle = 2.0 * std::numbers::pi * v;
    return radius * (element == pair ? std::cos(angle) : std::sin(angle));
  }

  // A normal within two standard deviations; a redraw moves no other element.
  double Truncated(int64_t element) {
    for (uint32_t attempt = 0;; ++attempt) {
      const double value = Normal(element, attempt);
      if (std::abs(value) <= 2.0) return value;
    }
  }

 private:
  uint32_t Word(int64_t element, uint32_t attempt) {
    const int64_t index = element / 4;
    if (index != index_ || attempt != attempt_) {
      // Above 2^34 elements the index reaches into the second word.
      block_ = Philox4x32(
          key_, {static_cast<uint32_t>(index),
                 static_cast<uint32_t>(index >> 32) | attempt << 16, parameter_,
                 static_cast<uint32_t>(RandomPurpose::kWeightInit)});
      index_ = index;
      attempt_ = attempt;
    }
    return block_.v[element % 4];
  }

  const PhiloxKey key_;
  const uint32_t parameter_;
  int64_t index_ = -1;  // of the block at hand
  uint32_t attempt_ = 0;
  PhiloxBlock block_{};
};

}  // namespace

Status FillInitial(const ParameterInfo& parameter, int index, uint64_t seed,
                   std::span<float> values, const Interrupt& interrupt) {
  Draw draw(seed, index);
  const Init& init = parameter.rule.init;
  const auto fill = [&](const auto& value_of) -> Status {
    for (size_t i = 0; i < values.size();) {
      ALEXNET_RETURN_IF_ERROR(interrupt.Check());
      for (const size_t end = std::min(i + kChunk, values.size()); i < end;
           ++i) {
        values[i] = static_cast<float>(value_of(static_cast<int64_t>(i)));
      }
    }
    return Status();
  };
  const auto fill_uniform = [&](double bound) {
    return fill(
        [&](int64_t i) { return bound * (2.0 * draw.Uniform(i) - 1.0); });
  };
  switch (init.kind) {
    case InitKind::kConstant:
      return fill([&](int64_t) { return init.value; });
    case InitKind::kGaussian:
      return fill([&](int64_t i) { return init.value * draw.Normal(i); });
    case InitKind::kTruncatedNormal:
      return fill([&](int64_t i) { return init.value * draw.Truncated(i); });
    case InitKind::kXavierUniform:
      return fill_uniform(std::sqrt(
          6.0 / static_cast<double>(parameter.fan_in + parameter.fan_out)));
    case InitKind::kFanInUniform:
      return fill_uniform(1.0 /
                          std::sqrt(static_cast<double>(parameter.fan_in)));
  }
  return Status();
}

Result<std::vector<Tensor>> InitialParameters(const NetworkInfo& info,
                                              uint64_t seed,
                                              const Interrupt& interrupt) {
  std::vector<Tensor> tensors;
  tensors.reserve(info.parameters.size());
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    ALEXNET_ASSIGN_OR_RETURN(Tensor tensor,
                             Tensor::Create(info.parameters[i].shape));
    ALEXNET_RETURN_IF_ERROR(FillInitial(
        info.parameters[i], static_cast<int>(i), seed,
        {tensor.f32(), static_cast<size_t>(tensor.elements())}, interrupt));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

}  // namespace alexnet

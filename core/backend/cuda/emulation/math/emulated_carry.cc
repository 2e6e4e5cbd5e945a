#include "core/backend/cuda/emulation/math/emulated_carry.h"

#include <cstddef>
#include <cstring>
#include <type_traits>

#include "core/backend/cuda/primitives/half.h"
#include "core/backend/cuda/primitives/number.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links {
namespace {

const std::byte* At(const void* data, int64_t bytes) {
  return static_cast<const std::byte*>(data) + bytes;
}
std::byte* At(void* data, int64_t bytes) {
  return static_cast<std::byte*>(data) + bytes;
}

template <typename T>
T Widen(T value) {
  return value;
}
float Widen(Half value) { return ToFloat(value); }
float Widen(Bf16 value) { return ToFloat(value); }

template <typename T, typename Sum>
T Narrow(Sum sum) {
  if constexpr (std::is_same_v<T, Sum>) {
    return sum;
  } else {
    return FromFloat<T>(sum);
  }
}

template <typename T>
void SumBackwards(const std::vector<const void*>& in, int64_t count,
                  std::vector<std::byte>* sum) {
  sum->resize(static_cast<size_t>(count) * sizeof(T));
  T* out = reinterpret_cast<T*>(sum->data());
  for (int64_t i = 0; i < count; ++i) {
    auto total = Widen(static_cast<const T*>(in.back())[i]);
    for (size_t rank = in.size() - 1; rank-- > 0;) {
      total += Widen(static_cast<const T*>(in[rank])[i]);
    }
    out[i] = Narrow<T>(total);
  }
}

std::vector<std::byte> Sum(ElementType type, const std::vector<const void*>& in,
                           int64_t count) {
  std::vector<std::byte> sum;
  switch (type) {
    case ElementType::kF32:
      SumBackwards<float>(in, count, &sum);
      break;
    case ElementType::kF64:
      SumBackwards<double>(in, count, &sum);
      break;
    case ElementType::kI64:
      SumBackwards<uint64_t>(in, count, &sum);
      break;
    case ElementType::kF16:
      SumBackwards<Half>(in, count, &sum);
      break;
    case ElementType::kBF16:
      SumBackwards<Bf16>(in, count, &sum);
      break;
    case ElementType::kByte:
      break;
  }
  return sum;
}

}  // namespace

void Copy(const void* from, int64_t bytes, void* to) {
  if (bytes > 0) std::memmove(to, from, static_cast<size_t>(bytes));
}

void Carry(const std::vector<Call>& calls) {
  const Call& first = calls.front();
  const int64_t bytes = first.bytes();
  std::vector<const void*> inputs;
  for (const Call& call : calls) inputs.push_back(call.in);
  switch (first.kind) {
    case Kind::kAllReduce: {
      const auto sum = Sum(first.type, inputs, first.count);
      for (const Call& call : calls) Copy(sum.data(), bytes, call.out);
      return;
    }
    case Kind::kReduceScatter: {
      const auto ranks = static_cast<int64_t>(calls.size());
      const auto sum = Sum(first.type, inputs, first.count * ranks);
      for (int64_t rank = 0; rank < ranks; ++rank) {
        Copy(At(sum.data(), rank * bytes), bytes,
             calls[static_cast<size_t>(rank)].out);
      }
      return;
    }
    case Kind::kAllGather:
      for (const Call& call : calls) {
        int64_t rank = 0;
        for (const void* in : inputs) {
          Copy(in, bytes, At(call.out, rank++ * bytes));
        }
      }
      return;
    case Kind::kBroadcast:
      for (const Call& call : calls) {
        Copy(inputs[static_cast<size_t>(first.root)], bytes, call.out);
      }
      return;
  }
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links

#include "core/backend/reference/formats.h"

#include <fmt/core.h>

#include <cstring>

namespace alexnet::reference {
namespace {

class DoubleLayout : public Layout {
 public:
  bool Equals(const Layout& other) const override {
    return dynamic_cast<const DoubleLayout*>(&other) != nullptr;
  }
  std::string Name() const override { return "dense f64"; }
};

template <typename From, typename To>
void Copy(const void* from, int64_t elements, void* to) {
  const From* source = static_cast<const From*>(from);
  To* target = static_cast<To*>(to);
  for (int64_t i = 0; i < elements; ++i) {
    target[i] = static_cast<To>(source[i]);
  }
}

class Reorder : public Kernel {
 public:
  Reorder(const Format& from, const Format& to) : from_(from), to_(to) {}
  std::string Name() const override { return "reorder (reference)"; }
  const Format& src_format() const override { return from_; }
  const Format& dst_format() const override { return to_; }
  const KernelMemory& memory() const override { return memory_; }

  Status Forward(const ForwardArgs& args) override {
    Convert(from_, args.src, to_, args.dst);
    return Status();
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient != nullptr) {
      Convert(to_, args.dst_gradient, from_, args.src_gradient);
    }
    return Status();
  }

 private:
  static void Convert(const Format& from, const void* source, const Format& to,
                      void* target) {
    const int64_t elements = from.shape.elements();
    if (from.dense() == to.dense()) {
      std::memcpy(target, source, static_cast<size_t>(from.bytes));
    } else if (from.dense()) {
      Copy<float, double>(source, elements, target);
    } else {
      Copy<double, float>(source, elements, target);
    }
  }

  const Format from_;
  const Format to_;
  const KernelMemory memory_;
};

}  // namespace

Format DoubleFormat(const Shape& shape) {
  return {shape, shape.elements() * 8, std::make_shared<const DoubleLayout>()};
}

bool IsDouble(const Format& format) {
  return dynamic_cast<const DoubleLayout*>(format.layout.get()) != nullptr;
}

Result<std::unique_ptr<Kernel>> MakeReorder(const Format& from,
                                            const Format& to) {
  for (const Format* format : {&from, &to}) {
    if (!format->dense() && !IsDouble(*format)) {
      return UnsupportedError(
          fmt::format("the reference backend does not know the layout {}",
                      format->layout->Name()));
    }
  }
  if (from.shape != to.shape) {
    return InternalError(fmt::format("a reorder from shape {} to {}",
                                     from.shape.ToString(),
                                     to.shape.ToString()));
  }
  return std::unique_ptr<Kernel>(std::make_unique<Reorder>(from, to));
}

Status DenseParameter::Pack(const TensorView& tensor, void* packed) const {
  if (tensor.shape != shape_) {
    return InvalidArgumentError(fmt::format(
        "the shape is {}, not {}", tensor.shape.ToString(), shape_.ToString()));
  }
  WidenToFloat(tensor.dtype, tensor.data, elements(),
               static_cast<float*>(packed));
  return Status();
}

Status DenseParameter::Unpack(const void* packed, float* dense) const {
  std::memcpy(dense, packed, static_cast<size_t>(bytes()));
  return Status();
}

}  // namespace alexnet::reference

#include "core/backend/testing/kernel_harness.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include "core/backend/testing/guarded_memory.h"
#include "core/base/philox.h"
#include "core/network/parameter_inference.h"

namespace alexnet::testing {
namespace {

constexpr int64_t kGuardBytes = 64;
constexpr uint8_t kGuard = 0x5a;
// As bfloat16, float32 or float64: a NaN.
constexpr int kPoison = 0xff;

// Memory of a device with a guard behind its end: on the host a page that must
// not be touched, elsewhere bytes that are looked at.
class Buffer {
 public:
  static Result<Buffer> Create(Device& device, int64_t bytes, int fill) {
    Buffer buffer;
    buffer.device_ = &device;
    buffer.bytes_ = bytes;
    if (device.is_host()) {
      buffer.guarded_ = GuardedMemory(bytes);
      std::memset(buffer.data(), fill, static_cast<size_t>(bytes));
      return buffer;
    }
    ALEXNET_ASSIGN_OR_RETURN(
        buffer.buffer_, device.Allocate(bytes + kGuardBytes, /*zero=*/false));
    std::vector<uint8_t> content(static_cast<size_t>(bytes + kGuardBytes),
                                 static_cast<uint8_t>(fill));
    std::fill_n(content.end() - kGuardBytes, kGuardBytes, kGuard);
    ALEXNET_RETURN_IF_ERROR(device.Upload(content.data(), bytes + kGuardBytes,
                                          buffer.data(), Queue::kCompute));
    ALEXNET_RETURN_IF_ERROR(device.Finish());
    return buffer;
  }
  static Result<Buffer> Of(Device& device, const void* values, int64_t bytes) {
    ALEXNET_ASSIGN_OR_RETURN(Buffer buffer, Create(device, bytes, kPoison));
    ALEXNET_RETURN_IF_ERROR(
        device.Upload(values, bytes, buffer.data(), Queue::kCompute));
    ALEXNET_RETURN_IF_ERROR(device.Finish());
    return buffer;
  }

  std::byte* data() {
    return device_->is_host() ? guarded_.data() : buffer_.data();
  }
  Status Read(void* values) {
    ALEXNET_RETURN_IF_ERROR(device_->Download(data(), bytes_, values));
    return device_->Finish();
  }
  Status Check(const char* what) {
    if (device_->is_host()) return Status();
    uint8_t guard[kGuardBytes];
    ALEXNET_RETURN_IF_ERROR(
        device_->Download(data() + bytes_, kGuardBytes, guard));
    ALEXNET_RETURN_IF_ERROR(device_->Finish());
    if (std::all_of(guard, guard + kGuardBytes,
                    [](uint8_t b) { return b == kGuard; })) {
      return Status();
    }
    return InternalError(std::string(what) + " was written past its end");
  }

 private:
  Device* device_ = nullptr;
  GuardedMemory guarded_;
  AlignedBuffer buffer_;
  int64_t bytes_ = 0;
};

// A copy of `source` in another format.
Result<Buffer> Reordered(Backend& backend, Buffer& source, const Format& from,
                         const Format& to) {
  Device& device = backend.device();
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<Kernel> reorder,
                           backend.CreateReorder(from, to));
  ALEXNET_ASSIGN_OR_RETURN(Buffer target,
                           Buffer::Create(device, to.bytes, kPoison));
  ALEXNET_ASSIGN_OR_RETURN(
      Buffer scratch,
      Buffer::Create(device, reorder->memory().scratch_bytes, kPoison));
  ForwardArgs args;
  args.src = source.data();
  args.dst = target.data();
  args.scratch = scratch.data();
  ALEXNET_RETURN_IF_ERROR(reorder->Forward(args));
  ALEXNET_RETURN_IF_ERROR(device.Finish());
  ALEXNET_RETURN_IF_ERROR(target.Check("a reordered blob"));
  return target;
}

Result<Buffer> FromDense(Backend& backend, const std::vector<float>& values,
                         const Format& format) {
  if (static_cast<int64_t>(values.size()) != format.shape.elements()) {
    return InvalidArgumentError("values for " + format.shape.ToString() +
                                " of another size");
  }
  const Format dense = Format::Dense(format.shape);
  ALEXNET_ASSIGN_OR_RETURN(
      Buffer buffer, Buffer::Of(backend.device(), values.data(), dense.bytes));
  if (format.dense()) return buffer;
  return Reordered(backend, buffer, dense, format);
}

Status ToDense(Backend& backend, Buffer& buffer, const Format& format,
               std::vector<float>* values) {
  values->resize(static_cast<size_t>(format.shape.elements()));
  if (format.dense()) return buffer.Read(values->data());
  ALEXNET_ASSIGN_OR_RETURN(
      Buffer dense,
      Reordered(backend, buffer, format, Format::Dense(format.shape)));
  return dense.Read(values->data());
}

// One parameter of the kernel and its gradient; all null where there is none.
struct Parameter {
  const ParameterLayout* layout = nullptr;
  Buffer packed;
  Buffer gradient;

  // Training kernels read, and write gradients, in the layout's compute type.
  Status Init(Device& device, const ParameterLayout* wanted, bool training,
              const Shape& shape, std::vector<float> values, uint32_t stream) {
    layout = wanted;
    if (layout == nullptr) return Status();
    if (values.empty()) values = RandomValues(shape.elements(), stream);
    std::vector<std::byte> bytes(static_cast<size_t>(layout->bytes()));
    ALEXNET_RETURN_IF_ERROR(
        layout->Pack({values.data(), DType::kF32, shape}, bytes.data()));
    if (training && layout->compute_dtype() != DType::kF32) {
      std::vector<std::byte> narrow(static_cast<size_t>(gradient_bytes()));
      NarrowFromFloat(reinterpret_cast<const float*>(bytes.data()),
                      layout->elements(), layout->compute_dtype(),
                      narrow.data());
      bytes = std::move(narrow);
    }
    ALEXNET_ASSIGN_OR_RETURN(
        packed,
        Buffer::Of(device, bytes.data(), static_cast<int64_t>(bytes.size())));
    ALEXNET_ASSIGN_OR_RETURN(gradient,
                             Buffer::Create(device, gradient_bytes(), 0));
    return Status();
  }
  int64_t gradient_bytes() const {
    return layout->elements() * DTypeSize(layout->compute_dtype());
  }
  void* data() { return layout == nullptr ? nullptr : packed.data(); }
  void* gradient_data() {
    return layout == nullptr ? nullptr : gradient.data();
  }
  Status Finish(const Shape& shape, std::vector<float>* dense) {
    if (layout == nullptr) return Status();
    ALEXNET_RETURN_IF_ERROR(packed.Check("a parameter"));
    ALEXNET_RETURN_IF_ERROR(gradient.Check("a parameter's gradient"));
    std::vector<std::byte> bytes(static_cast<size_t>(gradient_bytes()));
    ALEXNET_RETURN_IF_ERROR(gradient.Read(bytes.data()));
    std::vector<float> wide(static_cast<size_t>(layout->elements()));
    WidenToFloat(layout->compute_dtype(), bytes.data(), layout->elements(),
                 wide.data());
    dense->resize(static_cast<size_t>(shape.elements()));
    return layout->Unpack(wide.data(), dense->data());
  }
};

// The layout in which the test's producer gives the source.
Result<Format> OfferedFormat(Backend& backend, const KernelCase& test) {
  if (!test.producer) return Format::Dense(test.in);
  ALEXNET_ASSIGN_OR_RETURN(const LayerShapes shapes,
                           ShapesOf(*test.producer, test.in));
  KernelRequest request;
  request.layer = &*test.producer;
  request.shapes = &shapes;
  request.batch = test.in[0];
  request.src = Format::Dense(test.in);
  request.reader = &test.layer;
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<Kernel> kernel,
                           backend.CreateKernel(request));
  return kernel->dst_format();
}

Result<KernelResult> RunInside(Backend& backend, const KernelCase& test) {
  ALEXNET_ASSIGN_OR_RETURN(const LayerShapes shapes,
                           ShapesOf(test.layer, test.in));
  const bool backward = !test.dst_gradient.empty();
  KernelRequest request;
  request.layer = &test.layer;
  request.layer_index = test.layer_index;
  request.part = test.part;
  request.shapes = &shapes;
  request.batch = test.in[0];
  ALEXNET_ASSIGN_OR_RETURN(request.src, OfferedFormat(backend, test));
  request.fused = test.fused;
  if (test.reader) request.reader = &*test.reader;
  LayerShapes pooling_shapes;
  if (test.pooling) {
    ALEXNET_ASSIGN_OR_RETURN(
        pooling_shapes,
        ShapesOf(*test.pooling, WithBatch(shapes.out, test.in[0])));
    request.pooling = &*test.pooling;
    request.pooling_shapes = &pooling_shapes;
    if (!backend.CanPool(request)) {
      return UnsupportedError("the backend cannot pool in one kernel");
    }
  }
  request.training = test.training || backward;
  request.src_gradient = backward && test.src_gradient;
  request.src_rectified = test.src_rectified;
  request.weight_dtype = test.weight_dtype;
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<Kernel> kernel,
                           backend.CreateKernel(request));
  const KernelMemory& memory = kernel->memory();
  Device& device = backend.device();

  KernelResult result;
  result.name = kernel->Name();
  result.out = kernel->dst_format().shape;
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<ParameterInfo> parameters,
                           InferParameters(test.layer, 0, shapes.in));
  const auto shape_of = [&](size_t index) {
    return index < parameters.size() ? parameters[index].shape : Shape();
  };
  const Shape weight_shape = shape_of(0);
  const Shape bias_shape = shape_of(1);
  Parameter weight;
  Parameter bias;
  ALEXNET_RETURN_IF_ERROR(weight.Init(device, kernel->weight_layout(),
                                      request.training, weight_shape,
                                      test.weight, 1001));
  ALEXNET_RETURN_IF_ERROR(bias.Init(device, kernel->bias_layout(),
                                    request.training, bias_shape, test.bias,
                                    1002));

  ALEXNET_ASSIGN_OR_RETURN(Buffer src,
                           FromDense(backend, test.src, kernel->src_format()));
  ALEXNET_ASSIGN_OR_RETURN(
      Buffer dst, Buffer::Create(device, kernel->dst_format().bytes, kPoison));
  ALEXNET_ASSIGN_OR_RETURN(Buffer saved,
                           Buffer::Create(device, memory.saved_bytes, kPoison));
  ALEXNET_ASSIGN_OR_RETURN(
      Buffer scratch, Buffer::Create(device, memory.scratch_bytes, kPoison));
  ALEXNET_ASSIGN_OR_RETURN(
      Buffer state, Buffer::Of(device, &test.random, sizeof(RandomState)));
  const auto* random = reinterpret_cast<const RandomState*>(state.data());
  ForwardArgs forward;
  forward.src = src.data();
  forward.dst = dst.data();
  forward.weight = weight.data();
  forward.bias = bias.data();
  forward.saved = saved.data();
  forward.scratch = scratch.data();
  forward.random = random;
  ALEXNET_RETURN_IF_ERROR(kernel->Forward(forward));
  ALEXNET_RETURN_IF_ERROR(device.Finish());
  ALEXNET_RETURN_IF_ERROR(dst.Check("the output"));
  ALEXNET_RETURN_IF_ERROR(saved.Check("saved"));
  ALEXNET_RETURN_IF_ERROR(scratch.Check("scratch"));
  ALEXNET_RETURN_IF_ERROR(
      ToDense(backend, dst, kernel->dst_format(), &result.dst));
  if (!backward) return result;

  ALEXNET_ASSIGN_OR_RETURN(
      Buffer dst_gradient,
      FromDense(backend, test.dst_gradient, kernel->dst_format()));
  ALEXNET_ASSIGN_OR_RETURN(
      Buffer src_gradient,
      Buffer::Create(device, kernel->src_format().bytes, kPoison));
  ALEXNET_ASSIGN_OR_RETURN(
      scratch, Buffer::Create(device, memory.scratch_bytes, kPoison));
  BackwardArgs args;
  args.src = memory.backward_reads_src ? src.data() : nullptr;
  args.dst = memory.backward_reads_dst ? dst.data() : nullptr;
  args.dst_gradient = dst_gradient.data();
  args.src_gradient = test.src_gradient ? src_gradient.data() : nullptr;
  const bool with_sums =
      test.src_sums && test.src_gradient && memory.sums_src_gradient;
  const DType type =
      kernel->src_format().bytes == kernel->src_format().shape.elements() * 4
          ? DType::kF32
          : DType::kBF16;
  const int64_t sums_bytes = with_sums ? test.in[1] * DTypeSize(type) : 0;
  ALEXNET_ASSIGN_OR_RETURN(Buffer src_sums,
                           Buffer::Create(device, sums_bytes, kPoison));
  if (with_sums) args.src_sums = src_sums.data();
  args.weight = weight.data();
  args.weight_gradient = test.frozen ? nullptr : weight.gradient_data();
  args.bias_gradient = test.frozen ? nullptr : bias.gradient_data();
  args.saved = saved.data();
  args.scratch = scratch.data();
  args.random = random;
  ALEXNET_RETURN_IF_ERROR(kernel->Backward(args));
  ALEXNET_RETURN_IF_ERROR(device.Finish());
  ALEXNET_RETURN_IF_ERROR(src_gradient.Check("the input's gradient"));
  ALEXNET_RETURN_IF_ERROR(scratch.Check("scratch in backward"));
  if (with_sums) {
    ALEXNET_RETURN_IF_ERROR(src_sums.Check("the source gradient's sums"));
    std::vector<std::byte> bytes(static_cast<size_t>(sums_bytes));
    ALEXNET_RETURN_IF_ERROR(src_sums.Read(bytes.data()));
    result.src_sums.resize(static_cast<size_t>(test.in[1]));
    WidenToFloat(type, bytes.data(), test.in[1], result.src_sums.data());
  }
  if (test.src_gradient) {
    ALEXNET_RETURN_IF_ERROR(ToDense(backend, src_gradient, kernel->src_format(),
                                    &result.src_gradient));
  }
  if (test.src_rectified && !memory.masks_src_gradient) {
    for (size_t i = 0; i < result.src_gradient.size(); ++i) {
      if (test.src[i] <= 0.0f) result.src_gradient[i] = 0.0f;
    }
  }
  if (!test.frozen) {
    ALEXNET_RETURN_IF_ERROR(
        weight.Finish(weight_shape, &result.weight_gradient));
    ALEXNET_RETURN_IF_ERROR(bias.Finish(bias_shape, &result.bias_gradient));
  }
  return result;
}

}  // namespace

Result<KernelResult> RunKernel(Backend& backend, const KernelCase& test) {
  KernelResult result;
  ALEXNET_RETURN_IF_ERROR(backend.Run([&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(result, RunInside(backend, test));
    return Status();
  }));
  return result;
}

Result<LayerShapes> ShapesOf(const Layer& layer, const Shape& in) {
  Network network;
  network.name = "one layer";
  network.channels = in[1];
  network.height = in.rank() > 2 ? in[2] : 1;
  network.width = in.rank() > 3 ? in[3] : 1;
  // A softmax alone is no network.
  if (As<Softmax>(layer) != nullptr)
    network.layers = {{"before", Activation{}}};
  network.layers.push_back(layer);
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(network));
  LayerShapes shapes = info.layers.back();
  if (in.rank() == 2) {
    shapes.in = {1, in[1]};
    shapes.out = {1, shapes.out.elements()};
  }
  return shapes;
}

std::vector<float> RandomValues(int64_t count, uint32_t stream, float scale) {
  PhiloxStream random(1234, RandomPurpose::kSynthetic, stream);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = (2.0f * random.Uniform() - 1.0f) * scale;
  return values;
}

double RelativeError(const std::vector<float>& actual,
                     const std::vector<float>& expected, double floor) {
  if (actual.size() != expected.size()) {
    return std::numeric_limits<double>::infinity();
  }
  double error = 0.0;
  double largest = floor;
  for (size_t i = 0; i < actual.size(); ++i) {
    const double difference =
        std::abs(static_cast<double>(actual[i]) - expected[i]);
    if (!std::isfinite(difference)) {
      return std::numeric_limits<double>::infinity();
    }
    error = std::max(error, difference);
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
  }
  return error / largest;
}

}  // namespace alexnet::testing

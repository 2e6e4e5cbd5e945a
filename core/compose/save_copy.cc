#include "core/compose/save_copy.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/compose/build_model.h"
#include "core/model/save.h"
#include "core/tensor/tensor.h"

namespace alexnet {
namespace {

// What is written, and what keeps its tensors.
struct Copy {
  ModelContents contents;
  std::shared_ptr<const Model> converted;  // null: those of the model itself
};

Result<Tensor> Convert(const TensorView& from, DType dtype,
                       const Interrupt& interrupt) {
  constexpr int64_t kChunk = 1 << 16;
  ALEXNET_ASSIGN_OR_RETURN(Tensor to, Tensor::Create(from.shape, dtype));
  std::vector<float> wide(kChunk);
  for (int64_t first = 0; first < to.elements(); first += kChunk) {
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    const int64_t here = std::min(kChunk, to.elements() - first);
    WidenToFloat(from.dtype,
                 static_cast<const std::byte*>(from.data) +
                     first * DTypeSize(from.dtype),
                 here, wide.data());
    NarrowFromFloat(
        wide.data(), here, dtype,
        static_cast<std::byte*>(to.data()) + first * DTypeSize(dtype));
  }
  return to;
}

Result<Copy> MakeCopy(const Model& model, const CopyOptions& options,
                      const Interrupt& interrupt) {
  Copy copy;
  ALEXNET_ASSIGN_OR_RETURN(copy.contents,
                           ContentsOf(model, options.threads, interrupt));
  ModelContents& contents = copy.contents;
  if (options.strip_training_state) {
    contents.training_state.reset();
    contents.momenta.clear();
  }
  if (!options.dtype.has_value()) return copy;
  if (contents.training_state.has_value() && options.dtype != DType::kF32) {
    return FailedPreconditionError(
               "a checkpoint is float32; strip it of its training state "
               "(`strip_training_state`) to save its model in another type")
        .WithField("dtype");
  }
  auto converted = std::make_shared<std::vector<Tensor>>();
  for (TensorView& view : contents.parameters) {
    if (view.dtype == *options.dtype) continue;
    ALEXNET_ASSIGN_OR_RETURN(Tensor tensor,
                             Convert(view, *options.dtype, interrupt));
    view = tensor.view();
    converted->push_back(std::move(tensor));
  }
  if (!converted->empty()) {
    ALEXNET_ASSIGN_OR_RETURN(
        copy.converted, BuildModel(contents, std::move(converted), interrupt));
    ALEXNET_ASSIGN_OR_RETURN(contents, ContentsOf(*copy.converted));
  }
  return copy;
}

}  // namespace

Status SaveCopy(const Model& model, const std::string& path,
                const CopyOptions& options, const Interrupt& interrupt) {
  ALEXNET_ASSIGN_OR_RETURN(const Copy copy,
                           MakeCopy(model, options, interrupt));
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  return SaveModel(path, copy.contents, options.threads, interrupt);
}

Result<std::vector<std::byte>> SerializeCopy(const Model& model,
                                             const CopyOptions& options,
                                             const Interrupt& interrupt) {
  ALEXNET_ASSIGN_OR_RETURN(const Copy copy,
                           MakeCopy(model, options, interrupt));
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  return SerializeModel(copy.contents, options.threads, interrupt);
}

}  // namespace alexnet

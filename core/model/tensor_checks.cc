#include "core/model/tensor_checks.h"

#include <fmt/core.h>

#include <map>
#include <string>
#include <vector>

#include "core/base/checked_math.h"
#include "core/model/chunks.h"
#include "core/model/layout.h"
#include "core/model/preprocessing_codec.h"

namespace alexnet {
namespace {

Status Wrong(const StoredTensor& tensor, const std::string& message) {
  return InvalidArgumentError(message).WithField(
      fmt::format("tensor \"{}\"", tensor.name));
}

Status CheckParameterTensor(const StoredTensor& tensor,
                            const ParameterInfo& parameter) {
  if (tensor.shape == parameter.shape) return Status();
  return Wrong(
      tensor, fmt::format("of shape {}; the network has {}",
                          tensor.shape.ToString(), parameter.shape.ToString()));
}

// Each role's tensors by parameter index.
class Matcher {
 public:
  explicit Matcher(ModelDescription* description) : description_(*description) {
    const auto& parameters = description_.info.parameters;
    for (size_t i = 0; i < parameters.size(); ++i) {
      index_[parameters[i].name] = static_cast<int>(i);
    }
    has_parameter_.resize(parameters.size(), false);
    has_momentum_.resize(parameters.size(), false);
  }

  Status Run() {
    for (StoredTensor& tensor : description_.tensors) {
      if (tensor.role == TensorRole::kMeanImage) {
        ALEXNET_RETURN_IF_ERROR(CheckMeanImage(tensor));
        continue;
      }
      const auto found = index_.find(tensor.name);
      if (found == index_.end()) {
        return Wrong(tensor, "is no parameter of the network");
      }
      tensor.parameter = found->second;
      ALEXNET_RETURN_IF_ERROR(CheckParameterTensor(
          tensor,
          description_.info.parameters[static_cast<size_t>(tensor.parameter)]));
      ALEXNET_RETURN_IF_ERROR(Note(tensor));
    }
    return CheckComplete();
  }

 private:
  Status Note(const StoredTensor& tensor) {
    const bool training = description_.training_state.has_value();
    const bool momentum = tensor.role == TensorRole::kMomentum;
    if (momentum && !training) {
      return Wrong(tensor, "a momentum without a training state");
    }
    if (training && tensor.dtype != DType::kF32) {
      return Wrong(tensor, "training goes on from f32 alone");
    }
    std::vector<bool>& has = momentum ? has_momentum_ : has_parameter_;
    const size_t index = static_cast<size_t>(tensor.parameter);
    if (has[index]) return Wrong(tensor, "is there twice");
    has[index] = true;
    return Status();
  }

  Status CheckMeanImage(const StoredTensor& tensor) {
    const Preprocessing& preprocessing = description_.preprocessing;
    if (has_mean_image_ || !preprocessing.subtracts_image()) {
      return Wrong(tensor, "a mean image that nothing needs");
    }
    has_mean_image_ = true;
    const Shape& shape = tensor.shape;
    if (tensor.dtype != DType::kF32 || shape.rank() != 3 ||
        shape[0] != preprocessing.channels() ||
        shape[1] < preprocessing.crop_height ||
        shape[2] < preprocessing.crop_width || shape[1] > 1 << 15 ||
        shape[2] > 1 << 15) {
      return Wrong(tensor,
                   fmt::format("a mean image of shape {} for crops of {}x{}",
                               shape.ToString(), preprocessing.crop_height,
                               preprocessing.crop_width));
    }
    return Status();
  }

  Status CheckComplete() const {
    const auto& parameters = description_.info.parameters;
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (!has_parameter_[i]) {
        return InvalidArgumentError("is missing")
            .WithField(fmt::format("tensor \"{}\"", parameters[i].name));
      }
      if (description_.training_state.has_value() && !has_momentum_[i] &&
          parameters[i].rule.rate != 0.0f) {
        return InvalidArgumentError("its momentum is missing")
            .WithField(fmt::format("tensor \"{}\"", parameters[i].name));
      }
    }
    if (description_.preprocessing.subtracts_image() && !has_mean_image_) {
      return InvalidArgumentError("the mean image is missing")
          .WithField("preprocessing.mean_kind");
    }
    return Status();
  }

  ModelDescription& description_;
  std::map<std::string, int> index_;
  std::vector<bool> has_parameter_;
  std::vector<bool> has_momentum_;
  bool has_mean_image_ = false;
};

}  // namespace

Status CheckTensorLayout(const ModelDescription& description,
                         uint64_t description_bytes, uint64_t file_bytes) {
  uint64_t end = description_bytes;
  for (const StoredTensor& tensor : description.tensors) {
    const uint64_t start = RoundUp(end, kTensorAlignment);
    const uint64_t size = static_cast<uint64_t>(tensor.shape.elements()) *
                          static_cast<uint64_t>(DTypeSize(tensor.dtype));
    if (tensor.bytes != size) {
      return Wrong(tensor, fmt::format("{} bytes for {} of {}", tensor.bytes,
                                       tensor.shape.ToString(),
                                       DTypeName(tensor.dtype)));
    }
    if (tensor.offset != start) {
      return Wrong(tensor, fmt::format("at byte {} instead of {}",
                                       tensor.offset, start));
    }
    const auto tensor_end = CheckedAdd(start, size);
    if (!tensor_end || *tensor_end > file_bytes) {
      return Wrong(tensor, "reaches beyond the end of the file");
    }
    end = *tensor_end;
    if (tensor.chunk_hashes.size() != ChunkCount(size) ||
        tensor.hash != HashOfChunks(tensor.chunk_hashes)) {
      return Wrong(tensor, "its hashes do not fit it");
    }
  }
  if (CheckedAdd(end, kFooterBytes) != file_bytes) {
    return InvalidArgumentError(
               fmt::format("tensors end at byte {} of a file of {}", end,
                           file_bytes))
        .WithField("tensors");
  }
  return Status();
}

Status MatchTensors(ModelDescription* description) {
  return Matcher(description).Run();
}

}  // namespace alexnet

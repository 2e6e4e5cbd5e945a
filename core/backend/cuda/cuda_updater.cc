#include "core/backend/cuda/cuda_updater.h"

#include <cstddef>

#include "core/backend/cuda/kernels/sgd.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

std::vector<SgdChunk> ChunksOf(const std::vector<SgdTensor>& tensors,
                               int64_t size) {
  std::vector<SgdChunk> chunks;
  for (size_t i = 0; i < tensors.size(); ++i) {
    for (int64_t first = 0; first < tensors[i].elements; first += size) {
      chunks.push_back(
          {static_cast<int32_t>(i), static_cast<int32_t>(first / size)});
    }
  }
  return chunks;
}

class CudaUpdater : public Updater {
 public:
  CudaUpdater(CudaDevice& device, Queue queue)
      : stream_(device.Stream(queue)) {}

  Status Init(CudaDevice& device, const std::vector<SgdTensor>& tensors) {
    const std::vector<SgdChunk> chunks = ChunksOf(tensors, kSgdChunk);
    const std::vector<SgdChunk> norm_chunks = ChunksOf(tensors, kNormChunk);
    ALEXNET_RETURN_IF_ERROR(Upload(device, tensors, &tensors_));
    ALEXNET_RETURN_IF_ERROR(Upload(device, chunks, &chunks_));
    ALEXNET_RETURN_IF_ERROR(Upload(device, norm_chunks, &norm_chunks_));
    table_.chunk_count = static_cast<uint32_t>(chunks.size());
    table_.norm_chunk_count = static_cast<uint32_t>(norm_chunks.size());
    ALEXNET_ASSIGN_OR_RETURN(
        partial_,
        device.Allocate(int64_t{table_.norm_chunk_count} * 8, /*zero=*/false));
    table_.tensors = reinterpret_cast<const SgdTensor*>(tensors_.data());
    table_.chunks = reinterpret_cast<const SgdChunk*>(chunks_.data());
    table_.norm_chunks = reinterpret_cast<const SgdChunk*>(norm_chunks_.data());
    table_.partial = reinterpret_cast<double*>(partial_.data());
    return Status();
  }

  Status FindNorm(StepOutcome* outcome) override {
    return SquaredNorm(stream_, table_, outcome);
  }
  Status Update(const StepState* state, const StepOutcome* outcome) override {
    return Sgd(stream_, table_, state, outcome);
  }

 private:
  template <typename T>
  static Status Upload(CudaDevice& device, const std::vector<T>& values,
                       AlignedBuffer* buffer) {
    const int64_t bytes = static_cast<int64_t>(values.size() * sizeof(T));
    ALEXNET_ASSIGN_OR_RETURN(*buffer, device.Allocate(bytes, /*zero=*/false));
    ALEXNET_RETURN_IF_ERROR(
        device.Upload(values.data(), bytes, buffer->data(), Queue::kCompute));
    return device.Finish();
  }

  const cudaStream_t stream_;
  AlignedBuffer tensors_;
  AlignedBuffer chunks_;
  AlignedBuffer norm_chunks_;
  AlignedBuffer partial_;
  SgdTable table_;
};

}  // namespace

Result<std::unique_ptr<Updater>> MakeUpdater(
    CudaDevice& device, Queue queue, const std::vector<SgdTensor>& tensors) {
  auto updater = std::make_unique<CudaUpdater>(device, queue);
  ALEXNET_RETURN_IF_ERROR(updater->Init(device, tensors));
  return std::unique_ptr<Updater>(std::move(updater));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

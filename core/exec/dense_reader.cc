#include "core/exec/dense_reader.h"

namespace alexnet {

Result<DenseReader> DenseReader::Create(Backend& backend,
                                        const Format& format) {
  DenseReader reader(backend.device(), format);
  if (!format.dense()) {
    ALEXNET_ASSIGN_OR_RETURN(
        reader.reorder_,
        backend.CreateReorder(format, Format::Dense(format.shape)));
  }
  return reader;
}

int64_t DenseReader::scratch_bytes() const {
  return reorder_ == nullptr ? 0 : reorder_->memory().scratch_bytes;
}

Status DenseReader::Read(const void* blob, void* scratch, float* dense) const {
  if (reorder_ == nullptr) {
    return device_->Copy(blob, format_.bytes, dense, Queue::kCompute);
  }
  ForwardArgs args;
  args.src = blob;
  args.dst = dense;
  args.scratch = scratch;
  return reorder_->Forward(args);
}

}  // namespace alexnet

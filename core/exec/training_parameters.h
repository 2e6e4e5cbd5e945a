// TrainingParameters: a training plan's parameters, gradients and momenta, in
// the layouts of its kernels.

#ifndef ALEXNET_CORE_EXEC_TRAINING_PARAMETERS_H_
#define ALEXNET_CORE_EXEC_TRAINING_PARAMETERS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/graph.h"
#include "core/model/parameter_source.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet {

enum class ParameterPart : int8_t {
  kWeight = 0,  // the float32 master
  kGradient = 1,
  kVelocity = 2,
  kWorking = 3,  // what kernels read; null where that is the master
};

// Layers whose parameters all have rate 0 are frozen: they have no gradients
// and no momenta. Not thread safe.
class TrainingParameters {
 public:
  // Weights from `source`, the rest zero. `graphs` are those that a step runs
  // one after another, several of them perhaps of the same layers; they and
  // `backend` must outlive this object. `part`: null for a network of one rank.
  Status Init(const std::vector<const Graph*>& graphs, const NetworkInfo& info,
              Backend& backend, ParameterSource& source, RankPart* part);

  // In the device's memory; null for parameter -1 and where there is none.
  void* Data(int parameter, ParameterPart part);
  // What kernels read: kWorking where there is one, else kWeight.
  void* ForKernels(int parameter);

  // Dense float32 of the host, inside Backend::Run. What a frozen parameter
  // does not have reads as zero, and writing it does nothing.
  Status Read(int parameter, ParameterPart part, float* dense) const;
  Status Write(int parameter, ParameterPart part, const float* dense);

  // Device memory of all parts.
  int64_t bytes() const { return bytes_; }
  // What an Updater updates, with each parameter's own rate and decay: of
  // those of layers from `first` to before `end`.
  std::vector<SgdTensor> TensorsOf(int first, int end) const;

 private:
  struct Entry {
    const ParameterLayout* layout = nullptr;
    int layer = 0;
    Shape shape;
    ParameterRule rule;
    bool learns = false;
    std::array<std::byte*, 4> parts = {};  // by ParameterPart; null: not there
  };

  Status CheckIndex(int parameter) const;
  Status Allocate(Entry* entry);
  // One after another, in the order in which a backward pass writes them, each
  // at a multiple of kGradientAlignment.
  Status AllocateGradients(const std::vector<const Graph*>& graphs);
  // Of what reads a parameter in each of the graphs, which must be one.
  Status FindLayouts(const std::vector<const Graph*>& graphs,
                     const NetworkInfo& info);
  Result<std::byte*> AllocateZeros(int64_t bytes);
  SgdTensor ToUpdate(int parameter, const RankPart* part);

  Device* device_ = nullptr;
  std::vector<AlignedBuffer> memory_;
  std::vector<Entry> entries_;                      // by parameter
  std::vector<std::pair<int, SgdTensor>> tensors_;  // by layer; with a rate
  int64_t bytes_ = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_TRAINING_PARAMETERS_H_

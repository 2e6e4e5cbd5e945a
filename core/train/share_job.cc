#include "core/train/share_job.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/devices/rank_devices.h"
#include "core/dist/values.h"
#include "core/model/save.h"
#include "core/tensor/tensor.h"
#include "core/train/class_balance.h"

namespace alexnet {
namespace {

constexpr int kRoot = 0;

// What comes before each piece of a model's bytes; the last is of no bytes.
struct Piece {
  uint64_t bytes = 0;
  uint64_t all = 0;  // of the whole model
};

// What ranks compare of their pictures.
struct DataFacts {
  int64_t train = 0;  // pictures
  int64_t held_out = 0;
  uint64_t train_hash = 0;
  uint64_t held_out_hash = 0;
  bool operator==(const DataFacts&) const = default;
};

DataFacts FactsOf(const TrainingData& data) {
  return {data.train_size(),
          static_cast<int64_t>(data.validation_indices.size()), data.hash,
          data.validation_hash};
}

TrainingState StateOf(const TrainingJob& job) {
  TrainingState state;
  if (job.resumed != nullptr) {
    state = *job.resumed->training_state();
  } else {
    state.seed = job.seed;
    state.dataset_hash = job.data.hash;
    state.dataset_samples = job.data.train_size();
    state.validation_fraction = job.data.validation_fraction;
  }
  state.recipe = job.recipe;
  state.class_weights = job.class_weights;
  state.parallel = ParallelKindName(job.options.parallel);
  return state;
}

// Momenta of a new run are zero: all of them are views of `zeros`.
Status AddMomenta(const TrainingJob& job, const NetworkInfo& info,
                  Tensor* zeros, ModelContents* contents) {
  int64_t largest = 1;
  for (const ParameterInfo& parameter : info.parameters) {
    largest = std::max(largest, parameter.shape.elements());
  }
  if (job.resumed == nullptr) {
    ALEXNET_ASSIGN_OR_RETURN(*zeros, Tensor::Create({largest}));
  }
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    const ParameterInfo& parameter = info.parameters[i];
    TensorView momentum;
    if (job.resumed != nullptr) {
      const int index = job.resumed->momentum_tensor(static_cast<int>(i));
      if (index >= 0) {
        ALEXNET_ASSIGN_OR_RETURN(momentum, job.resumed->View(index));
      }
    } else if (parameter.rule.rate != 0.0f) {
      momentum = {zeros->data(), DType::kF32, parameter.shape};
    }
    contents->momenta.push_back(momentum);
  }
  return Status();
}

Status SendPiece(std::span<const std::byte> bytes, uint64_t all,
                 Communicator& comm) {
  Piece piece = {bytes.size(), all};
  ALEXNET_RETURN_IF_ERROR(BroadcastFromRank0(&piece, comm));
  // The root's memory is only read.
  ALEXNET_RETURN_IF_ERROR(comm.Broadcast(const_cast<std::byte*>(bytes.data()),
                                         static_cast<int64_t>(bytes.size()),
                                         ElementType::kByte, kRoot));
  return comm.Finish();
}

Status SendModel(const ModelContents& contents, Communicator& comm) {
  ALEXNET_RETURN_IF_ERROR(StreamModel(
      contents, [&](std::span<const std::byte> bytes, uint64_t all) {
        return SendPiece(bytes, all, comm);
      }));
  Piece end;
  return BroadcastFromRank0(&end, comm);
}

Result<std::shared_ptr<const Model>> ReceiveModel(Communicator& comm) {
  AlignedBuffer model;
  uint64_t received = 0;
  while (true) {
    Piece piece;
    ALEXNET_RETURN_IF_ERROR(BroadcastFromRank0(&piece, comm));
    if (piece.bytes == 0) break;
    if (received == 0) {
      ALEXNET_ASSIGN_OR_RETURN(
          model, AlignedBuffer::Allocate(static_cast<int64_t>(piece.all)));
    }
    ALEXNET_RETURN_IF_ERROR(comm.Broadcast(model.data() + received,
                                           static_cast<int64_t>(piece.bytes),
                                           ElementType::kByte, kRoot));
    ALEXNET_RETURN_IF_ERROR(comm.Finish());
    received += piece.bytes;
  }
  return LoadModelFromBuffer(std::move(model), "rank 0's checkpoint");
}

// Of a run that is gone on with, as on rank 0: what no option names is as it
// was.
void NameDeviceOfBefore(const TrainingState& state, const Communicator& comm,
                        TrainOptions* options) {
  if (!options->resume || !options->device.empty()) return;
  const std::vector<std::string> devices = DeviceNames(state.devices);
  options->device = static_cast<int>(devices.size()) == comm.size()
                        ? devices[static_cast<size_t>(comm.rank())]
                        : state.device;
  options->tune = options->tune || state.tuned;
  if (!options->precision) options->precision = PrecisionOf(state.precision);
}

Status CheckSamePictures(const TrainingData& data, const std::string& path,
                         const DataFacts& rank0) {
  const DataFacts own = FactsOf(data);
  if (own == rank0) return Status();
  return FailedPreconditionError(
             fmt::format("the pictures are not those of rank 0 ({} to learn "
                         "and {} held out there, {} and {} here): names or "
                         "classes differ. All ranks need the same data",
                         rank0.train, rank0.held_out, own.train, own.held_out))
      .WithFile(path);
}

}  // namespace

Status SendJob(const TrainingJob& job, Communicator& comm) {
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(job.network));
  ModelContents contents;
  contents.network = job.network;
  contents.preprocessing = job.preprocessing;
  contents.training_state = StateOf(job);
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    ALEXNET_ASSIGN_OR_RETURN(const TensorView view,
                             job.start->Get(static_cast<int>(i)));
    contents.parameters.push_back(view);
  }
  Tensor zeros;
  ALEXNET_RETURN_IF_ERROR(AddMomenta(job, info, &zeros, &contents));
  ALEXNET_RETURN_IF_ERROR(SendModel(contents, comm));
  DataFacts facts = FactsOf(job.data);
  return BroadcastFromRank0(&facts, comm);
}

Result<TrainingJob> ReceiveJob(const TrainOptions& options,
                               std::shared_ptr<Backend> backend,
                               Communicator& comm) {
  ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model,
                           ReceiveModel(comm));
  DataFacts rank0;
  ALEXNET_RETURN_IF_ERROR(BroadcastFromRank0(&rank0, comm));
  const TrainingState& state = *model->training_state();
  TrainingJob job;
  job.options = options;
  job.backend = std::move(backend);
  if (job.backend == nullptr) {
    NameDeviceOfBefore(state, comm, &job.options);
    ALEXNET_RETURN_IF_ERROR(MakeBackends(job.options, &job));
  }
  ALEXNET_ASSIGN_OR_RETURN(job.options.parallel, ParallelOf(state));
  ALEXNET_ASSIGN_OR_RETURN(
      job.data,
      OpenTrainingData(options.data, state.validation_fraction, state.seed));
  job.recipe = state.recipe;
  job.seed = state.seed;
  job.class_weights = state.class_weights;
  BalanceClasses(&job);
  ALEXNET_RETURN_IF_ERROR(CheckSamePictures(job.data, options.data, rank0));
  job.network = model->network();
  job.preprocessing = model->preprocessing();
  job.start = ParametersOf(model);
  job.resumed = model;
  return job;
}

}  // namespace alexnet

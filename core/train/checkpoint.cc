#include "core/train/checkpoint.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/compose/build_model.h"
#include "core/model/save.h"

namespace alexnet {
namespace {

// Everything but tensors, state and self-check.
ModelContents CommonContents(const TrainingJob& job,
                             const TrainingState& state) {
  ModelContents contents;
  contents.network = job.network;
  contents.preprocessing = job.preprocessing;
  contents.labels = job.data.classes();
  contents.provenance = job.provenance;
  contents.metadata = job.metadata;
  contents.metadata.push_back({"training.seed", fmt::format("{}", job.seed)});
  contents.metadata.push_back(
      {"training.epochs_finished", fmt::format("{}", state.epoch)});
  contents.metadata.push_back(
      {"training.epochs_planned", fmt::format("{}", job.recipe.epochs)});
  contents.metadata.push_back(
      {"training.updates", fmt::format("{}", state.step)});
  contents.metadata.push_back(
      {"training.pictures", fmt::format("{}", job.data.train_size())});
  return contents;
}

// `last` is where a run goes on from.
Status Write(const std::string& path, const ModelContents& contents,
             const std::string& last, const Interrupt& interrupt) {
  const Status status = SaveModel(path, contents, /*threads=*/0, interrupt);
  if (status.ok() || IsInterruption(status)) return status;
  const Result<bool> older = IsThere(last);
  return status.WithFile(path).WithContext(fmt::format(
      "the checkpoint could not be written; free some space or mend what is "
      "named here, then {}",
      !older.ok() || *older
          ? "go on with the older one, which is whole (`resume`)"
          : "start the run again, which has none yet"));
}

}  // namespace

Status Checkpointer::Save(const std::string& path,
                          const ModelContents& contents,
                          const Interrupt& interrupt) const {
  if (job_.folder != nullptr) {
    ALEXNET_RETURN_IF_ERROR(job_.folder->CheckThere());
  }
  return Write(path, contents, LastPath(job_.options.out), interrupt);
}

Status Checkpointer::ReadParameters(const TrainingState& state) {
  return snapshot_.ReadParameters(
      state.step, [this](int parameter, float* dense) {
        return rank_.ReadParameter(parameter, dense);
      });
}

Status Checkpointer::ReadMomenta(const TrainingState& state) {
  return snapshot_.ReadMomenta(state.step, [this](int parameter, float* dense) {
    return rank_.ReadMomentum(parameter, dense);
  });
}

Status Checkpointer::SaveLast(const TrainingState& state,
                              const std::optional<SelfCheck>& self_check,
                              const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(ReadParameters(state));
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  ALEXNET_RETURN_IF_ERROR(ReadMomenta(state));
  ModelContents contents = CommonContents(job_, state);
  contents.parameters = snapshot_.parameters();
  contents.momenta = snapshot_.momenta();
  contents.training_state = state;
  contents.self_check = self_check;
  const std::string path = LastPath(job_.options.out);
  ALEXNET_RETURN_IF_ERROR(Save(path, contents, interrupt));
  listener_.OnCheckpoint({path, false, state.epoch, state.step});
  return Status();
}

Status Checkpointer::SaveBest(const TrainingState& state,
                              const EpochReport& report,
                              const std::optional<SelfCheck>& self_check) {
  ModelContents contents = CommonContents(job_, state);
  contents.parameters = snapshot_.parameters();
  contents.self_check = self_check;
  contents.metadata.push_back(
      {"best.why",
       report.validated
           ? fmt::format("least top-1 error, {:.2f} % (top-5 {:.2f} %, loss "
                         "{:.4f}) on {} held-out pictures, after epoch {} of "
                         "{}",
                         report.top1_error, report.top5_error, report.loss,
                         job_.data.validation_indices.size(), report.epoch + 1,
                         report.epochs)
           : fmt::format("least top-1 error on training pictures, {:.2f} % "
                         "(loss {:.4f}), after epoch {} of {}; none were held "
                         "out",
                         report.train_top1_error, report.train_loss,
                         report.epoch + 1, report.epochs)});
  const std::string path = BestPath(job_.options.out);
  ALEXNET_RETURN_IF_ERROR(Save(path, contents, {}));
  listener_.OnCheckpoint({path, true, state.epoch, state.step});
  return Status();
}

Status AddSelfCheck(const std::string& path, int threads,
                    const Interrupt& interrupt) {
  ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model,
                           LoadModel(path));
  if (model->self_check() != nullptr) return Status();
  ALEXNET_ASSIGN_OR_RETURN(ModelContents contents,
                           ContentsOf(*model, threads, interrupt));
  ALEXNET_ASSIGN_OR_RETURN(
      contents.self_check,
      MakeSelfCheck(model->network(), ParametersOf(model, threads), interrupt));
  return Write(path, contents, path, interrupt);
}

}  // namespace alexnet

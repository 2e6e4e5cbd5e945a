#include "core/train/training_loop.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "core/base/caught.h"
#include "core/base/file.h"
#include "core/compose/build_model.h"
#include "core/infer/evaluate.h"
#include "core/train/computed_on.h"
#include "core/train/layer_norms.h"

namespace alexnet {
namespace {

// Below this many multiply-accumulates the float32 reference takes less time
// than writing the file.
constexpr int64_t kCheapMacs = 20'000'000;

// Another message about the same thing.
Status Retold(const Status& status, const std::string& message) {
  Status retold(status.code(), message);
  if (!status.file().empty()) retold = retold.WithFile(status.file());
  if (!status.field().empty()) retold = retold.WithField(status.field());
  return retold;
}

int64_t FrozenElements(const NetworkInfo& info) {
  int64_t frozen = 0;
  for (const ParameterInfo& parameter : info.parameters) {
    if (parameter.rule.rate == 0.0f) frozen += parameter.shape.elements();
  }
  return frozen;
}

// Whoever packs a large network's parameters hears an interrupt between them.
class HearingSource : public ParameterSource {
 public:
  // `interrupt` is borrowed.
  HearingSource(std::shared_ptr<ParameterSource> source,
                const Interrupt& interrupt)
      : source_(std::move(source)), interrupt_(interrupt) {}

  Result<TensorView> Get(int parameter) override {
    ALEXNET_RETURN_IF_ERROR(interrupt_.Check());
    return source_->Get(parameter);
  }
  void Release(int parameter) override { source_->Release(parameter); }

 private:
  const std::shared_ptr<ParameterSource> source_;
  const Interrupt& interrupt_;
};

EndRun EndOf(const Result<TrainSummary>& summary) {
  if (!summary.ok()) return EndRun::Of(summary.status());
  EndRun end;
  end.epochs = summary->epochs;
  end.steps = summary->steps;
  end.seconds = summary->seconds;
  end.last = summary->last;
  end.best_epoch = summary->best_epoch;
  end.best_top1_error = summary->best_top1_error;
  return end;
}

}  // namespace

TrainingLoop::TrainingLoop(TrainingJob job, TrainingListener& listener,
                           const Interrupt& interrupt, Communicator* comm)
    : job_(std::move(job)),
      listener_(listener),
      interrupt_(interrupt),
      comm_(comm) {}

Result<TrainSummary> TrainingLoop::Run() {
  if (comm_ == nullptr) return RunEpochs();
  std::optional<Result<TrainSummary>> summary;
  const Status caught = Caught([&] {
    summary = RunEpochs();
    return Status();
  });
  if (!caught.ok()) {
    AbandonRun(job_, *comm_, caught);
    return report_ != nullptr ? Suspend(caught) : caught;
  }
  // Others that are past hearing it have failed, as this rank was told.
  ended_on_all_ = rank_ != nullptr &&
                  Caught([&] { return rank_->Tell(EndOf(*summary)); }).ok();
  if (!ended_on_all_ && !summary->ok()) {
    AbandonRun(job_, *comm_, summary->status());
  }
  return *std::move(summary);
}

Result<TrainSummary> TrainingLoop::RunEpochs() {
  const bool resumed = job_.resumed != nullptr;
  ALEXNET_RETURN_IF_ERROR(Prepare());
  Announce();
  if (!resumed) {
    // So that there is something to resume from the first update on, and a disk
    // that cannot be written is found before time is spent.
    ALEXNET_RETURN_IF_ERROR(SaveLast(std::nullopt, interrupt_));
  }
  while (state_.epoch < job_.recipe.epochs) {
    pace_.StartEpoch();
    Status status = TrainEpoch();
    if (status.ok()) status = FinishEpoch();
    if (!status.ok()) return Suspend(status);
  }
  return Finalize();
}

Status TrainingLoop::Prepare() {
  ALEXNET_ASSIGN_OR_RETURN(info_, InferNetwork(job_.network));
  ALEXNET_ASSIGN_OR_RETURN(snapshot_, Snapshot::Create(info_));
  job_.start =
      std::make_shared<HearingSource>(std::move(job_.start), interrupt_);
  // Before the training plan, which fits its batch into what is left, and kept:
  // the run does not end for want of memory after an epoch.
  ALEXNET_ASSIGN_OR_RETURN(
      validation_, Validation::Create(
                       job_, 0, comm_ != nullptr ? comm_->size() : 1,
                       std::make_shared<HearingSource>(snapshot_, interrupt_)));
  ALEXNET_ASSIGN_OR_RETURN(
      rank_,
      TrainingRank::Create(
          job_, BatchTraffic::PixelInputOf(*job_.backend, job_.preprocessing),
          comm_));
  checkpointer_ =
      std::make_unique<Checkpointer>(job_, *rank_, *snapshot_, listener_);
  const int64_t size = job_.data.train_size();
  batches_ = (size + job_.recipe.batch - 1) / job_.recipe.batch;

  if (job_.resumed != nullptr) {
    ALEXNET_RETURN_IF_ERROR(Restore());
  } else {
    state_.seed = job_.seed;
    state_.dataset_hash = job_.data.hash;
    state_.dataset_samples = size;
    state_.validation_fraction = job_.data.validation_fraction;
  }
  saved_step_ = state_.step;
  // The plan has copies of its own; an old checkpoint that stays open would
  // keep its space on the disk.
  job_.start.reset();
  job_.resumed.reset();
  state_.recipe = job_.recipe;
  state_.class_weights = job_.class_weights;
  RecordComputer(job_, &state_);
  schedule_ =
      std::make_unique<RateSchedule>(job_.recipe, batches_, state_.schedule);
  watch_ = std::make_unique<TrainingWatch>(
      WatchOptions{job_.data.class_counts, batches_, job_.class_weights});
  ALEXNET_ASSIGN_OR_RETURN(
      report_, RunReport::Open(job_.options.out, {state_.step, state_.epoch},
                               listener_));
  return StartTraffic();
}

Status TrainingLoop::Restore() {
  state_ = *job_.resumed->training_state();
  batch_ = (state_.position + job_.recipe.batch - 1) / job_.recipe.batch;
  ALEXNET_ASSIGN_OR_RETURN(const bool has_best,
                           IsThere(BestPath(job_.options.out)));
  if (state_.best.epoch >= 0 && !has_best) {
    state_.best = {};
    job_.warnings.push_back(
        "best.alexnet is not there any more; the best of the epochs from here "
        "on takes its place");
  }
  for (const std::string& difference : DifferencesOf(state_, job_)) {
    job_.warnings.push_back(
        "not the same as before: " + difference +
        "; the run goes on, but its last bits will not be those of a run that "
        "was never stopped");
  }
  if (std::string other = OtherUpdates(state_, job_); !other.empty()) {
    job_.warnings.push_back(std::move(other));
  }
  return Status();
}

Status TrainingLoop::StartTraffic() {
  if (state_.epoch >= job_.recipe.epochs) return Status();
  // A run that was stopped between its last update of an epoch and the
  // checkpoint has only the evaluation of that epoch to do.
  const bool done = batch_ == batches_;
  const StartPictures from = {done ? state_.epoch + 1 : state_.epoch,
                              done ? 0 : batch_};
  ALEXNET_RETURN_IF_ERROR(rank_->Tell(from));
  ALEXNET_ASSIGN_OR_RETURN(
      traffic_, BatchTraffic::Start(job_, *rank_, from.epoch, from.batch));
  return Status();
}

void TrainingLoop::Announce() {
  TrainingStart start;
  start.network = job_.network.name;
  start.classes = job_.data.classes();
  start.train_samples = job_.data.train_size();
  start.validation_samples =
      static_cast<int64_t>(job_.data.validation_indices.size());
  start.parameters = info_.parameter_count;
  start.frozen_parameters = FrozenElements(info_);
  start.macs = info_.macs;
  start.arena_bytes = rank_->plan().arena_bytes();
  start.device_bytes =
      rank_->plan().device_bytes() +
      (validation_ != nullptr ? validation_->device_bytes() : 0);
  start.recipe = job_.recipe;
  start.steps_per_epoch = batches_;
  start.seed = job_.seed;
  start.device = comm_ != nullptr ? state_.devices : job_.backend->name();
  start.threads = state_.compute_threads;
  start.first_epoch = state_.epoch;
  start.first_batch = batch_;
  start.choices = job_.data.notes;
  start.choices.insert(start.choices.end(), job_.choices.begin(),
                       job_.choices.end());
  if (comm_ != nullptr) start.choices.push_back(rank_->Describe());
  if (comm_ == nullptr) {
    for (std::string& note : job_.backend->Notes()) {
      start.choices.push_back(std::move(note));
    }
  }
  report_->Start(start);
  for (const std::string& warning : job_.warnings) {
    report_->Warn(WarningKind::kRun, warning);
  }
}

Status TrainingLoop::TrainEpoch() {
  while (batch_ < batches_) {
    Status status = interrupt_.Check();
    if (status.ok() && MaySend()) {
      status = SendBatch();
      // The device is kept busy before its first result is waited for.
      if (status.ok() && !traffic_->full() &&
          batch_ + traffic_->sent() < batches_) {
        continue;
      }
    }
    // What was sent is part of the run that will be gone on with.
    while (!status.ok() && traffic_->sent() > 0) {
      ALEXNET_RETURN_IF_ERROR(ReceiveBatch());
    }
    ALEXNET_RETURN_IF_ERROR(status);
    if (Status received = ReceiveBatch(); !received.ok()) {
      (void)traffic_->Discard();  // its own error is what counts
      return received;
    }
    if (CheckpointDue() && traffic_->sent() == 0) {
      ALEXNET_RETURN_IF_ERROR(SaveLast(std::nullopt));
    }
  }
  pace_.EndUpdates();
  return Status();
}

bool TrainingLoop::MaySend() const {
  return batch_ + traffic_->sent() < batches_ && !traffic_->full() &&
         !CheckpointDue();
}

Status TrainingLoop::SendBatch() {
  BatchOrder order;
  order.epoch = state_.epoch;
  order.batch = batch_ + traffic_->sent();
  order.step = state_.step + traffic_->sent();
  order.rule.rate = schedule_->Rate(order.epoch, order.batch);
  order.rule.momentum = job_.recipe.momentum;
  order.rule.weight_decay = job_.recipe.weight_decay;
  order.rule.clip_gradient_norm = job_.recipe.clip_gradient_norm;
  order.count_dead_units = (order.step + 1) % watch_->window() == 0;
  return traffic_->Send(order, interrupt_);
}

Status TrainingLoop::ReceiveBatch() {
  ALEXNET_ASSIGN_OR_RETURN(const StepResult result, traffic_->Receive());
  const float rate = schedule_->Rate(state_.epoch, batch_);
  ALEXNET_RETURN_IF_ERROR(
      watch_->CheckStep(result, rate, state_.epoch, batch_));

  updated_ = true;
  ++batch_;
  ++state_.step;
  state_.position =
      std::min<int64_t>(batch_ * job_.recipe.batch, job_.data.train_size());
  state_.sums.loss += result.loss * static_cast<double>(job_.recipe.batch);
  state_.sums.correct += result.correct;
  state_.sums.samples += job_.recipe.batch;
  pace_.Step(job_.recipe.batch);

  StepReport report;
  report.epoch = state_.epoch;
  report.epochs = job_.recipe.epochs;
  report.batch = batch_ - 1;
  report.batches = batches_;
  report.step = state_.step;
  report.rate = rate;
  report.loss = result.loss;
  const double samples = static_cast<double>(state_.sums.samples);
  report.mean_loss = state_.sums.loss / samples;
  report.top1_accuracy =
      100.0 * static_cast<double>(state_.sums.correct) / samples;
  report.gradient_norm = result.gradient_norm;
  report.images_per_second = pace_.images_per_second();
  const int64_t epochs_left = job_.recipe.epochs - state_.epoch;
  report.seconds_left =
      pace_.SecondsLeft(epochs_left * batches_ - batch_, epochs_left);
  report_->Step(report, state_.step % job_.options.log_every == 0);
  WatchCapture();
  return Watch(result.loss);
}

void TrainingLoop::WatchCapture() {
  if (capture_told_ || rank_->plan().capture() != Capture::kRefused) return;
  capture_told_ = true;
  report_->Warn(
      WarningKind::kRun,
      "captured: no. Steps could not be captured as a CUDA graph and are sent "
      "to the GPU call by call from now on, which gives the same numbers and "
      "takes longer; other work on the same GPU within this process, or links "
      "between GPUs that a graph cannot hold, are reasons");
}

Status TrainingLoop::Watch(double loss) {
  std::vector<std::string> messages;
  if (auto stuck = watch_->Stuck(loss, state_.step)) {
    messages.push_back(*std::move(stuck));
  }
  if (state_.step % watch_->window() == 0) {
    for (std::string& dead :
         watch_->Dead(rank_->plan().DeadUnits(), job_.network)) {
      messages.push_back(std::move(dead));
    }
  }
  for (const std::string& message : messages) {
    if (job_.options.stop_when_stuck) return DivergedError(message);
    report_->Warn(WarningKind::kWatch, message);
  }
  return Status();
}

bool TrainingLoop::CheckpointDue() const {
  const int64_t every = job_.options.checkpoint_every;
  const int64_t sent = traffic_->sent();
  return every > 0 && batch_ + sent > 0 && batch_ + sent < batches_ &&
         (state_.step + sent) % every == 0 && state_.step + sent > saved_step_;
}

Status TrainingLoop::SaveLast(const std::optional<SelfCheck>& self_check,
                              const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(
      checkpointer_->SaveLast(state_, self_check, interrupt));
  saved_ = true;
  saved_step_ = state_.step;
  return Status();
}

Status TrainingLoop::FinishEpoch() {
  ALEXNET_RETURN_IF_ERROR(checkpointer_->ReadParameters(state_));
  ALEXNET_ASSIGN_OR_RETURN(EpochReport report, Evaluate());
  ALEXNET_RETURN_IF_ERROR(MeasureNorms(&report));
  ALEXNET_RETURN_IF_ERROR(CollectBroken());
  report_->Broken(broken_);
  report.best = IsBest(report);
  schedule_->EpochDone(
      (report.validated ? report.top1_error : report.train_top1_error) / 100.0);
  ++state_.epoch;
  state_.position = 0;
  state_.sums = EpochSums();
  state_.schedule = schedule_->state();
  batch_ = 0;

  report.images_per_second = pace_.epoch_images_per_second();
  report.seconds = pace_.epoch_seconds();
  const double waited = traffic_->seconds_waited();
  report.waited_seconds = waited - waited_before_;
  waited_before_ = waited;
  state_.seconds += report.seconds;
  last_epoch_ = report;
  // Curves first: what a checkpoint has passed must not be missing in them.
  // What is logged twice is taken out when the run goes on.
  report_->Epoch(report);
  ALEXNET_RETURN_IF_ERROR(SaveEpoch(report));
  pace_.EndEpoch();
  return Status();
}

Result<EpochReport> TrainingLoop::Evaluate() {
  EpochReport report;
  report.epoch = state_.epoch;
  report.epochs = job_.recipe.epochs;
  report.step = state_.step;
  report.rate = schedule_->Rate(state_.epoch, batches_ - 1);
  const double samples = static_cast<double>(state_.sums.samples);
  report.train_loss = state_.sums.loss / samples;
  report.train_top1_error =
      100.0 - 100.0 * static_cast<double>(state_.sums.correct) / samples;
  if (validation_ == nullptr) return report;
  ALEXNET_RETURN_IF_ERROR(rank_->Tell(EvaluateShare()));
  ALEXNET_RETURN_IF_ERROR(rank_->Share(snapshot_.get()));
  ALEXNET_ASSIGN_OR_RETURN(
      Evaluation evaluation,
      rank_->Sum(validation_->Evaluate(listener_, interrupt_,
                                       [this] { return rank_->Check(); })));
  ALEXNET_RETURN_IF_ERROR(CheckEvaluated(evaluation));
  NameWorst(*job_.data.validation, &evaluation);
  report_->Broken(evaluation.broken);
  report.validated = true;
  report.top1_error = evaluation.top1_error;
  report.top5_error = evaluation.top5_error;
  report.loss = evaluation.loss;
  report.evaluation = std::make_shared<const Evaluation>(std::move(evaluation));
  return report;
}

Status TrainingLoop::MeasureNorms(EpochReport* report) {
  std::vector<double> gradients(info_.parameters.size(),
                                std::numeric_limits<double>::quiet_NaN());
  if (updated_) {
    ALEXNET_ASSIGN_OR_RETURN(
        gradients,
        snapshot_->ReadSquaredNorms([this](int parameter, float* dense) {
          return rank_->ReadGradient(parameter, dense);
        }));
  }
  // What momentum SGD adds to a parameter is its momentum, as it then is. It
  // stays in the snapshot, for the checkpoint.
  ALEXNET_RETURN_IF_ERROR(checkpointer_->ReadMomenta(state_));
  report->norms = NormsByLayer(job_.network, info_,
                               {snapshot_->SquaredNormsOfParameters(),
                                gradients, snapshot_->SquaredNormsOfMomenta()});
  return Status();
}

bool TrainingLoop::IsBest(const EpochReport& report) {
  const double top1 =
      (report.validated ? report.top1_error : report.train_top1_error) / 100.0;
  const double loss = report.validated ? report.loss : report.train_loss;
  const BestMetrics& best = state_.best;
  if (best.epoch >= 0 &&
      std::tie(top1, loss) >= std::tie(best.top1_error, best.loss)) {
    return false;
  }
  state_.best = {report.epoch, top1,
                 report.validated ? report.top5_error / 100.0 : 1.0, loss};
  return true;
}

Status TrainingLoop::SaveEpoch(const EpochReport& report) {
  std::optional<SelfCheck> self_check;
  if (info_.macs <= kCheapMacs) {
    ALEXNET_ASSIGN_OR_RETURN(self_check,
                             MakeSelfCheck(job_.network, snapshot_));
  }
  // The best one first: a run killed between the two repeats the epoch and
  // writes it again.
  if (report.best) {
    ALEXNET_RETURN_IF_ERROR(
        checkpointer_->SaveBest(state_, report, self_check));
  }
  return SaveLast(self_check);
}

Status TrainingLoop::Suspend(const Status& why) {
  report_->End(why);
  // After a loss that is not finite, a write that failed, or in the middle of
  // what ranks do together, the checkpoint of before is what is worth keeping.
  const bool lacks_pictures = traffic_ != nullptr && traffic_->lacks_pictures();
  if (!LosesRank() && (IsInterruption(why) || lacks_pictures)) {
    state_.seconds += pace_.epoch_seconds();
    // Where nothing was updated since, it would be the same once more.
    const Status saved = saved_ && state_.step == saved_step_
                             ? Status()
                             : SaveLast(std::nullopt);
    if (saved.ok()) {
      return Retold(why, fmt::format("{}; the run stands at epoch {}, update "
                                     "{}, in {}: go on with it (`resume`)",
                                     why.message(), state_.epoch + 1,
                                     state_.step, LastPath(job_.options.out)));
    }
    if (comm_ == nullptr) return saved;
  } else if (!LosesDevice(why)) {
    return why;
  }
  return Retold(
      why,
      fmt::format("{}; what was saved last is update {}, in {}: go on with it "
                  "(`resume`)",
                  why.message(), saved_step_, LastPath(job_.options.out)));
}

// A device that is lost, or full, or another rank: nothing can be read from it
// any more, or should be.
bool TrainingLoop::LosesDevice(const Status& why) const {
  return why.code() == StatusCode::kOutOfMemory ||
         (why.code() == StatusCode::kIo && why.file().empty()) || LosesRank();
}

bool TrainingLoop::LosesRank() const {
  return comm_ != nullptr && !comm_->Finish().ok();
}

Result<TrainSummary> TrainingLoop::Finalize() {
  const std::string& out = job_.options.out;
  TrainSummary summary;
  summary.epochs = state_.epoch;
  summary.steps = state_.step;
  summary.seconds = state_.seconds;
  summary.last = last_epoch_;
  summary.best_epoch = state_.best.epoch;
  summary.best_top1_error = 100.0 * state_.best.top1_error;
  summary.last_path = LastPath(out);
  summary.best_path = BestPath(out);
  summary.metrics_path = report_->metrics_path();
  summary.broken = broken_;
  for (const std::string& path : {summary.last_path, summary.best_path}) {
    ALEXNET_ASSIGN_OR_RETURN(const bool there, IsThere(path));
    if (!there) continue;
    ALEXNET_RETURN_IF_ERROR(
        AddSelfCheck(path, job_.backend->threads(), interrupt_));
  }
  return summary;
}

Status TrainingLoop::CollectBroken() {
  ALEXNET_RETURN_IF_ERROR(rank_->Tell(NameBroken()));
  ALEXNET_ASSIGN_OR_RETURN(broken_, rank_->Collect(traffic_->quarantine()));
  return Status();
}

}  // namespace alexnet

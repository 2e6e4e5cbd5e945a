#include "tools/alexnet/study_runs.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <mutex>
#include <system_error>
#include <thread>

#include "tools/alexnet/progress.h"
#include "tools/alexnet/training_output.h"
#include "tools/alexnet/training_run.h"
#include "tools/alexnet/written_file.h"

namespace alexnet::cli {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Job {
  const Arm* arm;
  StudyRun* run;
};

std::string FolderOf(const StudyPlan& plan, const Job& job) {
  return plan.out + "/" + FolderName(*job.arm, *job.run);
}

// Shows the runs that are under way, on any thread.
class StudyProgress {
 public:
  StudyProgress(size_t runs, int32_t epochs) : runs_(runs), epochs_(epochs) {}

  void Epoch(const Job& job, int64_t epoch) {
    const std::lock_guard<std::mutex> lock(mutex_);
    line_.Update(fmt::format("{} of {} runs done; {}, seed {}: epoch {}/{}",
                             done_, runs_, job.arm->name, job.run->seed,
                             epoch + 1, epochs_));
  }
  void Done(const Job& job) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++done_;
    line_.Keep(
        fmt::format("{}, seed {}: {}", job.arm->name, job.run->seed,
                    job.run->diverged.empty() ? "done" : job.run->diverged));
  }

 private:
  const size_t runs_;
  const int32_t epochs_;
  std::mutex mutex_;
  size_t done_ = 0;
  ProgressLine line_;
};

class Listener : public TrainListener {
 public:
  Listener(const Job& job, StudyProgress* progress)
      : job_(job), progress_(progress) {}
  void on_epoch(const alexnet_epoch_report& epoch) override {
    progress_->Epoch(job_, epoch.epoch);
  }

 private:
  const Job& job_;
  StudyProgress* const progress_;
};

Network NetworkOf(const StudyPlan& plan, const Arm& arm, int64_t classes) {
  Network network = Network::preset(plan.preset, classes);
  if (arm.edit != nullptr) arm.edit(network);
  return network;
}

void Train(const StudyPlan& plan, const Job& job, int64_t classes,
           StudyProgress* progress, const Limits& limits) {
  const Network network = NetworkOf(plan, *job.arm, classes);
  Recipe recipe;
  recipe.fields = ALEXNET_RECIPE_EPOCHS;
  recipe.epochs = plan.epochs;
  const std::string out = FolderOf(plan, job);
  const bool begun = std::filesystem::exists(out + "/last.alexnet");
  if (!begun) {  // the run keeps it
    if (plan.rate > 0) {
      recipe.fields |= ALEXNET_RECIPE_RATE;
      recipe.rate = plan.rate;
    }
    if (plan.claim->recipe != nullptr) plan.claim->recipe(recipe);
    if (job.arm->change != nullptr) job.arm->change(recipe);
  }

  TrainOptions options;
  options.data = plan.data.c_str();
  options.out = out.c_str();
  options.network = network.get();
  options.recipe = &recipe;
  options.seed = job.run->seed;
  if (!begun) options.validation_fraction = plan.validation_fraction;
  options.threads = 1;
  options.loader_threads = 1;
  options.resume = begun ? 1 : 0;
  Listener listener(job, progress);
  try {
    bool page = true;
    TrainWithPage(
        out, plan.data, listener,
        [&](TrainListener* told) { return train(options, told, limits); },
        &page);
  } catch (const Error& error) {
    if (error.code() != ALEXNET_DIVERGED) throw;
    job.run->diverged = error.message();
  }
  RunHistory history(MetricsPath(out));
  history.Read();
  job.run->epochs = history.epochs();
  if (history.start()) job.run->held_out = history.start()->validation_samples;
}

// Epochs until the training error is at most 25 %.
void TakeEpochs(StudyRun* run) {
  for (const RunEpoch& epoch : run->epochs) {
    if (epoch.train_error > 25.0) continue;
    run->value = static_cast<double>(epoch.epoch);
    return;
  }
  if (run->epochs.empty()) return;
  run->value = static_cast<double>(run->epochs.back().epoch);
  run->beyond = true;
}

void TakeValue(const Claim& claim, StudyRun* run) {
  run->value = kNone;
  if (!run->diverged.empty()) return;
  if (claim.measure == Measure::kEpochsTo25) return TakeEpochs(run);
  if (!run->epochs.empty()) run->value = run->epochs.back().error;
}

// Does all jobs on as many threads as the plan has; what one throws is thrown
// when those that had begun have ended.
void DoAll(const StudyPlan& plan, const std::vector<Job>& jobs, int64_t classes,
           const Limits& limits) {
  StudyProgress progress(jobs.size(), plan.epochs);
  std::mutex mutex;
  size_t next = 0;
  std::exception_ptr failure;
  const auto work = [&] {
    while (true) {
      const Job* job = nullptr;
      {
        const std::lock_guard<std::mutex> lock(mutex);
        if (next == jobs.size() || failure != nullptr) return;
        job = &jobs[next++];
      }
      try {
        Train(plan, *job, classes, &progress, limits);
        progress.Done(*job);
      } catch (...) {
        const std::lock_guard<std::mutex> lock(mutex);
        if (failure == nullptr) failure = std::current_exception();
      }
    }
  };
  std::vector<std::jthread> threads;
  const auto count = std::min<size_t>(jobs.size(), plan.jobs);
  for (size_t i = 1; i < count; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  if (failure != nullptr) std::rethrow_exception(failure);
}

// The number of classes. Throws Failure where data or network have not what the
// claim is of.
int64_t Check(const StudyPlan& plan) {
  const Claim& claim = *plan.claim;
  const Dataset data(plan.data);
  const auto classes = static_cast<int64_t>(data.classes().size());
  if (classes < 2) {
    throw Failure(
        plan.data +
        ": all pictures are of one class; a study needs two at least, "
        "each in a folder of its own");
  }
  if (claim.with.ten_crops && data.size(ALEXNET_PART_VALIDATION) == 0) {
    throw Failure(plan.data +
                  ": this study evaluates models after training, which needs "
                  "the folders train/ and val/; with alexnet pack you can make "
                  "shards of both");
  }
  // Of a class that has two, one can be.
  const bool holds_out = data.size(ALEXNET_PART_VALIDATION) > 0 ||
                         data.size(ALEXNET_PART_TRAIN) > classes;
  if (claim.measure == Measure::kHeldOutError && !holds_out) {
    throw Failure(plan.data +
                  ": no picture can be held out, since no class has two; this "
                  "study needs more pictures, or the folders train/ and val/");
  }
  const Network network = Network::preset(plan.preset, classes);
  if (const char* lack =
          claim.lacks != nullptr ? claim.lacks(network) : nullptr;
      lack != nullptr) {
    throw Failure(
        fmt::format("{} has no {}, so the study {} has nothing to "
                    "compare; name another network with --preset",
                    plan.preset, lack, claim.name));
  }
  NetworkOf(plan, claim.with, classes);
  NetworkOf(plan, claim.without, classes);
  return classes;
}

// A folder is of one study, with one training: plan.json says which.
void Begin(const StudyPlan& plan) {
  const std::string text =
      Json::Object({{"study", plan.claim->name},
                    {"preset", plan.preset},
                    {"data", plan.data},
                    {"epochs", plan.epochs},
                    {"rate", plan.rate},
                    {"validation_fraction", plan.validation_fraction}})
          .Dump() +
      "\n";
  std::error_code error;
  std::filesystem::create_directories(plan.out, error);
  if (error) {
    throw Failure(plan.out + ": cannot be made: " + error.message());
  }
  const std::string path = plan.out + "/plan.json";
  std::ifstream file(path);
  if (!file) return WriteWholeFile(path, text);
  const std::string before{std::istreambuf_iterator<char>(file), {}};
  if (before == text) return;
  throw Failure(path +
                ": the folder is of another study, or of another training; "
                "name another with --out");
}

std::vector<StudyRun> Seeds(int64_t count) {
  std::vector<StudyRun> runs(static_cast<size_t>(count));
  for (size_t i = 0; i < runs.size(); ++i) runs[i].seed = i + 1;
  return runs;
}

// The models of the other arm, by ten crops.
void Evaluate(const StudyPlan& plan, const std::vector<StudyRun>& trained,
              const Limits& limits, std::vector<StudyRun>* runs) {
  const Dataset data(plan.data);
  for (size_t i = 0; i < runs->size(); ++i) {
    (*runs)[i].held_out = trained[i].held_out;
    (*runs)[i].diverged = trained[i].diverged;
    (*runs)[i].value = kNone;
    if (!trained[i].diverged.empty()) continue;
    const Model model = Model::load(
        FolderOf(plan, {&plan.claim->without, &(*runs)[i]}) + "/last.alexnet");
    EvaluateOptions options;
    options.ten_crop = 1;
    (*runs)[i].value = evaluate(model, data, options, limits).info().top1_error;
  }
}

void Compare(StudyResult* result) {
  for (size_t i = 0; i < result->with.size(); ++i) {
    const StudyRun& with = result->with[i];
    const StudyRun& without = result->without[i];
    const double difference = without.value - with.value;
    if (std::isnan(difference) || with.beyond) continue;
    result->differences.push_back(difference);
    result->beyond = result->beyond || without.beyond;
  }
  result->difference = DifferenceOf(result->differences);
}

}  // namespace

StudyResult RunStudy(const StudyPlan& plan, Setting& setting) {
  const Claim& claim = *plan.claim;
  const int64_t classes = Check(plan);
  Begin(plan);
  StudyResult result;
  result.with = Seeds(plan.seeds);
  result.without = Seeds(plan.seeds);
  // Pairs first, so that a study that is stopped has whole ones.
  std::vector<Job> jobs;
  for (size_t i = 0; i < result.with.size(); ++i) {
    if (!claim.with.ten_crops) jobs.push_back({&claim.with, &result.with[i]});
    jobs.push_back({&claim.without, &result.without[i]});
  }
  DoAll(plan, jobs, classes, setting.limits);
  for (const Job& job : jobs) TakeValue(claim, job.run);
  if (claim.with.ten_crops) {
    Evaluate(plan, result.without, setting.limits, &result.with);
  }
  Compare(&result);
  return result;
}

std::string FolderName(const Arm& arm, const StudyRun& run) {
  return fmt::format("{}-{}", arm.name, run.seed);
}

}  // namespace alexnet::cli

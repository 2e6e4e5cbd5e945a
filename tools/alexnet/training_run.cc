#include "tools/alexnet/training_run.h"

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/run_page_file.h"
#include "tools/alexnet/spelling.h"
#include "tools/alexnet/training_output.h"

namespace alexnet::cli {
namespace {

// Tells `told` and the page, which may be null.
class ReportingListener final : public TrainListener {
 public:
  ReportingListener(TrainListener& told, std::unique_ptr<RunPageFile> page)
      : told_(told), page_(std::move(page)) {}

  void on_start(const alexnet_train_start& start) override {
    told_.on_start(start);
    begun_ = true;
    if (page_ != nullptr) page_->OnStart(start);
  }
  void on_progress(std::string_view doing, int64_t done,
                   int64_t total) override {
    told_.on_progress(doing, done, total);
  }
  void on_step(const alexnet_step_report& step) override {
    told_.on_step(step);
    if (page_ != nullptr) page_->OnStep();
  }
  void on_epoch(const alexnet_epoch_report& epoch) override {
    told_.on_epoch(epoch);
    if (page_ != nullptr) page_->OnEpoch(epoch);
  }
  void on_checkpoint(std::string_view path, bool best) override {
    told_.on_checkpoint(path, best);
  }
  // Whether there is a page of all of it.
  bool reported() const { return page_ != nullptr && page_->whole(); }
  // What was refused before it began left no run.
  void End(const std::string& why, bool interrupted) {
    if (page_ != nullptr && begun_) page_->OnEnd(why, interrupted);
  }

 private:
  TrainListener& told_;
  const std::unique_ptr<RunPageFile> page_;
  bool begun_ = false;
};

// Takes the live line away when training has ended.
class Finisher {
 public:
  explicit Finisher(ProgressListener& progress) : progress_(progress) {}
  ~Finisher() { progress_.Finish(); }

 private:
  ProgressListener& progress_;
};

}  // namespace

TrainReport TrainWithPage(const std::string& out, const std::string& data,
                          TrainListener& told, const Training& train,
                          bool* page) {
  ReportingListener listener(
      told, *page ? std::make_unique<RunPageFile>(out, data) : nullptr);
  TrainReport report;
  try {
    report = train(&listener);
  } catch (const Error& error) {
    listener.End(ErrorText(error.file(), error.field(), error.message()),
                 error.code() == ALEXNET_CANCELLED);
    throw;
  } catch (const std::exception& error) {
    listener.End(error.what(), false);
    throw;
  }
  listener.End("", false);
  *page = listener.reported();
  return report;
}

TrainReport TrainWithPage(const std::string& out, const std::string& data,
                          const Training& train, bool* page) {
  ProgressListener progress;
  return TrainWithPage(
      out, data, progress,
      [&](TrainListener* listener) {
        const Finisher finisher(progress);
        return train(listener);
      },
      page);
}

void CarryOut(const TrainArguments& asked, const Training& train) {
  bool page = !asked.no_report && asked.Tells();
  const TrainReport report = TrainWithPage(asked.out, asked.data, train, &page);
  if (asked.Tells()) Print(SummaryText(report, asked.out));
  if (page) Print("report  " + asked.out + "/report.html\n");
}

}  // namespace alexnet::cli

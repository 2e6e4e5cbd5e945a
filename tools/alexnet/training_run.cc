#include "tools/alexnet/training_run.h"

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/run_page_file.h"
#include "tools/alexnet/spelling.h"
#include "tools/alexnet/training_output.h"

namespace alexnet::cli {
namespace {

class ReportingListener final : public ProgressListener {
 public:
  // `page` may be null.
  explicit ReportingListener(std::unique_ptr<RunPageFile> page)
      : page_(std::move(page)) {}

  void on_start(const alexnet_train_start& start) override {
    ProgressListener::on_start(start);
    begun_ = true;
    if (page_ != nullptr) page_->OnStart(start);
  }
  void on_step(const alexnet_step_report& step) override {
    ProgressListener::on_step(step);
    if (page_ != nullptr) page_->OnStep();
  }
  void on_epoch(const alexnet_epoch_report& epoch) override {
    ProgressListener::on_epoch(epoch);
    if (page_ != nullptr) page_->OnEpoch(epoch);
  }
  // Whether there is a page of all of it.
  bool reported() const { return page_ != nullptr && page_->whole(); }
  // What was refused before it began left no run.
  void End(const std::string& why, bool interrupted) {
    Finish();
    if (page_ != nullptr && begun_) page_->OnEnd(why, interrupted);
  }

 private:
  const std::unique_ptr<RunPageFile> page_;
  bool begun_ = false;
};

}  // namespace

TrainReport TrainWithPage(const std::string& out, const std::string& data,
                          const Training& train, bool* page) {
  ReportingListener listener(*page ? std::make_unique<RunPageFile>(out, data)
                                   : nullptr);
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

void CarryOut(const TrainArguments& asked, const Training& train) {
  bool page = !asked.no_report && asked.Tells();
  const TrainReport report = TrainWithPage(asked.out, asked.data, train, &page);
  if (asked.Tells()) Print(SummaryText(report, asked.out));
  if (page) Print("report  " + asked.out + "/report.html\n");
}

}  // namespace alexnet::cli

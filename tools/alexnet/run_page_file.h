// RunPageFile: report.html in the folder of a run, kept up to date while it
// trains.

#ifndef ALEXNET_TOOLS_ALEXNET_RUN_PAGE_FILE_H_
#define ALEXNET_TOOLS_ALEXNET_RUN_PAGE_FILE_H_

#include <alexnet/alexnet.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/alexnet/run_history.h"
#include "tools/alexnet/run_page.h"
#include "tools/alexnet/thumbnail.h"

namespace alexnet::cli {

// Written at the start and at the end; in between after an epoch, and every
// minute of a long one, where all writing so far took under a hundredth of the
// run's time. A page that cannot be written is complained of once and does
// not stop the run. Not thread safe.
class RunPageFile {
 public:
  // Of the run in folder `out` on the pictures in `data`.
  RunPageFile(std::string out, std::string data);

  void OnStart(const alexnet_train_start& start);
  void OnStep();
  void OnEpoch(const alexnet_epoch_report& epoch);
  // `why` is what the run failed of; empty where it is done. `interrupted`: by
  // who started it.
  void OnEnd(const std::string& why, bool interrupted);

  // Whether the page is there as it should be.
  bool whole() const { return whole_ || KeepsOlder(); }

 private:
  using Clock = std::chrono::steady_clock;

  // A page that is there says more than one without pictures would.
  bool KeepsOlder() const;
  bool MayWrite() const;
  void Write(const std::string& state, bool failed);
  // Takes its time into account.
  template <typename Work>
  void Timed(const Work& work);
  void TakeFindings(const alexnet_epoch_report& epoch);
  // Without a picture where it cannot be read.
  Thumbnail Picture(int64_t sample, const std::string& name);

  const std::string out_;
  const std::string data_;
  const std::string path_;
  RunHistory history_;
  RunFindings findings_;
  std::vector<std::string> classes_;
  std::unique_ptr<Dataset> dataset_;         // null: not opened yet
  std::map<int64_t, Thumbnail> thumbnails_;  // of the last findings
  bool resumed_ = false;
  bool complained_ = false;
  bool whole_ = false;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point written_{};
  Clock::duration spent_{};
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_RUN_PAGE_FILE_H_

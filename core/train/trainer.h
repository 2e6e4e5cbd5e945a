// Training in one call.
//
// The run opens the data, splits it, computes what preprocessing needs of it,
// and then updates by momentum SGD (section 5 of the paper) while other threads
// decode the next pictures. After every epoch it evaluates on the held-out
// pictures and writes checkpoints. In `out`:
//
//   last.alexnet     the newest state, with all that resuming needs
//   best.alexnet     the model with the least top-1 error, then loss
//   metrics.jsonl    one JSON object per line; metrics.h has the fields
//   events.out.tfevents.*   the same curves for TensorBoard
//
// What a run computes is a function of data, options and seed; equal bits are
// promised for the same build, instruction set and compute threads. A run that
// was stopped, even killed, and resumed ends with the same bits as one that was
// not.

#ifndef ALEXNET_CORE_TRAIN_TRAINER_H_
#define ALEXNET_CORE_TRAIN_TRAINER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/quarantine.h"
#include "core/train/listener.h"
#include "core/train/train_options.h"

namespace alexnet {

struct TrainSummary {
  int64_t epochs = 0;  // finished, in all
  int64_t steps = 0;
  double seconds = 0.0;  // training, earlier parts of a resumed run included
  EpochFigures last;     // of the last epoch
  int64_t best_epoch = -1;
  double best_top1_error = 0.0;  // percent
  std::string last_path;
  std::string best_path;
  std::string metrics_path;
  std::vector<BrokenPicture> broken;
};

// Of several ranks, each a process (Launcher::kMpi), each makes this call, once
// in its life. Rank 0 makes the run, and it alone writes to `out` and calls the
// listener; the others read their share of the data. They get its numbers in
// the summary, but neither paths nor broken pictures; where it stopped or
// failed they fail with its code.
//
// `listener` may be null. Interrupted: the status is kCancelled or
// kDeadlineExceeded and says how to go on; last.alexnet holds the very
// position, or is not there where no run had begun yet. A loss that is not
// finite is kDiverged and says what to change. An `out` that holds a run
// already is refused unless `resume` is set.
Result<TrainSummary> Train(const TrainOptions& options,
                           TrainingListener* listener,
                           const Interrupt& interrupt);

// The same on backends of the caller's, by rank, whatever devices the options
// name; none: on those devices. Of ranks that are processes, each has its own.
Result<TrainSummary> TrainOn(std::vector<std::shared_ptr<Backend>> backends,
                             const TrainOptions& options,
                             TrainingListener* listener,
                             const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_TRAINER_H_

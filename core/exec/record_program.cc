#include "core/exec/record_program.h"

#include <utility>

namespace alexnet {
namespace {

class CalledProgram : public Program {
 public:
  CalledProgram(std::function<Status()> work, Capture capture)
      : work_(std::move(work)), capture_(capture) {}
  Status Launch() override { return work_(); }
  Capture capture() const override { return capture_; }

 private:
  const std::function<Status()> work_;
  const Capture capture_;
};

}  // namespace

Result<std::unique_ptr<Program>> RecordProgram(Device& device,
                                               std::function<Status()> work,
                                               RankPart* part) {
  if (part == nullptr) return device.Record(std::move(work), nullptr);
  if (!part->recordable()) {
    return std::unique_ptr<Program>(std::make_unique<CalledProgram>(
        std::move(work),
        device.is_host() ? Capture::kNone : Capture::kRefused));
  }
  return device.Record(std::move(work), [part](bool recorded) {
    return part->AllRecorded(recorded);
  });
}

}  // namespace alexnet

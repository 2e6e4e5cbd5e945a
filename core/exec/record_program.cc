#include "core/exec/record_program.h"

#include <utility>

namespace alexnet {
namespace {

class CalledProgram : public Program {
 public:
  explicit CalledProgram(std::function<Status()> work)
      : work_(std::move(work)) {}
  Status Launch() override { return work_(); }

 private:
  const std::function<Status()> work_;
};

}  // namespace

Result<std::unique_ptr<Program>> RecordProgram(Device& device,
                                               std::function<Status()> work,
                                               RankPart* part) {
  if (part == nullptr) return device.Record(std::move(work), nullptr);
  if (!part->recordable()) {
    return std::unique_ptr<Program>(
        std::make_unique<CalledProgram>(std::move(work)));
  }
  return device.Record(std::move(work), [part](bool recorded) {
    return part->AllRecorded(recorded);
  });
}

}  // namespace alexnet

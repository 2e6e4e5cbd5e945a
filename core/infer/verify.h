// Verifying a model file: is it whole, and does this machine compute it right?

#ifndef ALEXNET_CORE_INFER_VERIFY_H_
#define ALEXNET_CORE_INFER_VERIFY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/infer/compile_model.h"

namespace alexnet {

enum class VerifyOutcome : int8_t {
  kPassed = 0,
  kFailed = 1,
  kAbsent = 2,  // the file has none
};

struct VerifyReport {
  std::string path;
  std::string network;
  uint64_t file_bytes = 0;
  int64_t tensors = 0;
  uint64_t tensor_bytes = 0;
  VerifyOutcome hashes = VerifyOutcome::kPassed;
  std::vector<std::string> damage;  // by tensor and chunk
  VerifyOutcome self_check = VerifyOutcome::kAbsent;
  double self_check_error = 0.0;      // largest, relative
  double self_check_tolerance = 0.0;  // what is allowed
  std::string self_check_message;     // of a failure
  std::string device;
  double seconds = 0.0;
  bool ok() const {
    return hashes == VerifyOutcome::kPassed &&
           self_check != VerifyOutcome::kFailed;
  }
};

// Opens the file, checks every hash and then runs the self-check on the
// device. A file that cannot be opened at all is an error; damage of tensors
// and a wrong result are in the report.
Result<VerifyReport> VerifyModelFile(const std::string& path,
                                     const CompileOptions& options,
                                     const Interrupt& interrupt = {});

// A JSON object with the report's fields, outcomes by name; those of the
// self-check only where the file has one.
std::string VerifyJson(const VerifyReport& report);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_VERIFY_H_

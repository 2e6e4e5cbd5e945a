#include "tools/alexnet/session_arguments.h"

#include <map>
#include <string>

namespace alexnet::cli {

void AddSessionArguments(CLI::App& verb, SessionOptions& options) {
  verb.add_option("--threads", options.threads, "Compute threads; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb.add_option("--batch", options.batch,
                  "Pictures the network sees at once; 0: chosen")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  static const std::map<std::string, DType> kTypes = {
      {"f32", DType::kF32}, {"f16", DType::kF16}, {"bf16", DType::kBF16}};
  verb.add_option("--weights", options.weight_dtype,
                  "Fully connected weights as f32, f16 or bf16; sums stay f32")
      ->transform(CLI::CheckedTransformer(kTypes, CLI::ignore_case));
}

}  // namespace alexnet::cli
